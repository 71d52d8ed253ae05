//! How many requests a closed loop makes, and until when requests count.

/// The requests that a thread may still make, and which of them are measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Supply {
    /// How many there may be; none is as many as there is time for.
    left: Option<u64>,
    /// The number of the next.
    next: u64,
    /// The distance to the one after it: each thread has its own.
    step: u64,
    /// From when those count that are intended, in nanoseconds.
    pub(super) from: u64,
    /// When the run ends; it may have no end but that of its requests.
    pub(super) until: Option<u64>,
}

impl Supply {
    pub(super) const fn new(left: Option<u64>, (first, step): (u64, u64), from: u64) -> Self {
        Self {
            left,
            next: first,
            step,
            from,
            until: None,
        }
    }

    /// The same with an end.
    pub(super) const fn until(mut self, until: Option<u64>) -> Self {
        self.until = until;
        self
    }

    /// The number of one more request, if there is to be one now.
    pub(super) fn take(&mut self, now: u64) -> Option<u64> {
        if self.is_past(now) {
            return None;
        }
        // Those of the warm-up are not among those that were asked for.
        if let Some(left) = self.left.as_mut().filter(|_| now >= self.from) {
            *left = left.checked_sub(1)?;
        }
        let number = self.next;
        self.next += self.step;
        Some(number)
    }

    /// Says whether no more requests are made.
    pub(super) fn is_empty(&self) -> bool {
        self.left == Some(0)
    }

    /// Says whether the end has come by a time.
    pub(super) fn is_past(&self, time: u64) -> bool {
        self.until.is_some_and(|until| time >= until)
    }

    /// Says whether a request counts.
    pub(super) fn counts(&self, intended: u64) -> bool {
        intended >= self.from && self.until.is_none_or(|until| intended < until)
    }
}
