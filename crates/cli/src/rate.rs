//! How fast something goes, and how much of it there is: `1M` is 1,048,576 octets in a second.

use alloc::string::String;
use core::fmt;
use core::num::{NonZeroU64, NonZeroUsize};
use core::str::FromStr;
use core::time::Duration;
use std::time::Instant;

/// A number of octets in a second, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate(NonZeroU64);

/// A number of octets, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) NonZeroUsize);

/// The text is not a rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotARate(String);

/// The text is not a number of octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotASize(String);

/// What may follow a number of octets, in full and in short.
const SIZES: &[(&str, u64)] = &[
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("k", 1 << 10),
    ("K", 1 << 10),
    ("m", 1 << 20),
    ("M", 1 << 20),
    ("g", 1 << 30),
    ("G", 1 << 30),
];

/// What links are sold by: a thousand bits are 125 octets.
const BITS: &[(&str, u64)] = &[
    ("kbit/s", 125),
    ("Mbit/s", 125_000),
    ("Gbit/s", 125_000_000),
];

impl Rate {
    /// The octets of a second.
    pub(crate) const fn get(self) -> u64 {
        self.0.get()
    }
}

impl FromStr for Rate {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        scaled(text, BITS)
            .or_else(|| octets(text.strip_suffix("/s").unwrap_or(text)))
            .and_then(NonZeroU64::new)
            .map(Self)
            .ok_or_else(|| NotARate(text.into()))
    }
}

impl FromStr for Size {
    type Err = NotASize;

    fn from_str(text: &str) -> Result<Self, NotASize> {
        octets(text)
            .and_then(|octets| usize::try_from(octets).ok())
            .and_then(NonZeroUsize::new)
            .map(Self)
            .ok_or_else(|| NotASize(text.into()))
    }
}

/// A number of octets, with or without a unit.
fn octets(text: &str) -> Option<u64> {
    scaled(text, SIZES).or_else(|| scaled(text, &[("", 1)]))
}

/// A number, times what its unit stands for.
fn scaled(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let (digits, unit) = units
        .iter()
        .find_map(|(unit, octets)| Some((text.strip_suffix(unit)?, octets)))?;
    let is_number = digits.bytes().all(|octet| octet.is_ascii_digit());
    let number: u64 = digits.parse().ok().filter(|_| is_number)?;
    number.checked_mul(*unit)
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} octets/s", self.0)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} octets", self.0)
    }
}

impl fmt::Display for NotARate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a rate: write octets in a second, such as 1000, 64K, 1M or 48KiB/s, or 400kbit/s",
            self.0
        )
    }
}

impl fmt::Display for NotASize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a number of octets: write one, such as 1000, 16K or 16KiB",
            self.0
        )
    }
}

impl core::error::Error for NotARate {}
impl core::error::Error for NotASize {}

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

    /// How long to wait before more is taken, when `octets` in all were taken; `None` if not at all.
    pub(crate) fn wait(&self, octets: u64) -> Option<Duration> {
        let Rate(rate) = self.rate?;
        let wait = due(rate, octets).saturating_sub(self.start.elapsed());
        Some(wait).filter(|wait| !wait.is_zero())
    }
}

/// When `octets` are due at a rate, counted from the start.
fn due(rate: NonZeroU64, octets: u64) -> Duration {
    let nanoseconds = u128::from(octets) * 1_000_000_000 / u128::from(rate.get());
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
