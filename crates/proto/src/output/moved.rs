//! How all output has moved, for whoever has too many connections.

use core::time::Duration;

/// Since when fewer octets left than are progress, and how many had left before.
#[derive(Debug, Default)]
pub(super) struct Moved {
    since: Option<(Duration, u64)>,
}

impl Moved {
    /// The time is told, and so many octets have left in all.
    pub(super) fn note(&mut self, is_waiting: bool, now: Duration, taken: u64, least: u32) {
        self.since = match self.since.filter(|_| is_waiting) {
            Some((since, before)) if taken - before < u64::from(least) => Some((since, before)),
            _ => is_waiting.then_some((now, taken)),
        };
    }

    pub(super) fn progress(&self, taken: u64) -> Option<(Duration, u64)> {
        let (since, before) = self.since?;
        Some((since, taken - before))
    }
}
