//! Requests that the machine has and has not opened yet (RFC 9113 §5.1.2).
//!
//! The machine opens them in the order in which they came, whether anybody polls for one or not. So
//! only the first of them needs to be looked at.

use alloc::collections::VecDeque;
use core::task::Waker;

use proto::{Role, State, StreamId};

use crate::entries::Interest;
use crate::locked::Locked;
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

    /// Wakes all who wait to make another request.
    pub(crate) fn wake_all(&mut self, spent: &mut Spent) {
        spent.wake(self.0.iter_mut().filter_map(|(_, waker)| waker.take()));
    }
}

impl<R: Role> Locked<R> {
    /// Says whether a request of ours waits to be opened.
    pub(crate) fn is_waiting(&mut self, id: StreamId) -> bool {
        let stream = self.machine.connection().stream(id);
        stream.is_some_and(|stream| stream.state() == State::Idle && stream.result().is_none())
    }

    /// Wakes those whose requests were opened, or never will be.
    pub(crate) fn note_opened_requests(&mut self) {
        while let Some((id, _)) = self.waiting.0.front() {
            let id = *id;
            if self.is_waiting(id) {
                return;
            }
            let next = self.waiting.0.pop_front().and_then(|(_, waker)| waker);
            self.spent.wake(next);
            self.wake(id, Interest::Send);
        }
    }
}
