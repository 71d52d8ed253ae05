//! What leaves of our message, and how urgent it is.

use bytes::Bytes;

use super::Stream;
use crate::message::Signal;
use crate::stream::{Next, Pool, Queued};

impl Stream {
    /// What is to be sent next, if anything.
    pub(crate) fn next(&self, pool: &Pool<Queued>) -> Option<Next> {
        self.sending.outbox.next(pool)
    }

    /// Takes the next piece if it is fields.
    pub(crate) fn take_fields(&mut self, pool: &mut Pool<Queued>) -> Option<Queued> {
        self.sending.outbox.take_fields(pool)
    }

    /// Takes content, at most `most` octets of it, out of the first piece.
    pub(crate) fn take_data(&mut self, pool: &mut Pool<Queued>, most: usize) -> Option<Bytes> {
        self.sending.outbox.take_data(pool, most)
    }

    /// Says whether the stream ends with what was taken last.
    pub(crate) const fn ends_here(&self) -> bool {
        self.sending.outbox.is_last()
    }

    /// Says whether the stream ends with a frame of the next `octets` of content.
    pub(crate) fn ends_with(&self, pool: &Pool<Queued>, octets: usize) -> bool {
        self.sending.outbox.is_last_data(pool, octets)
    }

    /// END_STREAM was sent.
    pub(crate) fn sent_end(&mut self) {
        self.sending.outbox.sent();
    }

    /// Drops all that waits. Nothing more may be sent after that.
    pub(crate) fn drop_queued(&mut self, pool: &mut Pool<Queued>) {
        self.sending.outbox.clear(pool);
    }

    /// The octets of content that wait.
    pub(crate) const fn queued(&self) -> usize {
        self.sending.outbox.octets()
    }

    /// All that was ever queued, as [`Self::handed_out`] counts it.
    pub(crate) const fn queued_in_all(&self) -> u64 {
        self.sending.outbox.queued()
    }

    /// How much of what was ever queued was handed out.
    pub(crate) const fn handed_out(&self) -> u64 {
        self.sending.outbox.taken()
    }

    /// Says whether an application that found no capacity is to be told that there is some: half of
    /// a buffer of `most` octets, so that not every frame wakes someone.
    pub(crate) fn has_capacity_again(&mut self, most: usize) -> bool {
        let half = &mut self.sending;
        let has_again = half.wants_capacity && half.outbox.octets() <= most / 2;
        half.wants_capacity &= !has_again;
        has_again
    }
}

/// How urgent it is.
impl Stream {
    /// How urgent the response is, as far as anyone said.
    pub(crate) const fn priority(&self) -> Signal {
        self.sending.priority
    }

    /// Somebody says how urgent the response is.
    pub(crate) fn prioritize(&mut self, signal: Signal) {
        self.sending.priority = signal;
    }
}
