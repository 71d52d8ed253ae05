//! How all output has moved, for whoever has too many connections.

use core::time::Duration;

use crate::nanos::Nanos;

/// Since when fewer octets left than are progress, and how many had left before.
#[derive(Debug)]
pub(super) struct Moved {
    /// Never, while nothing waits.
    since: Nanos,
    before: u64,
}

impl Default for Moved {
    fn default() -> Self {
        Self {
            since: Nanos::NEVER,
            before: 0,
        }
    }
}

impl Moved {
    /// The time is told, and so many octets have left in all.
    pub(super) fn note(&mut self, is_waiting: bool, now: Duration, taken: u64, least: u32) {
        if !is_waiting {
            self.since = Nanos::NEVER;
        } else if self.since == Nanos::NEVER || taken - self.before >= u64::from(least) {
            (self.since, self.before) = (Nanos::of(now), taken);
        }
    }

    pub(super) fn progress(&self, taken: u64) -> Option<(Duration, u64)> {
        Some((self.since.time()?, taken - self.before))
    }
}
