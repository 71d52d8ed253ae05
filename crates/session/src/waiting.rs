//! Requests that the machine has and has not opened yet (RFC 9113 §5.1.2).
//!
//! The machine opens them in the order in which they came, whether anybody polls for one or not. So
//! only the first of them needs to be looked at.

use alloc::collections::VecDeque;
use core::task::Waker;

use proto::StreamId;

use crate::spent::{Spent, park};

/// Requests that the machine has and has not opened yet, and who waits to make the next.
#[derive(Debug, Default)]
pub(crate) struct Waiting(VecDeque<(StreamId, Option<Waker>)>);

impl Waiting {
    /// Adds one.
    pub(crate) fn push(&mut self, id: StreamId) {
        self.0.push_back((id, None));
    }

    /// Notes who is to be woken when a request is opened; says whether it is still to be.
    pub(crate) fn park(&mut self, id: StreamId, waker: &Waker, spent: &mut Spent) -> bool {
        let place = self.0.binary_search_by_key(&id, |(id, _)| *id).ok();
        let entry = place.and_then(|place| self.0.get_mut(place));
        if let Some((_, place)) = entry {
            park(place, waker, spent);
            return true;
        }
        false
    }

    /// The first of them.
    pub(crate) fn first(&self) -> Option<StreamId> {
        self.0.front().map(|(id, _)| *id)
    }

    /// The first is opened, or never will be: whoever waits to make the next is woken.
    pub(crate) fn pass(&mut self, spent: &mut Spent) {
        let waker = self.0.pop_front().and_then(|(_, waker)| waker);
        spent.wake(waker);
    }

    /// Wakes all who wait to make another request.
    pub(crate) fn wake_all(&mut self, spent: &mut Spent) {
        spent.wake(self.0.iter_mut().filter_map(|(_, waker)| waker.take()));
    }
}
