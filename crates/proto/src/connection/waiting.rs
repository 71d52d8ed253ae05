//! Requests that wait for the server to take another stream, and for how long (RFC 9113 §5.1.2).

use alloc::collections::VecDeque;
use core::time::Duration;

use frame::StreamId;
use smallvec::SmallVec;

use super::{Core, Shared};
use crate::error::StreamError;
use crate::role::Side;
use crate::stream::Key;

/// When requests were first seen to wait: the time, and the last one that waited then. Both only grow.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    seen: VecDeque<(Duration, StreamId)>,
}

impl Waiting {
    /// Takes note of the requests that wait, from the first to the last.
    fn note(&mut self, now: Duration, first: StreamId, last: StreamId) {
        while self.seen.front().is_some_and(|(_, id)| *id < first) {
            self.seen.pop_front();
        }
        if self.seen.back().is_none_or(|(_, id)| *id < last) {
            self.seen.push_back((now, last));
        }
    }

    /// The last of the requests that have waited since this time or longer.
    fn since(&mut self, time: Duration) -> Option<StreamId> {
        let mut last = None;
        while let Some((_, id)) = self.seen.front().filter(|(since, _)| *since <= time) {
            last = Some(*id);
            self.seen.pop_front();
        }
        last
    }

    fn first(&self) -> Option<Duration> {
        self.seen.front().map(|(since, _)| *since)
    }
}

impl Core {
    /// Ends requests that have waited too long. Nothing of them was sent, and nobody is to blame.
    pub(super) fn check_waiting(&mut self, is_held: bool) {
        for key in self.shared.over_waiting(is_held) {
            self.act(key, |shared, stream| {
                shared.finish(stream, Err(StreamError::Unsent));
            });
        }
    }
}

impl Shared {
    /// The requests that have waited too long to be opened.
    fn over_waiting(&mut self, is_held: bool) -> SmallVec<[Key; 8]> {
        let none = SmallVec::new();
        let Some(limit) = self.config.opening_timeout else {
            return none;
        };
        if self.outbound.openings.is_empty() {
            self.outbound.waiting.seen.clear();
            return none;
        }
        let openings = &self.outbound.openings;
        let waits = self.side == Side::Client && !is_held && !self.may_activate();
        let (Some(first), Some(last), true) = (openings.front(), openings.back(), waits) else {
            self.outbound.waiting = Waiting::default();
            return none;
        };
        let (first, last, now) = (first.0, last.0, self.clock.now);
        self.outbound.waiting.note(now, first, last);
        let over = now.checked_sub(limit);
        let Some(last) = over.and_then(|time| self.outbound.waiting.since(time)) else {
            return none;
        };
        let openings = self.outbound.openings.iter();
        let over = openings.take_while(|(id, _)| *id <= last);
        over.map(|(_, key)| *key).collect()
    }

    /// When the next of them will have waited too long.
    pub(super) fn waiting_deadline(&self) -> Option<Duration> {
        let since = self.outbound.waiting.first()?;
        Some(since.saturating_add(self.config.opening_timeout?))
    }
}
