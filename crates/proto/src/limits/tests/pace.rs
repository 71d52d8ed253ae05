//! Content in tiny pieces, and how fast it is read.

use core::time::Duration;

use super::seconds;
use crate::limits::{Limits, Pace};
use crate::nanos::Nanos;

/// A peer whose budget is spent, while the time is told.
fn spent() -> Pace {
    let mut pace = Pace::new(&Limits::server());
    pace.refill(Nanos::of(seconds(0)));
    while !pace.is_paced() {
        pace.received(0);
    }
    pace
}

#[test]
fn a_frame_costs_what_it_is_shorter_than_256_octets() {
    let mut pace = Pace::new(&Limits::server());
    for (octets, cost) in [(0, 256), (1, 255), (255, 1), (256, 0), (16_384, 0)] {
        assert_eq!(pace.received(octets), cost, "{octets}");
    }
}

#[test]
fn two_thousand_empty_frames_come_in_a_burst_and_two_hundred_a_second_for_ever() {
    let mut pace = Pace::new(&Limits::server());
    pace.refill(Nanos::of(seconds(0)));
    for _ in 0..1999 {
        pace.received(0);
    }
    assert!(!pace.is_paced());
    pace.received(0);
    assert!(pace.is_paced());
    for second in 1..1000 {
        pace.refill(Nanos::of(seconds(second)));
        assert!(pace.may_go_on(), "{second}");
        for _ in 0..199 {
            pace.received(0);
        }
        assert!(!pace.is_paced(), "{second}");
        pace.received(0);
        assert!(pace.is_paced(), "{second}");
    }
}

#[test]
fn reading_goes_on_when_a_tenth_of_a_second_has_refilled_the_budget() {
    let mut pace = spent();
    let at = pace.goes_on_at().unwrap();
    assert_eq!(at, Duration::from_millis(100), "5,120 at 51,200 a second");
    pace.refill(Nanos::of(at - Duration::from_micros(20)));
    assert!(!pace.may_go_on() && pace.is_paced());
    pace.refill(Nanos::of(at));
    assert!(pace.may_go_on() && !pace.is_paced());
    assert!(!pace.may_go_on(), "it is reported once");
    assert_eq!(pace.goes_on_at(), None);
}

#[test]
fn without_the_time_nothing_is_paced() {
    let mut pace = Pace::new(&Limits::server());
    for _ in 0..1_000_000 {
        pace.received(0);
    }
    assert!(!pace.is_paced());
    assert_eq!(pace.goes_on_at(), None);
}

#[test]
fn a_piece_that_was_taken_alone_gives_back_what_it_cost_two_thousand_times_a_second() {
    let mut pace = spent();
    // The budget holds 5,120 after 21 of them.
    let pieces = (1..).find(|_| pace.taken(255)).unwrap();
    assert_eq!(pieces, 21);
    assert!(!pace.is_paced());
    let mut pace = Pace::new(&Limits::server());
    pace.refill(Nanos::of(seconds(0)));
    for _ in 0..2000 {
        let cost = pace.received(1);
        pace.taken(cost);
    }
    // All of these were free, and further ones are not.
    let mut count = 0;
    while !pace.is_paced() {
        let cost = pace.received(1);
        pace.taken(cost);
        count += 1;
    }
    assert_eq!(count, 2007, "512,000 in frames of 255");
}

#[test]
fn what_cost_nothing_gives_nothing_back() {
    let mut pace = spent();
    for _ in 0..10_000 {
        assert!(!pace.taken(0));
    }
    assert_eq!(
        (1..).find(|_| pace.taken(256)),
        Some(20),
        "no refund was used up"
    );
}
