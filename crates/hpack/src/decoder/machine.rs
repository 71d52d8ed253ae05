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
use crate::{DecodeError, HeaderField, Representation, Sink, huffman};

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
    fn resume<S: Sink>(&mut self, input: &mut &[u8], sink: &mut S) -> Done {
        match core::mem::take(&mut self.step) {
            Step::Boundary => Ok(()),
            Step::SizeUpdate(size) => {
                let size = size.resume(input)?;
                self.size_update(size)
            }
            Step::Index(form, index) => {
                let index = index.resume(input)?;
                self.index(form, index, input, sink)
            }
            Step::NameHead(form, head) => self.name_head(form, head, input, sink),
            Step::Name(form, name) => self.name(form, name, input, sink),
            Step::ValueHead(form, name, head) => self.value_head(form, name, head, input, sink),
            Step::Value(form, name, value) => self.value(form, name, value, input, sink),
        }
    }

    /// Decodes one representation, whose first octet is given (RFC 7541 §6).
    #[inline]
    fn representation<S: Sink>(&mut self, first: u8, input: &mut &[u8], sink: &mut S) -> Done {
        if first & 0xe0 == SIZE_UPDATE {
            self.resize.begin_update()?;
            let size = integer::decode(first, SIZE_UPDATE_BITS, input)?;
            return self.size_update(size);
        }
        self.resize.begin_field(self.table.dynamic.max_size())?;
        let form = if first & 0x80 != 0 {
            Representation::Indexed
        } else {
            Representation::of_literal(first)
        };
        let index = integer::decode(first, form.bits(), input)?;
        self.index(form, index, input, sink)
    }

    fn size_update(&mut self, size: Progress<u32, integer::Partial>) -> Done {
        match size {
            Progress::Done(size) => self.resize.update(size, &mut self.table.dynamic),
            Progress::More(size) => {
                self.step = Step::SizeUpdate(size);
                Ok(())
            }
        }
    }

    /// Has read an index, and goes on with what it is the index of.
    #[inline]
    fn index<S: Sink>(
        &mut self,
        form: Representation,
        index: Progress<u32, integer::Partial>,
        input: &mut &[u8],
        sink: &mut S,
    ) -> Done {
        match (form, index) {
            (_, Progress::More(index)) => {
                self.step = Step::Index(form, index);
                Ok(())
            }
            (Representation::Indexed, Progress::Done(index)) => self.indexed(index, sink),
            (_, Progress::Done(0)) => self.name_head(form, PartialHead::Start, input, sink),
            (_, Progress::Done(index)) => {
                self.table.name(index)?;
                self.value_head(form, Name::Indexed(index), PartialHead::Start, input, sink)
            }
        }
    }

    /// Hands out an entry of a table (RFC 7541 §6.1).
    #[inline]
    fn indexed<S: Sink>(&mut self, index: u32, sink: &mut S) -> Done {
        let (name, value, mark) = self.table.field(index)?;
        if self.summary.admit(name.len(), value.len(), &self.limits) {
            sink.field(HeaderField::new(name, value), Representation::Indexed, mark);
        }
        Ok(())
    }

    #[inline]
    fn name_head<S: Sink>(
        &mut self,
        form: Representation,
        head: PartialHead,
        input: &mut &[u8],
        sink: &mut S,
    ) -> Done {
        let head = match head.resume(input)? {
            Progress::Done(head) => head,
            Progress::More(head) => {
                self.step = Step::NameHead(form, head);
                return Ok(());
            }
        };
        let keep = self.keep(form);
        if let Some(name) = take(head, keep, input, &mut self.name)? {
            let name = Name::Literal(name);
            return self.value_head(form, name, PartialHead::Start, input, sink);
        }
        let name = PartialString::new(head, keep, &mut self.name);
        self.name(form, name, input, sink)
    }

    fn name<S: Sink>(
        &mut self,
        form: Representation,
        mut name: PartialString,
        input: &mut &[u8],
        sink: &mut S,
    ) -> Done {
        match name.resume(input, &mut self.name)? {
            Some(name) => {
                let name = Name::Literal(name.into());
                self.value_head(form, name, PartialHead::Start, input, sink)
            }
            None => {
                self.step = Step::Name(form, name);
                Ok(())
            }
        }
    }

    #[inline]
    fn value_head<S: Sink>(
        &mut self,
        form: Representation,
        name: Name<'_>,
        head: PartialHead,
        input: &mut &[u8],
        sink: &mut S,
    ) -> Done {
        let head = match head.resume(input)? {
            Progress::Done(head) => head,
            Progress::More(head) => {
                let name = self.keep_name(form, name);
                self.step = Step::ValueHead(form, name, head);
                return Ok(());
            }
        };
        let keep = self.keep(form);
        if let Some(value) = take(head, keep, input, &mut self.value)? {
            self.literal(form, name, value, sink);
            return Ok(());
        }
        let value = PartialString::new(head, keep, &mut self.value);
        let name = self.keep_name(form, name);
        self.value(form, name, value, input, sink)
    }

    fn value<S: Sink>(
        &mut self,
        form: Representation,
        name: Name<'static>,
        mut value: PartialString,
        input: &mut &[u8],
        sink: &mut S,
    ) -> Done {
        match value.resume(input, &mut self.value)? {
            Some(value) => self.literal(form, name, value.into(), sink),
            None => self.step = Step::Value(form, name, value),
        }
        Ok(())
    }
}

/// Takes a string, if the fragment has it whole and it cannot grow past what is to be kept.
#[inline]
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
    let (out, at) = buffer.room(huffman::room(octets.len()));
    huffman::decode_whole(octets, out, at)?;
    Ok(Some(Text::Buffered))
}
