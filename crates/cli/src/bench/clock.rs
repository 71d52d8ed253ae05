//! Nanoseconds since the run began.

use core::time::Duration;
use std::time::Instant;

/// The timeline of a run, which all its threads share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock(Instant);

impl Clock {
    /// The run begins now.
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    /// How many nanoseconds have passed.
    pub(super) fn now(self) -> u64 {
        nanos(self.0.elapsed())
    }
}

/// A time in nanoseconds; 584 years at most.
pub(super) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
