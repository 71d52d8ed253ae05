//! Times in eight octets: most of what is kept of a connection at rest are times.

use core::time::Duration;

/// A time on the driver's line, or a length of time, in nanoseconds.
///
/// What is longer than 584 years [never](Self::NEVER) comes, which also stands for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Nanos(u64);

impl Nanos {
    pub(crate) const ZERO: Self = Self(0);

    /// Later than any other.
    pub(crate) const NEVER: Self = Self(u64::MAX);

    /// How many they are, as far as there are so many.
    #[inline]
    pub(crate) fn of(time: Duration) -> Self {
        Self(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
    }

    /// The same time, if it comes.
    #[inline]
    pub(crate) fn time(self) -> Option<Duration> {
        (self != Self::NEVER).then_some(Duration::from_nanos(self.0))
    }

    /// The number itself.
    pub(crate) const fn count(self) -> u64 {
        self.0
    }

    /// So much later.
    #[inline]
    pub(crate) fn after(self, time: Duration) -> Self {
        Self(self.0.saturating_add(Self::of(time).0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_the_same_in_eight_octets_and_what_is_too_far_never_comes() {
        for time in [
            Duration::ZERO,
            Duration::new(7, 1),
            Duration::from_nanos(u64::MAX - 1),
        ] {
            assert_eq!(Nanos::of(time).time(), Some(time));
        }
        assert_eq!(Nanos::of(Duration::MAX).time(), None);
        assert_eq!(Nanos::ZERO.after(Duration::MAX), Nanos::NEVER);
        assert_eq!(Nanos::NEVER.after(Duration::from_secs(1)), Nanos::NEVER);
        let second = Duration::from_secs(1);
        assert_eq!(Nanos::of(second).after(second).time(), Some(2 * second));
    }
}
