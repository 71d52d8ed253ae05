//! Octets to frames, fragments to fields (RFC 9113 §4.1, RFC 9113 §4.3).
//!
//! It keeps what is left of the client's preface, the decoders of frames and of fields, the field
//! block that is not ended yet, and memory for the fields of the next messages. It is not responsible
//! for what a frame or a field section means.
//!
//! A block is here from its first frame to its last, for nothing may come in between, and its fields
//! are until it is finished.

mod content;
mod copies;
mod field_block;
mod repeated;
#[cfg(test)]
mod tests;

use alloc::boxed::Box;

use bytes::Bytes;
use frame::{Frame, StreamId};

pub(crate) use self::content::Content;
use self::content::Source;
use self::copies::Copies;
pub(crate) use self::field_block::{FieldBlock, Purpose};
use self::repeated::Repeated;
use crate::limits::Limits;
use crate::message::{Assembled, Assembler, FieldSection, Kind, Rules, Spare};
use crate::role::Side;
use crate::violation::{ConnectionRule, Fault, Limit, On};

/// How many octets the client's preface has.
#[expect(clippy::cast_possible_truncation, reason = "they are 24")]
const PREFACE: u8 = frame::PREFACE.len() as u8;

/// What turns octets into frames and fields.
pub(crate) struct Input {
    frames: frame::Decoder,
    fields: hpack::Decoder,
    /// Memory for the fields of the next messages.
    spare: Spare,
    /// A field block that is not ended yet (RFC 9113 §4.3).
    block: Option<FieldBlock>,
    /// Where the fields of a block go: in one place, for it is large.
    assembler: Assembler,
    /// The block that came last, where blocks are likely to come again.
    repeated: Option<Box<Repeated>>,
    /// The buffer that is read, where content may stay in it.
    source: Source,
    /// Where it is copied to otherwise.
    copies: Copies,
    /// How many octets of the client's preface are still to come (RFC 9113 §3.4).
    preface: u8,
}

impl Input {
    pub(crate) fn new(side: Side, limits: &Limits) -> Self {
        let mut fields = hpack::Decoder::new();
        let octets = limits.field_section_octets as usize;
        let bounds = hpack::Limits::default().list_octets(octets);
        fields.set_limits(
            bounds
                .fields(limits.fields_hard as usize)
                .string_octets(octets),
        );
        let preface = match side {
            Side::Client => 0,
            Side::Server => PREFACE,
        };
        Self {
            frames: frame::Decoder::new(),
            fields,
            spare: Spare::new(),
            block: None,
            assembler: Assembler::new(
                Kind::Trailers,
                Rules::ours(false, false),
                FieldSection::new(),
            ),
            repeated: None,
            source: Source::default(),
            copies: Copies::default(),
            preface,
        }
    }

    /// Our settings bound the dynamic table, in octets, from now on.
    pub(crate) fn bound_table(&mut self, octets: u32) {
        self.fields.set_max_size(octets as usize);
        // RFC 7541 §4.2: the next block may have to begin with what none did before.
        self.forget();
    }

    /// The same blocks are likely to come again and again.
    pub(crate) fn expect_repeated(&mut self) {
        self.repeated = Some(Box::default());
    }

    /// Nothing is kept of the last block any more.
    fn forget(&mut self) {
        if let Some(repeated) = &mut self.repeated {
            repeated.forget();
        }
    }

    /// Our settings bound the payload of a frame, in octets, from now on.
    pub(crate) fn bound_frames(&mut self, octets: u32) {
        self.frames.set_max_frame_size(octets);
    }
}

/// Frames.
impl Input {
    /// Says whether octets of the client's preface are still to come.
    pub(crate) const fn expects_preface(&self) -> bool {
        self.preface > 0
    }

    /// Says whether nothing has come of a client.
    pub(crate) const fn is_fresh(&self) -> bool {
        self.preface == PREFACE
    }

    /// Takes the client's preface off the front of the input. Returns how many octets that were.
    pub(crate) fn take_preface(&mut self, input: &[u8]) -> Result<usize, ConnectionRule> {
        let (_, rest) = frame::PREFACE.split_at(usize::from(PREFACE - self.preface));
        let count = rest.len().min(input.len());
        // RFC 9113 §3.4: whatever differs from the preface ends the connection, from the first
        // octet that does.
        if rest.get(..count) != input.get(..count) {
            return Err(ConnectionRule::Preface);
        }
        // No more than were still to come.
        self.preface -= u8::try_from(count).unwrap_or_default();
        Ok(count)
    }

    /// Takes one frame, if it is whole, and says how many octets it has.
    pub(crate) fn decode<'a>(
        &mut self,
        input: &'a [u8],
    ) -> Result<Option<(Frame<'a>, usize)>, frame::Error> {
        self.frames.decode(input)
    }
}

/// Content.
impl Input {
    /// What is read from now on lies in this buffer, which may be kept.
    pub(crate) fn begin_shared(&mut self, buffer: &Bytes) {
        self.source.begin(buffer);
    }

    /// What is read from now on may not be kept.
    pub(crate) fn end_shared(&mut self) {
        self.source.end();
    }

    /// The content of a frame that is read, to be copied or kept.
    pub(crate) fn content<'a>(&mut self, data: &'a [u8]) -> Content<'a> {
        match self.source.content(data) {
            Content::Lent(data) => {
                let copied = self.copies.copy(data);
                copied.map_or(Content::Lent(data), Content::Kept)
            }
            kept => kept,
        }
    }
}

/// Field blocks.
impl Input {
    /// Judges what may come next, while a field block is not ended.
    pub(crate) fn check_order(&self, frame: &Frame<'_>) -> Result<(), ConnectionRule> {
        match (&self.block, frame) {
            // RFC 9113 §4.3: a field block is contiguous, with no frames in between.
            (Some(block), Frame::Continuation(next)) if next.stream_id == block.stream_id() => {
                Ok(())
            }
            (Some(_), _) => Err(ConnectionRule::BlockInterrupted),
            // RFC 9113 §6.10: CONTINUATION follows a field block that is not ended.
            (None, Frame::Continuation(_)) => Err(ConnectionRule::Continuation),
            (None, _) => Ok(()),
        }
    }

    /// The stream whose message a field block is part of that is not ended.
    pub(crate) fn unended(&self) -> Option<StreamId> {
        self.block.as_ref().map(FieldBlock::message_id)
    }

    /// A block begins, with this fragment; its fields are judged by these rules. Returns the block if it
    /// is whole.
    #[inline]
    pub(crate) fn begin(
        &mut self,
        block: FieldBlock,
        rules: Rules,
        fragment: &[u8],
        is_last: bool,
        limits: &Limits,
    ) -> Result<Option<FieldBlock>, Fault> {
        let Some(kind) = block.kind() else {
            return self.feed(block, fragment, is_last, limits);
        };
        self.assembler = Assembler::new(kind, rules, self.spare.take());
        if block.responds_to_connect() {
            self.assembler.responds_to_connect();
        }
        if self.repeated.is_some() && is_last {
            return self.begin_likely(block, fragment, limits);
        }
        self.feed(block, fragment, is_last, limits)
    }

    /// A whole block comes that is likely to be the one before.
    fn begin_likely(
        &mut self,
        block: FieldBlock,
        fragment: &[u8],
        limits: &Limits,
    ) -> Result<Option<FieldBlock>, Fault> {
        let before = self.fields.table().state();
        let assembler = &mut self.assembler;
        let repeated = self.repeated.as_ref();
        if repeated.is_some_and(|repeated| repeated.repeat(fragment, before, assembler)) {
            return Ok(Some(block));
        }
        let whole = self.feed(block, fragment, true, limits)?;
        let is_whole = self.fields.progress().exceeded.is_none();
        let is_same = is_whole && self.fields.table().state() == before;
        if let Some(repeated) = &mut self.repeated {
            if repeated.is_likely(fragment) && is_same {
                repeated.keep(fragment, before, &self.assembler);
            }
        }
        Ok(whole)
    }

    /// Gives the next fragment to the decoder. Returns the block once it is whole.
    pub(crate) fn go_on(
        &mut self,
        fragment: &[u8],
        is_last: bool,
        limits: &Limits,
    ) -> Result<Option<FieldBlock>, Fault> {
        let block = self.block.take();
        let mut block = block.ok_or(ConnectionRule::Continuation)?;
        block.continued(fragment, limits)?;
        self.feed(block, fragment, is_last, limits)
    }

    /// Gives a fragment to the decoder. Returns the block once it is whole.
    #[inline]
    fn feed(
        &mut self,
        mut block: FieldBlock,
        fragment: &[u8],
        is_last: bool,
        limits: &Limits,
    ) -> Result<Option<FieldBlock>, Fault> {
        block.feed(fragment, &mut self.fields, &mut self.assembler, limits)?;
        if is_last {
            return Ok(Some(block));
        }
        self.block = Some(block);
        Ok(None)
    }

    /// Ends a block. Returns its fields, if they are wanted.
    #[inline]
    pub(crate) fn finish(&mut self, block: &FieldBlock) -> Result<Option<Assembled>, Fault> {
        let summary = self.fields.finish()?;
        if block.kind().is_none() {
            return block.fault().map_or(Ok(None), Err);
        }
        let id = block.message_id();
        if summary.exceeded.is_some() {
            self.assembler.drop_section();
            return Err(Limit::FieldSection.on(id));
        }
        let message = self.assembler.finish();
        message.map(Some).map_err(|violation| violation.on(id))
    }

    /// No more of a block comes.
    pub(crate) fn end(&mut self) {
        self.block = None;
        self.assembler.drop_section();
    }
}

/// Memory.
impl Input {
    /// Takes note of how large the sections are that come.
    pub(crate) fn note_section(&mut self, section: &FieldSection) {
        self.spare.note(section);
    }

    /// Keeps the memory of a section that was sent.
    pub(crate) fn keep_memory(&mut self, section: FieldSection) {
        self.spare.give(section);
    }

    /// The octets of the dynamic table.
    pub(crate) fn table_octets(&self) -> usize {
        self.fields.table().size()
    }

    /// The octets of memory that are kept.
    pub(crate) fn spare_octets(&self) -> usize {
        let repeated = self.repeated.as_ref();
        let repeated = repeated.map_or(0, |repeated| repeated.octets());
        self.spare.octets() + repeated + self.copies.octets()
    }

    /// Gives memory back that was not needed since the last time.
    pub(crate) fn rest(&mut self) {
        self.spare.rest();
        self.copies.rest();
    }

    /// Gives all memory back that is kept.
    pub(crate) fn give_back(&mut self) {
        self.spare.clear();
        self.forget();
        self.copies.clear();
    }
}
