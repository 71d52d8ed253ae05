//! Memory that a connection without streams gives back after a while.
//!
//! Not at once: a connection that gets one request after the other would allocate for each.

use core::time::Duration;

use super::{Core, Shared};

/// The time for which nothing must run.
pub(super) const REST: Duration = Duration::from_secs(1);

/// What is worth being told the time once more for, in octets.
const WORTH: usize = 512;

impl Core {
    /// What a connection that rests would hold in vain: which rest it is, if it is worth one.
    pub(super) fn rest_occasion(&self) -> Option<u64> {
        let quiet = self.shared.streams.quiet()?;
        (self.spare_octets() > WORTH).then_some(quiet)
    }

    fn spare_octets(&self) -> usize {
        let Shared {
            input,
            output,
            streams,
            ..
        } = &self.shared;
        input.spare_octets() + output.capacity() + self.store.capacity() + streams.spare_octets()
    }

    /// Gives the memory back.
    pub(super) fn rest(&mut self) {
        let shared = &mut self.shared;
        shared.input.give_back();
        shared.output.give_back();
        shared.encoder.rest();
        shared.control.rest();
        shared.signals.rest();
        // What the application has not taken of streams that are over stays.
        if self.store.rest() {
            shared.streams.rest();
        }
    }
}
