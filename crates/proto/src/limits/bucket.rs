//! A budget that refills.

use core::time::Duration;

/// Tokens for something that a peer may do often, but not all the time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    left: u32,
    depth: u32,
    /// The time in which one token comes back.
    period: Duration,
    refilled: Duration,
}

/// Nothing was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spent;

impl Bucket {
    /// Makes a full budget of `depth`, which refills from empty to full within `time`.
    pub(crate) fn new(depth: u32, time: Duration) -> Self {
        let period = time
            .checked_div(depth)
            .unwrap_or(time)
            .max(Duration::from_nanos(1));
        Self {
            left: depth,
            depth,
            period,
            refilled: Duration::ZERO,
        }
    }

    /// Takes as many tokens, or none.
    pub(crate) fn take(&mut self, tokens: u32) -> Result<(), Spent> {
        self.left = self.left.checked_sub(tokens).ok_or(Spent)?;
        Ok(())
    }

    /// Gives tokens back, for useful work.
    pub(crate) fn give(&mut self, tokens: u32) {
        self.left = self.depth.min(self.left.saturating_add(tokens));
    }

    /// Gives back what has come in since the last call.
    pub(crate) fn refill(&mut self, now: Duration) {
        let Some(passed) = now.checked_sub(self.refilled) else {
            return;
        };
        let tokens = passed.as_nanos() / self.period.as_nanos();
        let tokens = u32::try_from(tokens).unwrap_or(u32::MAX);
        if tokens > 0 {
            self.left = self.depth.min(self.left.saturating_add(tokens));
            self.refilled += self.period.saturating_mul(tokens);
        }
    }
}
