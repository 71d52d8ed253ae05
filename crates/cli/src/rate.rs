//! How fast something goes: `1M` is 1,048,576 octets in a second.

use alloc::string::String;
use core::fmt;
use core::num::NonZeroU64;
use core::str::FromStr;
use core::time::Duration;
use std::time::Instant;

/// A number of octets in a second, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate(NonZeroU64);

/// The text is not a rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotARate(String);

impl FromStr for Rate {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        let (digits, unit) = match text.as_bytes().last() {
            Some(b'k' | b'K') => (text.get(..text.len() - 1), 1 << 10),
            Some(b'm' | b'M') => (text.get(..text.len() - 1), 1 << 20),
            Some(b'g' | b'G') => (text.get(..text.len() - 1), 1 << 30),
            _ => (Some(text), 1),
        };
        digits
            .filter(|digits| digits.bytes().all(|octet| octet.is_ascii_digit()))
            .and_then(|digits| digits.parse::<u64>().ok())
            .and_then(|number| number.checked_mul(unit))
            .and_then(NonZeroU64::new)
            .map(Self)
            .ok_or_else(|| NotARate(text.into()))
    }
}

impl fmt::Display for NotARate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a rate: write octets in a second, such as 1000, 64K, 1M or 1G",
            self.0
        )
    }
}

/// Holds a transfer to a rate, or lets it run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    rate: Option<Rate>,
    start: Instant,
}

impl Pace {
    /// Starts the clock of a transfer.
    pub(crate) fn new(rate: Option<Rate>) -> Self {
        let start = Instant::now();
        Self { rate, start }
    }

    /// How long to wait before more is taken, when `octets` in all were taken.
    pub(crate) fn wait(&self, octets: u64) -> Duration {
        let Some(Rate(rate)) = self.rate else {
            return Duration::ZERO;
        };
        due(rate, octets).saturating_sub(self.start.elapsed())
    }
}

/// When `octets` are due at a rate, counted from the start.
fn due(rate: NonZeroU64, octets: u64) -> Duration {
    let nanoseconds = u128::from(octets) * 1_000_000_000 / u128::from(rate.get());
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
