//! Whether there are more connections than are needed.
//!
//! Requests are shared among all connections, so that none falls idle by itself while there is a
//! little traffic; the least used one retires once the rest could have carried the most that ran.

use core::time::Duration;

/// The most requests that ran at once within an interval.
#[derive(Debug, Default)]
pub(crate) struct Surplus {
    peak: usize,
    since: Duration,
}

impl Surplus {
    /// So many requests run now.
    pub(crate) fn running(&mut self, count: usize) {
        self.peak = self.peak.max(count);
    }

    /// At the end of an interval says how many ran at most, and begins the next.
    pub(crate) fn tick(
        &mut self,
        now: Duration,
        interval: Duration,
        running: usize,
    ) -> Option<usize> {
        if now < self.since.saturating_add(interval) {
            return None;
        }
        self.since = now;
        Some(core::mem::replace(&mut self.peak, running))
    }

    /// When the interval ends.
    pub(crate) fn next(&self, interval: Duration) -> Duration {
        self.since.saturating_add(interval)
    }
}
