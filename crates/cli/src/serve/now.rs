//! When a request is answered, by both clocks.

use core::time::Duration;
use std::time::{Instant, SystemTime};

/// A moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Now {
    instant: Instant,
    /// How far it is from the system's now.
    ahead: Duration,
}

impl Default for Now {
    fn default() -> Self {
        Self {
            instant: Instant::now(),
            ahead: Duration::ZERO,
        }
    }
}

impl Now {
    /// By the clock that never goes back.
    pub(crate) const fn instant(self) -> Instant {
        self.instant
    }

    /// By the clock that files and answers have their dates from.
    pub(crate) fn time(self) -> SystemTime {
        SystemTime::now() + self.ahead
    }

    /// A moment that is yet to come.
    #[cfg(test)]
    pub(crate) fn after(self, ahead: Duration) -> Self {
        Self {
            instant: self.instant + ahead,
            ahead: self.ahead + ahead,
        }
    }
}
