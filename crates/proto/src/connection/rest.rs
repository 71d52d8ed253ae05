//! Memory that a connection without streams gives back after a while.
//!
//! Not at once: a connection that gets one request after the other would allocate for each.

use core::time::Duration;

use super::{Core, Shared};
use crate::stream::{Links, Pool};

/// The time for which nothing must run.
pub(super) const REST: Duration = Duration::from_secs(1);

/// What is worth being told the time once more for, in octets.
const WORTH: usize = 512;

impl Core {
    /// What a connection that rests would hold in vain: which rest it is, if it is worth one.
    pub(super) fn rest_occasion(&self) -> Option<u64> {
        let streams = &self.shared.streams;
        let is_worth = streams.running == 0 && self.spare_octets() > WORTH;
        is_worth.then_some(streams.finished)
    }

    fn spare_octets(&self) -> usize {
        let Shared {
            inbound,
            outbound,
            streams,
            ..
        } = &self.shared;
        inbound.spare.octets()
            + outbound.output.capacity()
            + self.store.capacity()
            + streams.links.capacity()
            + streams.received.capacity()
            + streams.queued.capacity()
    }

    /// Gives the memory back.
    pub(super) fn rest(&mut self) {
        let shared = &mut self.shared;
        shared.inbound.spare.clear();
        shared.outbound.output.give_back();
        shared.outbound.control.settings.shrink_to_fit();
        shared.signals.rest();
        // What the application has not taken of streams that are over stays.
        if self.store.rest() {
            shared.streams.links = Links::default();
            shared.streams.received = Pool::new();
            shared.streams.queued = Pool::new();
        }
    }
}
