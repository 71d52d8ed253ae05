//! Flush tokens: what was queued has been written, or never will be. Each is resolved exactly once.

use alloc::boxed::Box;
use alloc::collections::{BTreeSet, VecDeque};

use frame::StreamId;

/// Stands for all that was queued on a stream when it was made; resolved by
/// [`Event::Flushed`](crate::Event::Flushed).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlushToken(u64);

/// The tokens that are not resolved.
#[derive(Debug, Default)]
pub(super) struct Flushes {
    last: u64,
    /// Most connections never make one.
    unresolved: Option<Box<Unresolved>>,
}

/// Those that are not resolved.
#[derive(Debug, Default)]
struct Unresolved {
    /// Those whose content waits on a stream: the stream, how much it must have handed out, and the
    /// token.
    sending: BTreeSet<(StreamId, u64, FlushToken)>,
    /// Those whose content is among the output: how many octets the transport must have taken, which
    /// only grows, and the token.
    writing: VecDeque<(u64, FlushToken)>,
}

impl Flushes {
    pub(super) fn is_empty(&self) -> bool {
        let unresolved = self.unresolved.as_ref();
        unresolved.is_none_or(|it| it.sending.is_empty() && it.writing.is_empty())
    }

    /// Makes a token for `queued` that a stream hands out.
    pub(super) fn make(&mut self, id: StreamId, queued: u64) -> FlushToken {
        self.last += 1;
        let token = FlushToken(self.last);
        let unresolved = self.unresolved.get_or_insert_with(Box::default);
        unresolved.sending.insert((id, queued, token));
        token
    }

    /// A stream has handed out so much, and the output reaches so far. Says whether any token waits
    /// for a stream.
    pub(super) fn handed_out(&mut self, id: StreamId, sent: u64, appended: u64) -> bool {
        let Some(unresolved) = &mut self.unresolved else {
            return false;
        };
        if unresolved.sending.is_empty() {
            return false;
        }
        while let Some(token) = unresolved.next_of(id, sent) {
            unresolved.writing.push_back((appended, token));
        }
        true
    }

    /// Takes a token of a stream that waits for no more than `sent`.
    pub(super) fn next_of(&mut self, id: StreamId, sent: u64) -> Option<FlushToken> {
        self.unresolved.as_mut()?.next_of(id, sent)
    }

    /// Takes a token whose content the transport has taken, by what it has in all.
    pub(super) fn next_written(&mut self, written: u64) -> Option<FlushToken> {
        let writing = &mut self.unresolved.as_mut()?.writing;
        let (_, token) = *writing.front().filter(|(end, _)| *end <= written)?;
        writing.pop_front();
        Some(token)
    }

    /// Takes all tokens, in the order in which their content was to leave.
    pub(super) fn take_all(&mut self) -> impl Iterator<Item = FlushToken> + use<> {
        let unresolved = self.unresolved.take().map(|it| *it).unwrap_or_default();
        let writing = unresolved.writing.into_iter().map(|(_, token)| token);
        let sending = unresolved.sending.into_iter().map(|(_, _, token)| token);
        writing.chain(sending)
    }

    /// Gives back the memory in which no token waits.
    pub(super) fn rest(&mut self) {
        if self.is_empty() {
            self.unresolved = None;
        }
    }
}

impl Unresolved {
    fn next_of(&mut self, id: StreamId, sent: u64) -> Option<FlushToken> {
        if self.sending.is_empty() {
            return None;
        }
        let from = (id, 0, FlushToken(0));
        let to = (id, sent, FlushToken(u64::MAX));
        let place = *self.sending.range(from..=to).next()?;
        self.sending.remove(&place);
        Some(place.2)
    }
}
