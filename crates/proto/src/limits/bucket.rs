//! A budget that is spent and refills.

use core::time::Duration;

use super::Budget;

/// Tokens for something that a peer may do often, but not all the time.
///
/// What was spent is kept, not what is left: so the budget may change with the limit it comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    budget: Budget,
    spent: u32,
    refilled: Duration,
}

/// Nothing was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spent;

impl Bucket {
    /// Makes a full one.
    pub(crate) const fn new(budget: Budget) -> Self {
        Self {
            budget,
            spent: 0,
            refilled: Duration::ZERO,
        }
    }

    /// Changes what there is in all; what was spent stays spent.
    pub(crate) fn resize(&mut self, budget: Budget) {
        self.budget = budget;
    }

    /// How many tokens are left.
    pub(crate) const fn left(&self) -> u32 {
        self.budget.depth.saturating_sub(self.spent)
    }

    /// Takes as many tokens, or none.
    pub(crate) fn take(&mut self, tokens: u32) -> Result<(), Spent> {
        if tokens > self.left() {
            return Err(Spent);
        }
        self.spent += tokens;
        Ok(())
    }

    /// Gives tokens back, for useful work.
    pub(crate) fn give(&mut self, tokens: u32) {
        self.spent = self.spent.saturating_sub(tokens);
    }

    /// Gives back what has come in since the last call.
    pub(crate) fn refill(&mut self, now: Duration) {
        let Some(period) = self.budget.period() else {
            return;
        };
        let Some(passed) = now.checked_sub(self.refilled) else {
            return;
        };
        let tokens = passed.as_nanos() / period.as_nanos();
        let tokens = u32::try_from(tokens).unwrap_or(u32::MAX);
        if tokens > 0 {
            self.give(tokens);
            self.refilled += period.saturating_mul(tokens);
        }
    }
}
