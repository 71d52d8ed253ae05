//! Fragments on their way to the decoder, counted and bounded (RFC 9113 §4.3, RFC 9113 §6.10).
//!
//! The decoder gets them as they come, whatever becomes of the stream: a block that was skipped
//! would leave the two ends with different tables.

use frame::StreamId;
use hpack::{HeaderField, Representation};

use crate::limits::Limits;
use crate::message::{Assembler, Kind};
use crate::violation::{Fault, Limit};

/// A field block in progress.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldBlock {
    stream_id: StreamId,
    /// The stream that a PUSH_PROMISE promises.
    promised_id: Option<StreamId>,
    /// END_STREAM of the HEADERS that began the block.
    end_stream: bool,
    purpose: Purpose,
    octets: u32,
    continuations: u32,
    /// One of them carried nothing.
    has_empty: bool,
}

/// What becomes of the fields.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// They are a part of a message.
    Message(Kind),
    /// They are the response to CONNECT (RFC 9113 §8.5).
    ConnectResponse,
    /// They are the request of a stream that is there once the block is whole.
    NewStream(Kind),
    /// They are decoded and dropped, because the stream is over.
    Discard,
    /// They are decoded and dropped, because the HEADERS that began the block broke a rule.
    Fault(Fault),
}

impl FieldBlock {
    pub(crate) const fn new(stream_id: StreamId, end_stream: bool, purpose: Purpose) -> Self {
        Self {
            stream_id,
            promised_id: None,
            end_stream,
            purpose,
            octets: 0,
            continuations: 0,
            has_empty: false,
        }
    }

    /// The block of a PUSH_PROMISE.
    pub(crate) const fn promising(mut self, promised_id: StreamId) -> Self {
        self.promised_id = Some(promised_id);
        self
    }

    /// The stream whose message the fields are part of.
    pub(crate) fn message_id(&self) -> StreamId {
        self.promised_id.unwrap_or(self.stream_id)
    }

    /// The stream on which the block came.
    pub(crate) const fn stream_id(&self) -> StreamId {
        self.stream_id
    }

    /// Says whether the block promises a stream.
    pub(crate) const fn is_promise(&self) -> bool {
        self.promised_id.is_some()
    }

    /// Says whether the peer's side ends with the block.
    pub(crate) const fn ends_stream(&self) -> bool {
        self.end_stream
    }

    /// Says whether a stream is to be there once the block is whole.
    pub(crate) const fn opens_stream(&self) -> bool {
        matches!(self.purpose, Purpose::NewStream(_))
    }

    /// The kind of section that the fields are, if they are wanted.
    pub(super) const fn kind(&self) -> Option<Kind> {
        match self.purpose {
            Purpose::Message(kind) | Purpose::NewStream(kind) => Some(kind),
            Purpose::ConnectResponse => Some(Kind::Response),
            Purpose::Discard | Purpose::Fault(_) => None,
        }
    }

    /// Says whether the fields are the response to CONNECT.
    pub(super) const fn responds_to_connect(&self) -> bool {
        matches!(self.purpose, Purpose::ConnectResponse)
    }

    /// What the HEADERS broke that began the block.
    pub(super) const fn fault(&self) -> Option<Fault> {
        match self.purpose {
            Purpose::Fault(fault) => Some(fault),
            _ => None,
        }
    }

    /// Takes note of a CONTINUATION.
    pub(super) fn continued(&mut self, fragment: &[u8], limits: &Limits) -> Result<(), Limit> {
        self.continuations += 1;
        let was_empty = self.has_empty;
        self.has_empty |= fragment.is_empty();
        if was_empty && fragment.is_empty() {
            return Err(Limit::EmptyContinuations);
        }
        if self.continuations > limits.most_continuations() {
            Err(Limit::Continuations)
        } else {
            Ok(())
        }
    }

    /// Gives a fragment to the decoder, whose fields go to `assembler` if they are wanted.
    #[inline]
    pub(super) fn feed(
        &mut self,
        fragment: &[u8],
        decoder: &mut hpack::Decoder,
        assembler: &mut Assembler,
        limits: &Limits,
    ) -> Result<(), Fault> {
        self.octets = self
            .octets
            .saturating_add(u32::try_from(fragment.len()).unwrap_or(u32::MAX));
        if self.octets > limits.field_block_octets() {
            return Err(Limit::FieldBlock.into());
        }
        match self.kind() {
            Some(_) => decoder.decode(fragment, assembler)?,
            None => decoder.decode(
                fragment,
                &mut |_: HeaderField<'_>, _: Representation, _: &mut u8| {},
            )?,
        }
        let progress = decoder.progress();
        if progress.fields > limits.fields_hard as usize {
            return Err(Limit::FieldsHard.into());
        }
        if progress.octets > limits.field_section_hard() as usize {
            return Err(Limit::FieldSectionHard.into());
        }
        Ok(())
    }
}
