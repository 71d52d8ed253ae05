//! Streams of ours that wait to be opened, and for how long (RFC 9113 §5.1.2).
//!
//! They leave in the order of their identifiers (RFC 9113 §5.1.1). How long each waits is known
//! without a time of its own: whoever looks notes the last that waits then, and what waits no later
//! than that has waited since.

use alloc::collections::VecDeque;
use core::time::Duration;

use frame::StreamId;
use smallvec::SmallVec;

use super::Streams;
use crate::stream::{Key, Stream};

/// Streams whose HEADERS are to open them, in the order of their identifiers.
#[derive(Debug, Default)]
pub(super) struct PendingRequests {
    waiting: VecDeque<(StreamId, Key)>,
    /// When they were first seen to wait: the time, and the last one that waited then. Both only grow.
    seen: VecDeque<(Duration, StreamId)>,
    /// Those that wait for the peer's settings besides.
    unsure: VecDeque<StreamId>,
}

impl PendingRequests {
    pub(super) fn push(&mut self, stream: &Stream) {
        self.waiting.push_back((stream.id(), stream.key()));
    }

    pub(super) fn first(&self) -> Option<StreamId> {
        self.waiting.front().map(|(id, _)| *id)
    }

    /// A stream is not to be opened any more.
    pub(super) fn take_back(&mut self, id: StreamId) {
        if let Ok(place) = self.waiting.binary_search_by_key(&id, |(id, _)| *id) {
            self.waiting.remove(place);
        }
    }

    /// Takes note of those that wait.
    fn see(&mut self, now: Duration, first: StreamId, last: StreamId) {
        while self.seen.front().is_some_and(|(_, id)| *id < first) {
            self.seen.pop_front();
        }
        if self.seen.back().is_none_or(|(_, id)| *id < last) {
            self.seen.push_back((now, last));
        }
    }

    /// The last of those that have waited since this time or longer.
    fn since(&mut self, time: Duration) -> Option<StreamId> {
        let mut last = None;
        while let Some((_, id)) = self.seen.front().filter(|(since, _)| *since <= time) {
            last = Some(*id);
            self.seen.pop_front();
        }
        last
    }
}

impl Streams {
    /// The stream that is to be opened next.
    pub(crate) fn first_pending_request(&self) -> Option<Key> {
        let waiting = &self.pending_requests.as_ref()?.waiting;
        waiting.front().map(|(_, key)| *key)
    }

    /// A stream waits for the peer's first settings, which say whether it may be opened at all.
    pub(crate) fn wait_for_settings(&mut self, id: StreamId) {
        let pending = self.pending_requests.get_or_insert_default();
        pending.unsure.push_back(id);
    }

    /// Says whether a stream, the first of those that wait, waits for that.
    pub(crate) fn waits_for_settings(&mut self, first: StreamId) -> bool {
        let Some(PendingRequests { unsure, .. }) = self.pending_requests.as_deref_mut() else {
            return false;
        };
        while unsure.front().is_some_and(|id| *id < first) {
            unsure.pop_front();
        }
        unsure.front() == Some(&first)
    }

    /// All streams that wait to be opened.
    pub(crate) fn pending_requests(&self) -> impl ExactSizeIterator<Item = Key> {
        let pending = self.pending_requests.as_ref();
        let waiting = pending.map(|pending| pending.waiting.iter());
        waiting.unwrap_or_default().map(|(_, key)| *key)
    }

    /// The stream that is to be opened next is being opened.
    pub(crate) fn opened(&mut self) {
        if let Some(pending) = &mut self.pending_requests {
            pending.waiting.pop_front();
        }
    }

    /// No stream is opened any more.
    pub(crate) fn open_no_more(&mut self) {
        if let Some(pending) = &mut self.pending_requests {
            pending.waiting.clear();
        }
    }

    /// Those that have waited too long for the peer, at this time; `None` where they do not wait for
    /// it.
    pub(crate) fn over_waiting(
        &mut self,
        now: Option<Duration>,
        limit: Duration,
    ) -> SmallVec<[Key; 8]> {
        let Some(pending_requests) = &mut self.pending_requests else {
            return SmallVec::new();
        };
        let (first, last) = (
            pending_requests.waiting.front(),
            pending_requests.waiting.back(),
        );
        let (Some((first, _)), Some((last, _)), Some(now)) = (first, last, now) else {
            pending_requests.seen.clear();
            return SmallVec::new();
        };
        let (first, last) = (*first, *last);
        pending_requests.see(now, first, last);
        let over = now.checked_sub(limit);
        let Some(last) = over.and_then(|time| pending_requests.since(time)) else {
            return SmallVec::new();
        };
        let over = pending_requests
            .waiting
            .iter()
            .take_while(|(id, _)| *id <= last);
        over.map(|(_, key)| *key).collect()
    }

    /// Since when the first of them is known to wait.
    pub(crate) fn waiting_since(&self) -> Option<Duration> {
        let seen = &self.pending_requests.as_ref()?.seen;
        seen.front().map(|(since, _)| *since)
    }
}
