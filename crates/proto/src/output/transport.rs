//! What the transport was shown and does not take, and for how long.

use core::time::Duration;

use crate::limits::Limits;
use crate::nanos::Nanos;
use crate::violation::Limit;

/// What the transport was shown, and how it takes it.
#[derive(Debug, Default)]
pub(super) struct Transport {
    /// The end of what was shown, counted in octets since the beginning.
    shown: u64,
    wait: Option<Wait>,
}

/// Something has been there to take since then.
#[derive(Clone, Copy, Debug)]
struct Wait {
    /// Since when fewer octets were taken than are progress, and how many had been before.
    since: Nanos,
    taken: u64,
    /// Since when none were, and the same.
    idle_since: Nanos,
    idle_taken: u64,
}

impl Transport {
    /// The driver was shown all up to here.
    pub(super) const fn showed(&mut self, end: u64) {
        self.shown = end;
    }

    /// The driver has reported all up to here.
    pub(super) const fn took(&mut self, end: u64) {
        if end >= self.shown {
            self.wait = None;
        }
    }

    /// Says whether something that was shown is still to be taken.
    pub(super) const fn is_waiting(&self, taken: u64) -> bool {
        self.shown > taken
    }

    /// Looks at what was taken. Says which limit was passed, if any.
    pub(super) fn look(&mut self, now: Duration, taken: u64, limits: &Limits) -> Option<Limit> {
        if !self.is_waiting(taken) {
            self.wait = None;
            return None;
        }
        let now = Nanos::of(now);
        let wait = self.wait.get_or_insert(Wait::new(now, taken));
        if taken > wait.idle_taken {
            (wait.idle_since, wait.idle_taken) = (now, taken);
        }
        if taken - wait.taken >= u64::from(limits.progress_octets.0) {
            (wait.since, wait.taken) = (now, taken);
        }
        if now >= wait.idle_since.after(limits.transport_idle) {
            Some(Limit::TransportIdle)
        } else if now >= wait.since.after(limits.transport_progress) {
            Some(Limit::TransportProgress)
        } else {
            None
        }
    }

    /// When to look again at the latest.
    pub(super) fn deadline(&self, limits: &Limits) -> Option<Duration> {
        let wait = self.wait?;
        let idle = wait.idle_since.after(limits.transport_idle);
        idle.min(wait.since.after(limits.transport_progress)).time()
    }
}

impl Wait {
    const fn new(now: Nanos, taken: u64) -> Self {
        Self {
            since: now,
            taken,
            idle_since: now,
            idle_taken: taken,
        }
    }
}
