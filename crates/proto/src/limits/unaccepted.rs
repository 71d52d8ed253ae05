//! Streams that the peer opened and reset before the application took them on, where their number is
//! bounded (RFC 9113 §10.5).

use alloc::collections::BTreeSet;

use frame::StreamId;

use super::Limits;
use crate::violation::Limit;

/// Streams of the peer's that the application would still find in the order in which they came, and
/// that are over.
#[derive(Debug)]
pub(super) struct Unaccepted {
    most: Option<u32>,
    reset: BTreeSet<StreamId>,
    /// The application took on, or passed over, all up to this one.
    accepted: StreamId,
}

impl Unaccepted {
    pub(super) const fn new(limits: &Limits) -> Self {
        Self {
            most: limits.resets_unaccepted,
            reset: BTreeSet::new(),
            accepted: StreamId::CONNECTION,
        }
    }

    /// The peer reset a stream.
    pub(super) fn reset(&mut self, id: StreamId) -> Result<(), Limit> {
        let Some(most) = self.most.filter(|_| id > self.accepted) else {
            return Ok(());
        };
        if u32::try_from(self.reset.len()).is_ok_and(|count| count >= most) {
            return Err(Limit::ResetsUnaccepted);
        }
        self.reset.insert(id);
        Ok(())
    }

    /// The application has looked at all streams up to this one.
    pub(super) fn accept_up_to(&mut self, last: StreamId) {
        self.accepted = self.accepted.max(last);
        while self.reset.first().is_some_and(|id| *id <= last) {
            self.reset.pop_first();
        }
    }

    /// The application has looked at this stream, in whatever order.
    pub(super) fn accept(&mut self, id: StreamId) {
        self.reset.remove(&id);
    }
}
