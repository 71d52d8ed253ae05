//! How sure a ratio is: the interval that resampling gives.

use alloc::vec::Vec;

use fastrand::Rng;

/// How often pairs are drawn anew.
const TIMES: usize = 2_000;

/// A mean ratio, and what 95 % of resampled ones lie between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Interval {
    pub(super) mean: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// The geometric mean of ratios, and its interval by the percentile bootstrap; none without ratios, or
/// where one is not a number above zero.
pub(super) fn interval(ratios: &[f64], seed: u64) -> Option<Interval> {
    let logs: Vec<f64> = ratios.iter().map(|ratio| ratio.ln()).collect();
    if logs.is_empty() || !logs.iter().all(|log| log.is_finite()) {
        return None;
    }
    let mut rng = Rng::with_seed(seed);
    let mut means: Vec<f64> = (0..TIMES)
        .map(|_| {
            let drawn = (0..logs.len()).filter_map(|_| rng.choice(&logs).copied());
            mean(drawn, logs.len())
        })
        .collect();
    means.sort_unstable_by(f64::total_cmp);
    let at = |place: usize| means.get(place).copied().unwrap_or_default().exp();
    Some(Interval {
        mean: mean(logs.iter().copied(), logs.len()).exp(),
        low: at(TIMES / 40),
        high: at(TIMES - 1 - TIMES / 40),
    })
}

#[expect(clippy::cast_precision_loss, reason = "there are few pairs")]
fn mean(logs: impl Iterator<Item = f64>, count: usize) -> f64 {
    logs.sum::<f64>() / count as f64
}

#[cfg(test)]
mod tests;
