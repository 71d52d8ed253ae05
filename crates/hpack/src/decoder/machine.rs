//! The forms of a block, one function for each part of them (RFC 7541 §6).
//!
//! Each function reads its part and calls the next one; if the fragment ends first, it leaves a
//! [`Step`] behind, from which the next fragment goes on. So a whole field is straight-line code.

use super::Decoder;
use super::step::{Name, Step, Text};
use crate::buffer::Buffer;
use crate::integer::{self, Progress};
use crate::representation::{SIZE_UPDATE, SIZE_UPDATE_BITS};
use crate::string::{Head, PartialHead, PartialString};
use crate::{DecodeError, PackedField, Representation, Sink, huffman};

type Done = Result<(), DecodeError>;

impl Decoder {
    /// Decodes a fragment.
    pub(super) fn run<S: Sink>(&mut self, fragment: &[u8], sink: &mut S) -> Done {
        let mut input = fragment;
        if !matches!(self.step, Step::Boundary) {
            self.resume(&mut input, sink)?;
        }
        while let Some((&first, rest)) = input.split_first() {
            input = rest;
            self.representation(first, &mut input, sink)?;
        }
        Ok(())
    }

    /// Goes on where the last fragment left off.
    #[cold]
    fn resume<S: Sink>(&mut self, input: &mut &[u8], sink: &mut S) -> Done {
        match core::mem::take(&mut self.step) {
            Step::Boundary => Ok(()),
            Step::SizeUpdate(size) => {
                let size = size.resume(input)?;
                self.size_update(size)
            }
            Step::Index(form, index) => match index.resume(input)? {
                Progress::Done(index) => self.index(form, index, input, sink),
                Progress::More(index) => self.park(Step::Index(form, index)),
            },
            Step::NameHead(form, head) => match head.resume(input)? {
                Progress::Done(head) => self.name(form, head, input, sink),
                Progress::More(head) => self.park(Step::NameHead(form, head)),
            },
            Step::Name(form, name) => self.name_in_pieces(form, name, input, sink),
            Step::ValueHead(form, name, head) => match head.resume(input)? {
                Progress::Done(head) => self.value(form, name, head, input, sink),
                Progress::More(head) => self.park(Step::ValueHead(form, name, head)),
            },
            Step::Value(form, name, value) => self.value_in_pieces(form, name, value, input, sink),
        }
    }

    /// Leaves a step behind, from which the next fragment goes on.
    #[cold]
    fn park(&mut self, step: Step) -> Done {
        self.step = step;
        Ok(())
    }

    /// Decodes one representation, whose first octet is given (RFC 7541 §6).
    #[inline(always)]
    fn representation<S: Sink>(&mut self, first: u8, input: &mut &[u8], sink: &mut S) -> Done {
        // Most fields are: nothing else is asked of them.
        if first & 0x80 != 0 {
            let form = Representation::Indexed;
            self.resize.begin_field(self.table.dynamic.max_size())?;
            return match integer::decode(first, form.bits(), input)? {
                Progress::Done(index) => self.indexed(index, sink),
                Progress::More(index) => self.park(Step::Index(form, index)),
            };
        }
        if first & 0xe0 == SIZE_UPDATE {
            self.resize.begin_update()?;
            let size = integer::decode(first, SIZE_UPDATE_BITS, input)?;
            return self.size_update(size);
        }
        self.resize.begin_field(self.table.dynamic.max_size())?;
        let form = Representation::of_literal(first);
        match integer::decode(first, form.bits(), input)? {
            Progress::Done(index) => self.index(form, index, input, sink),
            Progress::More(index) => self.park(Step::Index(form, index)),
        }
    }

    fn size_update(&mut self, size: Progress<u32, integer::Partial>) -> Done {
        match size {
            Progress::Done(size) => self.resize.update(size, &mut self.table.dynamic),
            Progress::More(size) => self.park(Step::SizeUpdate(size)),
        }
    }

    /// Has read an index, and goes on with what it is the index of.
    #[inline(always)]
    fn index<S: Sink>(
        &mut self,
        form: Representation,
        index: u32,
        input: &mut &[u8],
        sink: &mut S,
    ) -> Done {
        if form == Representation::Indexed {
            return self.indexed(index, sink);
        }
        if index > 0 {
            self.table.name(index)?;
            return self.value_head(form, Name::Indexed(index), input, sink);
        }
        match PartialHead::Start.resume(input)? {
            Progress::Done(head) => self.name(form, head, input, sink),
            Progress::More(head) => self.park(Step::NameHead(form, head)),
        }
    }

    /// Hands out an entry of a table (RFC 7541 §6.1).
    #[inline(always)]
    fn indexed<S: Sink>(&mut self, index: u32, sink: &mut S) -> Done {
        let (entry, mark) = self.table.entry(index)?;
        let text = entry.as_bytes().len().saturating_sub(PackedField::HEAD);
        let lengths = || entry.lengths();
        if self.summary.admit_text(text, &self.limits, lengths) {
            sink.indexed(entry, mark);
        }
        Ok(())
    }

    /// Decodes a name, whose head was read.
    #[inline]
    fn name<S: Sink>(
        &mut self,
        form: Representation,
        head: Head,
        input: &mut &[u8],
        sink: &mut S,
    ) -> Done {
        let keep = self.keep(form);
        match take(head, keep, input, &mut self.name)? {
            Some(name) => self.value_head(form, Name::Literal(name), input, sink),
            None => {
                let name = PartialString::new(head, keep, &mut self.name);
                self.name_in_pieces(form, name, input, sink)
            }
        }
    }

    #[cold]
    fn name_in_pieces<S: Sink>(
        &mut self,
        form: Representation,
        mut name: PartialString,
        input: &mut &[u8],
        sink: &mut S,
    ) -> Done {
        match name.resume(input, &mut self.name)? {
            Some(name) => self.value_head(form, Name::Literal(name.into()), input, sink),
            None => self.park(Step::Name(form, name)),
        }
    }

    /// Decodes a value from its head on.
    #[inline]
    fn value_head<S: Sink>(
        &mut self,
        form: Representation,
        name: Name<'_>,
        input: &mut &[u8],
        sink: &mut S,
    ) -> Done {
        match PartialHead::Start.resume(input)? {
            Progress::Done(head) => self.value(form, name, head, input, sink),
            Progress::More(head) => {
                let name = self.keep_name(form, name);
                self.park(Step::ValueHead(form, name, head))
            }
        }
    }

    /// Decodes a value, whose head was read.
    #[inline(always)]
    fn value<S: Sink>(
        &mut self,
        form: Representation,
        name: Name<'_>,
        head: Head,
        input: &mut &[u8],
        sink: &mut S,
    ) -> Done {
        let keep = self.keep(form);
        match take(head, keep, input, &mut self.value)? {
            Some(value) => self.literal(form, name, value, sink),
            None => {
                let value = PartialString::new(head, keep, &mut self.value);
                let name = self.keep_name(form, name);
                return self.value_in_pieces(form, name, value, input, sink);
            }
        }
        Ok(())
    }

    #[cold]
    fn value_in_pieces<S: Sink>(
        &mut self,
        form: Representation,
        name: Name<'static>,
        mut value: PartialString,
        input: &mut &[u8],
        sink: &mut S,
    ) -> Done {
        match value.resume(input, &mut self.value)? {
            Some(value) => self.literal(form, name, value.into(), sink),
            None => return self.park(Step::Value(form, name, value)),
        }
        Ok(())
    }
}

/// Takes a string, if the fragment has it whole and it cannot grow past what is to be kept.
#[inline(always)]
fn take<'f>(
    head: Head,
    keep: usize,
    input: &mut &'f [u8],
    buffer: &mut Buffer,
) -> Result<Option<Text<'f>>, DecodeError> {
    if head.huffman && head.octets.saturating_mul(8) / 5 > keep {
        return Ok(None);
    }
    let Some((octets, rest)) = input.split_at_checked(head.octets) else {
        return Ok(None);
    };
    *input = rest;
    if !head.huffman {
        return Ok(Some(Text::Here(octets)));
    }
    buffer.clear();
    let (out, at) = buffer.space(huffman::space(octets.len()));
    huffman::decode_whole(octets, out, at)?;
    Ok(Some(Text::Buffered))
}
