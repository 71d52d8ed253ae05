//! Times the implementations of a row in turns, so that what disturbs one disturbs all.

use core::hint::black_box;
use core::time::Duration;
use std::fs;
use std::sync::LazyLock;
use std::thread;
use std::time::Instant;

use crate::rows::{Row, Work};

/// How long one turn of one implementation takes at least.
const TURN: Duration = Duration::from_millis(150);

/// What was measured for a row.
#[derive(Clone, Debug)]
pub struct Times {
    /// The nanoseconds of a field, string or frame: the median for each implementation.
    pub medians: Vec<f64>,
    /// How many times faster than each peer we are, each turn by itself: the lower quartile, the
    /// median and the upper quartile.
    pub ratios: Vec<[f64; 3]>,
}

/// Measures a row in so many rounds.
pub fn times(row: &mut Row<'_>, rounds: u32) -> Times {
    let repetitions: Vec<u32> = row.work.iter_mut().map(repetitions).collect();
    let mut times = vec![Vec::new(); row.work.len()];
    for _ in 0..rounds {
        for ((work, count), times) in row.work.iter_mut().zip(&repetitions).zip(&mut times) {
            times.push(turn(work, *count) / row.units as f64);
        }
    }
    let ratios = |theirs: &Vec<f64>| {
        let pairs = theirs.iter().zip(&times[0]);
        quartiles(pairs.map(|(theirs, ours)| theirs / ours).collect())
    };
    Times {
        ratios: times.iter().skip(1).map(ratios).collect(),
        medians: times.into_iter().map(|times| quartiles(times)[1]).collect(),
    }
}

/// How often the work fits into a turn.
fn repetitions(work: &mut Work<'_>) -> u32 {
    let mut count = 1;
    loop {
        if turn(work, count) * f64::from(count) >= TURN.as_nanos() as f64 {
            return count;
        }
        count *= 2;
    }
}

/// Does the work so often; returns the nanoseconds of one time.
fn turn(work: &mut Work<'_>, count: u32) -> f64 {
    let started = now();
    for _ in 0..count {
        black_box(work());
    }
    (now() - started).as_nanos() as f64 / f64::from(count)
}

/// The time that this thread has been on a processor, where the system tells; else the time of day.
///
/// On a machine that does other things as well, the time of day measures those.
fn now() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let start = *START;
    // The system counts up when it has a look at who may run.
    thread::yield_now();
    let account = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let spent = account.and_then(|it| it.split(' ').next()?.parse::<u64>().ok());
    spent.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// The lower quartile, the median and the upper quartile.
pub fn quartiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    let last = values.len() - 1;
    [last / 4, values.len() / 2, last - last / 4].map(|place| values[place])
}

#[cfg(test)]
mod tests {
    use super::quartiles;

    #[test]
    fn quartiles_are_taken_from_sorted_values() {
        assert_eq!(quartiles(vec![5.0, 1.0, 3.0, 2.0, 4.0]), [2.0, 3.0, 4.0]);
        assert_eq!(quartiles(vec![7.0]), [7.0; 3]);
    }
}
