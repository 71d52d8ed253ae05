//! When requests are intended to be made: one schedule for all connections and threads.
//!
//! Each thread walks through the whole of it and takes what is its own, so that how many threads there
//! are changes nothing.

use core::fmt;

use fastrand::Rng;

/// How times are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Arrivals {
    /// As those of many who do not know of each other: the times between them are exponential
    Poisson,
    /// At equal intervals
    Uniform,
}

/// The times of a rate, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    arrivals: Arrivals,
    /// Nanoseconds from one to the next.
    interval: f64,
    rng: Rng,
    number: u64,
    at: f64,
}

/// One request that is to be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Due {
    /// Which one of all it is.
    pub(super) number: u64,
    /// When, in nanoseconds from the beginning.
    pub(super) at: u64,
}

impl Schedule {
    /// The schedule of so many requests a second.
    pub(super) fn new(rate: f64, arrivals: Arrivals, seed: u64) -> Self {
        Self {
            arrivals,
            interval: 1e9 / rate,
            rng: Rng::with_seed(seed),
            number: 0,
            at: 0.0,
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrivals = match self.arrivals {
            Arrivals::Poisson => "poisson",
            Arrivals::Uniform => "uniform",
        };
        write!(f, "{} requests a second, {arrivals}", 1e9 / self.interval)
    }
}

impl Iterator for Schedule {
    type Item = Due;

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a run is shorter than 104 days, in which nanoseconds are exact"
    )]
    fn next(&mut self) -> Option<Due> {
        let number = self.number;
        self.number += 1;
        self.at = match self.arrivals {
            Arrivals::Uniform => number as f64 * self.interval,
            // 1 - f64() is never 0.
            Arrivals::Poisson => self.at - (1.0 - self.rng.f64()).ln() * self.interval,
        };
        Some(Due {
            number,
            at: self.at as u64,
        })
    }
}

#[cfg(test)]
mod tests;
