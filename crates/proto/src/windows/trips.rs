//! The PINGs that go around while content is taken.

use core::time::Duration;

use crate::flow::{INITIAL_WINDOW, Moment};
use crate::nanos::Nanos;

/// So many initial windows are taken on the connection before another PING leaves, if the last one
/// found no stream too narrow: short streams, of which each asks once, cost few.
const PAUSE: u32 = 8;

/// Round trips, one at a time.
#[derive(Debug)]
pub(super) struct Trips {
    /// How many have come back.
    count: u32,
    /// When the one left that is on its way; never, if none is.
    since: Nanos,
    /// What the latest took.
    length: Duration,
    /// The octets to be taken before another leaves.
    pause: u32,
}

impl Default for Trips {
    fn default() -> Self {
        Self {
            count: 0,
            since: Nanos::NEVER,
            length: Duration::ZERO,
            pause: 0,
        }
    }
}

impl Trips {
    /// The time, as a stream needs to know it.
    pub(super) const fn moment(&self, now: Duration) -> Moment {
        Moment {
            now,
            trip: self.length,
            trips: self.count,
        }
    }

    /// Octets were taken.
    pub(super) fn taken(&mut self, octets: u32) {
        self.pause = self.pause.saturating_sub(octets);
    }

    pub(super) fn is_under_way(&self) -> bool {
        self.since != Nanos::NEVER
    }

    /// A PING may leave now. Says whether it does.
    pub(super) fn begin(&mut self, now: Duration) -> bool {
        let begins = self.pause == 0;
        if begins {
            self.since = Nanos::of(now);
        }
        begins
    }

    /// The PING is back.
    pub(super) fn end(&mut self, now: Duration, initial: u32) {
        let Some(since) = self.since.time() else {
            return;
        };
        self.since = Nanos::NEVER;
        self.count = self.count.wrapping_add(1);
        self.length = now.saturating_sub(since);
        self.pause = initial.max(INITIAL_WINDOW).saturating_mul(PAUSE);
    }

    /// A window that was too narrow has grown by so much. Where it has, others may be too narrow, and
    /// the next PING leaves at once.
    pub(super) fn grew(&mut self, octets: u32) {
        if octets > 0 {
            self.pause = 0;
        }
    }
}
