//! How fast a link is at what time, counted from its beginning.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use crate::rate::Rate;

/// How fast octets leave one end of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speed {
    /// Not at all.
    Stopped,
    /// So many in a second.
    Limited(Rate),
    /// At once.
    Unlimited,
}

/// A time in which nothing leaves: from its first moment up to its second, which is later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outage {
    from: Duration,
    until: Duration,
}

/// The text is no time in which a link is out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotAnOutage(String);

/// A rate, and the outages that interrupt it.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    speed: Speed,
    outages: Vec<Outage>,
}

impl Schedule {
    /// A link of a rate, or one that is as fast as the machine, but for the outages.
    pub(crate) fn new(rate: Option<Rate>, outages: &[Outage]) -> Self {
        Self {
            speed: rate.map_or(Speed::Unlimited, Speed::Limited),
            outages: outages.to_vec(),
        }
    }

    /// The speed outside of outages.
    pub(super) const fn usual(&self) -> Speed {
        self.speed
    }

    /// The speed at a moment, and when it may change next.
    pub(super) fn at(&self, now: Duration) -> (Speed, Option<Duration>) {
        let is_out = |outage: &Outage| outage.from <= now && now < outage.until;
        let speed = if self.outages.iter().any(is_out) {
            Speed::Stopped
        } else {
            self.speed
        };
        let ends = self
            .outages
            .iter()
            .flat_map(|outage| [outage.from, outage.until]);
        (speed, ends.filter(|end| *end > now).min())
    }
}

impl FromStr for Outage {
    type Err = NotAnOutage;

    fn from_str(text: &str) -> Result<Self, NotAnOutage> {
        let parse = |text| humantime::parse_duration(text).ok();
        text.split_once("..")
            .and_then(|(from, until)| Some((parse(from)?, parse(until)?)))
            .filter(|(from, until)| from < until)
            .map(|(from, until)| Self { from, until })
            .ok_or_else(|| NotAnOutage(text.into()))
    }
}

impl fmt::Display for NotAnOutage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not an outage: write from when to when, such as 10s..12500ms",
            self.0
        )
    }
}

impl core::error::Error for NotAnOutage {}

#[cfg(test)]
mod tests;
