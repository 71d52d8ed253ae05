//! Flush tokens: what was queued has been written, or never will be. Each is resolved exactly once.

use alloc::collections::{BTreeSet, VecDeque};

use frame::StreamId;

use super::Shared;
use crate::error::StreamError;
use crate::event::Event;
use crate::stream::Stream;

/// Stands for all that was queued on a stream when it was made; resolved by
/// [`Event::Flushed`](crate::Event::Flushed).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlushToken(u64);

/// The tokens that are not resolved.
#[derive(Debug, Default)]
pub(super) struct Flushes {
    last: u64,
    /// Those whose content waits on a stream: the stream, how much it must have handed out, and the
    /// token.
    sending: BTreeSet<(StreamId, u64, FlushToken)>,
    /// Those whose content is among the output: how many octets the transport must have taken, which
    /// only grows, and the token.
    writing: VecDeque<(u64, FlushToken)>,
}

impl Shared {
    /// Makes a token for all that is queued on a stream.
    pub(super) fn flush(&mut self, stream: &Stream) -> FlushToken {
        let flushes = &mut self.outbound.flushes;
        flushes.last += 1;
        let token = FlushToken(flushes.last);
        let place = (stream.id(), stream.queued_in_all(), token);
        flushes.sending.insert(place);
        self.note_sent(stream);
        // Whoever drives the machine is to hear of a token that is resolved at once.
        self.signals.wake_writer();
        token
    }

    /// Says whether any token is not resolved.
    pub(super) fn has_flushes(&self) -> bool {
        let flushes = &self.outbound.flushes;
        !flushes.sending.is_empty() || !flushes.writing.is_empty()
    }

    /// Looks which tokens' content a stream has handed out by now.
    pub(super) fn note_sent(&mut self, stream: &Stream) {
        if self.outbound.flushes.sending.is_empty() {
            return;
        }
        let (id, sent) = (stream.id(), stream.handed_out());
        let octets = self.outbound.output.appended();
        while let Some(token) = self.outbound.flushes.take(id, sent) {
            self.outbound.flushes.writing.push_back((octets, token));
        }
        self.resolve_written();
    }

    /// Resolves the tokens whose content the transport has taken.
    pub(super) fn resolve_written(&mut self) {
        if self.outbound.control.is_shut {
            // What was lost counts as neither waiting nor written.
            return self.resolve_lost();
        }
        let written = self.outbound.output.written_in_all();
        while let Some((octets, token)) = self.outbound.flushes.writing.pop_front() {
            if octets > written {
                self.outbound.flushes.writing.push_front((octets, token));
                break;
            }
            self.resolve(token, Ok(()));
        }
    }

    /// Resolves the tokens of a stream that ends, as far as their content was not sent.
    pub(super) fn resolve_finished(&mut self, stream: &Stream, result: Result<(), StreamError>) {
        if self.outbound.flushes.sending.is_empty() {
            return;
        }
        self.note_sent(stream);
        let error = result.err().unwrap_or(StreamError::Canceled);
        while let Some(token) = self.outbound.flushes.take(stream.id(), u64::MAX) {
            self.resolve(token, Err(error));
        }
    }

    /// Resolves all tokens, for nothing will be written any more.
    pub(super) fn resolve_lost(&mut self) {
        let Flushes {
            sending, writing, ..
        } = &mut self.outbound.flushes;
        let (sending, writing) = (core::mem::take(sending), core::mem::take(writing));
        let tokens = writing.into_iter().map(|(_, token)| token);
        for token in tokens.chain(sending.into_iter().map(|(_, _, token)| token)) {
            self.resolve(token, Err(StreamError::ConnectionLost));
        }
    }

    fn resolve(&mut self, token: FlushToken, result: Result<(), StreamError>) {
        self.signals.push(Event::Flushed { token, result });
    }
}

impl Flushes {
    /// Takes a token of a stream that waits for no more than `sent`.
    fn take(&mut self, id: StreamId, sent: u64) -> Option<FlushToken> {
        let from = (id, 0, FlushToken(0));
        let to = (id, sent, FlushToken(u64::MAX));
        let place = *self.sending.range(from..=to).next()?;
        self.sending.remove(&place);
        Some(place.2)
    }
}
