//! Memory that a connection without streams gives back after a while.
//!
//! Not at once: a connection that gets one request after the other would allocate for each.

use core::time::Duration;

use super::Core;
use crate::stream::Pool;

/// The time for which nothing must run.
pub(super) const REST: Duration = Duration::from_secs(1);

/// What is worth being told the time once more for, in octets.
const WORTH: usize = 512;

impl Core {
    /// What a connection that rests would hold in vain: which rest it is, if it is worth one.
    pub(super) fn rest_occasion(&self) -> Option<u64> {
        let is_worth = self.streams.running == 0 && self.spare_octets() > WORTH;
        is_worth.then_some(self.streams.finished)
    }

    fn spare_octets(&self) -> usize {
        self.inbound.spare.octets()
            + self.outbound.output.capacity()
            + self.streams.store.capacity()
            + self.streams.received.capacity()
            + self.streams.queued.capacity()
    }

    /// Gives the memory back.
    pub(super) fn rest(&mut self) {
        self.inbound.spare.clear();
        self.outbound.output.give_back();
        self.outbound.control.settings.shrink_to_fit();
        self.signals.rest();
        // What the application has not taken of streams that are over stays.
        if self.streams.store.rest() {
            self.streams.received = Pool::new();
            self.streams.queued = Pool::new();
        }
    }
}
