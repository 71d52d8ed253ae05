//! When the figures are the generator's own.

use super::is_late;
use crate::bench::tally::Tally;

/// 99 of 100 requests are late by `lag`, and all take `user`, in nanoseconds.
fn tally(user: u64, lag: u64) -> Tally {
    let mut tally = Tally::new(1);
    for _ in 0..100 {
        tally.user.record(user).unwrap();
        tally.late(lag);
    }
    tally
}

#[test]
fn a_millisecond_is_late_where_answers_are_short() {
    assert!(!is_late(&tally(200_000, 900_000)));
    assert!(is_late(&tally(200_000, 1_100_000)));
}

#[test]
fn a_hundredth_of_the_median_is_late_where_answers_are_long() {
    assert!(!is_late(&tally(1_000_000_000, 9_000_000)));
    assert!(is_late(&tally(1_000_000_000, 11_000_000)));
}
