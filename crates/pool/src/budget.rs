//! How much may be sent again.
//!
//! Retries help where few requests fail; where many do they make it worse. So they are a share of the
//! requests, and a few a second for clients with few requests.

use core::time::Duration;

use crate::config::Config;

/// What one retry costs, in the unit in which requests earn it.
const RETRY: u64 = 100_000_000_000;
/// What a per cent of a request earns.
const PER_CENT: u64 = RETRY / 100;
/// The seconds for which what was earned may be saved up.
const SAVED: u64 = 10;
/// The requests whose share may be saved up.
const REQUESTS: u64 = 1000;

/// The budget of retries of an origin.
#[derive(Debug)]
pub(crate) struct Budget {
    left: u64,
    most: u64,
    a_request: u64,
    a_second: u64,
    filled: Duration,
}

impl Budget {
    pub(crate) fn new(config: &Config) -> Self {
        let a_request = u64::from(config.retry_percent) * PER_CENT;
        let a_second = u64::from(config.retry_rate) * RETRY;
        let most = a_second
            .saturating_mul(SAVED)
            .saturating_add(a_request.saturating_mul(REQUESTS));
        Self {
            // What a second earns, so that a client's first requests may be sent again.
            left: a_second.min(most),
            most,
            a_request,
            a_second,
            filled: Duration::ZERO,
        }
    }

    /// A request came.
    pub(crate) fn earn(&mut self) {
        self.left = self.left.saturating_add(self.a_request).min(self.most);
    }

    /// Takes one retry; says whether there was one.
    pub(crate) fn take(&mut self) -> bool {
        match self.left.checked_sub(RETRY) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    /// The time has come this far.
    pub(crate) fn refill(&mut self, now: Duration) {
        let passed = now.saturating_sub(self.filled);
        self.filled = self.filled.max(now);
        let nanos = u64::try_from(passed.as_nanos()).unwrap_or(u64::MAX);
        let earned = nanos.saturating_mul(self.a_second / 1_000_000_000);
        self.left = self.left.saturating_add(earned).min(self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(budget: &mut Budget) -> usize {
        core::iter::from_fn(|| budget.take().then_some(())).count()
    }

    #[test]
    fn a_fifth_of_the_requests_and_ten_a_second_may_be_sent_again() {
        let mut budget = Budget::new(&Config::default());
        assert_eq!(takes(&mut budget), 10);
        for _ in 0..100 {
            budget.earn();
        }
        assert_eq!(takes(&mut budget), 20);
        budget.refill(Duration::from_millis(500));
        assert_eq!(takes(&mut budget), 5);
        budget.refill(Duration::from_millis(500));
        assert_eq!(takes(&mut budget), 0);
    }

    #[test]
    fn what_was_earned_is_not_saved_up_for_ever() {
        let mut budget = Budget::new(&Config::default());
        for _ in 0..1_000_000 {
            budget.earn();
        }
        budget.refill(Duration::from_secs(1_000_000));
        assert_eq!(takes(&mut budget), 300);
    }

    #[test]
    fn a_budget_of_nothing_lets_nothing_be_sent_again() {
        let mut budget = Budget::new(&Config::default().retry_budget(0, 0));
        budget.earn();
        budget.refill(Duration::from_secs(100));
        assert_eq!(takes(&mut budget), 0);
    }
}
