//! The figures of a run, as they are said and written.

use alloc::vec::Vec;

use hdrhistogram::{Counter, Histogram};

use super::run::Run;

/// The quantiles that are shown, and what they are called.
pub(super) const QUANTILES: [(&str, f64); 6] = [
    ("p50", 0.5),
    ("p75", 0.75),
    ("p90", 0.9),
    ("p99", 0.99),
    ("p99.9", 0.999),
    ("p99.99", 0.9999),
];

/// One quantile over all connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spread {
    pub(super) lowest: u64,
    pub(super) median: u64,
    pub(super) highest: u64,
}

impl Run {
    /// Answers in a second.
    pub(super) fn rate(&self) -> f64 {
        per(self.tally.counts.answered, self.seconds)
    }

    /// Octets of content in a second.
    pub(super) fn throughput(&self) -> f64 {
        per(self.tally.counts.octets, self.seconds)
    }

    /// Nanoseconds of our CPU for a request.
    #[expect(clippy::cast_precision_loss, reason = "a mean has no more digits")]
    pub(super) fn cpu_each(&self) -> Option<f64> {
        let whole = self.tally.counts.whole;
        self.cpu
            .filter(|_| whole > 0)
            .map(|cpu| cpu * 1e9 / whole as f64)
    }

    /// A quantile by connection: of the connection that is best, of one in the middle, of the worst.
    pub(super) fn spread(&self, quantile: f64) -> Spread {
        let used = self.tally.connections.iter();
        let used = used.filter(|connection| !connection.is_empty());
        let mut found: Vec<u64> = used.map(|used| used.value_at_quantile(quantile)).collect();
        found.sort_unstable();
        let median = found.get(found.len() / 2);
        Spread {
            lowest: found.first().copied().unwrap_or_default(),
            median: median.copied().unwrap_or_default(),
            highest: found.last().copied().unwrap_or_default(),
        }
    }
}

/// The quantiles of a histogram, in nanoseconds, and the most.
pub(super) fn quantiles<T: Counter>(histogram: &Histogram<T>) -> Vec<(&'static str, u64)> {
    let quantiles = QUANTILES.iter();
    let mut all: Vec<_> = quantiles
        .map(|(name, quantile)| (*name, histogram.value_at_quantile(*quantile)))
        .collect();
    all.push(("max", histogram.max()));
    all
}

#[expect(clippy::cast_precision_loss, reason = "a rate has no more digits")]
fn per(count: u64, seconds: f64) -> f64 {
    if seconds > 0.0 {
        count as f64 / seconds
    } else {
        0.0
    }
}
