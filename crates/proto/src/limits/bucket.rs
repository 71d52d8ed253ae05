//! A budget that is spent and refills.

use core::time::Duration;

use super::Budget;
use crate::nanos::Nanos;

/// Tokens for something that a peer may do often, but not all the time.
///
/// What was spent is kept, not what is left: so the budget may change with the limit it comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    budget: Budget,
    spent: u32,
    refilled: Nanos,
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
            refilled: Nanos::ZERO,
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

    /// Takes as many tokens as there are, up to so many.
    pub(crate) fn take_up_to(&mut self, tokens: u32) {
        self.spent += tokens.min(self.left());
    }

    /// When so many tokens are left again; `None` if no time brings them.
    pub(crate) fn holds_at(&self, tokens: u32) -> Option<Duration> {
        let missing = tokens.saturating_sub(self.left());
        if tokens > self.budget.depth {
            return None;
        }
        self.budget
            .time_of(self.budget.tokens_until(self.refilled) + u128::from(missing))
    }

    /// Gives tokens back, for useful work.
    pub(crate) fn give(&mut self, tokens: u32) {
        self.spent = self.spent.saturating_sub(tokens);
    }

    /// Gives back what has come in since the last call.
    pub(crate) fn refill(&mut self, now: Nanos) {
        if self.spent == 0 || now <= self.refilled {
            // As nearly always: what is full loses nothing of what comes in.
            self.refilled = self.refilled.max(now);
            return;
        }
        // Counted from the beginning, so that no part of a token is lost.
        let came = self.budget.tokens_until(now) - self.budget.tokens_until(self.refilled);
        self.give(u32::try_from(came).unwrap_or(u32::MAX));
        self.refilled = now;
    }
}
