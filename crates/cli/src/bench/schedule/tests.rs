//! When requests are due.

use super::{Arrivals, Schedule};

#[test]
fn uniform_times_are_equally_far_apart_and_do_not_drift() {
    let schedule = Schedule::new(3.0, Arrivals::Uniform, 1);
    let due = schedule.last_of(3_000_001);
    assert_eq!((due.number, due.at), (3_000_000, 1_000_000_000_000_000));
}

#[test]
fn poisson_times_have_the_rate_and_scatter_as_much_as_their_mean() {
    let mut gaps = Vec::new();
    let mut last = 0;
    for due in Schedule::new(1_000.0, Arrivals::Poisson, 7).take(20_000) {
        gaps.push((due.at - last) as f64);
        last = due.at;
    }
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let square = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
    assert!((mean / 1e6 - 1.0).abs() < 0.03, "a mean of {mean}");
    assert!(
        (square.sqrt() / mean - 1.0).abs() < 0.05,
        "{}",
        square.sqrt()
    );
}

#[test]
fn the_same_seed_gives_the_same_times_and_another_gives_others() {
    let times = |seed| Schedule::new(10.0, Arrivals::Poisson, seed).nth(99);
    assert_eq!(times(1), times(1));
    assert_ne!(times(1), times(2));
}

impl Schedule {
    fn last_of(self, count: usize) -> super::Due {
        self.take(count)
            .last()
            .unwrap_or(super::Due { number: 0, at: 0 })
    }
}
