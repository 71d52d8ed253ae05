//! Sums by how long requests took.

use super::{Breakdown, place};
use crate::bench::label::Label;
use crate::bench::spent::Spent;

fn spent(label: Label, nanos: u64) -> Spent {
    let mut spent = Spent::default();
    spent.add(label, nanos);
    spent
}

#[test]
fn longer_times_are_in_later_places_and_a_place_is_3_per_cent_wide() {
    let times = (0..64).flat_map(|high| [0, 1, 3].map(|low| (1_u64 << high) + (low << high) / 4));
    let mut last = (0, 0);
    for time in times {
        assert!(place(time) >= last, "{time}");
        last = place(time);
    }
    for time in [1_000_u64, 123_456_789, 5_000_000_000] {
        assert_eq!(place(time).0, place(time + time / 100).0, "{time}");
        assert_ne!(place(time), place(time + time / 16), "{time}");
    }
    assert_eq!(place(u64::MAX), (59, 31));
}

#[test]
fn the_slowest_are_the_last_and_their_sums_are_their_own() {
    let mut breakdown = Breakdown::default();
    for _ in 0..99 {
        breakdown.add(&spent(Label::FirstOctet, 1_000));
    }
    breakdown.add(&spent(Label::Socket, 50_000));
    let slowest = breakdown.slowest(1);
    assert_eq!((slowest.count, slowest.sum(Label::Socket)), (1, 50_000));
    assert_eq!(slowest.sum(Label::FirstOctet), 0);
    let all = breakdown.all();
    assert_eq!((all.count, all.sum(Label::FirstOctet)), (100, 99_000));
    assert!((all.total() - 1_490.0).abs() < 1e-9);
}

#[test]
fn two_threads_have_the_sums_of_both() {
    let (mut one, mut other) = (Breakdown::default(), Breakdown::default());
    one.add(&spent(Label::Late, 10));
    other.add(&spent(Label::Late, 10));
    other.add(&spent(Label::Nothing, 1_000_000));
    one.merge(&other);
    let all = one.all();
    assert_eq!((all.count, all.sum(Label::Late)), (3, 20));
    assert_eq!(all.sum(Label::Nothing), 1_000_000);
}
