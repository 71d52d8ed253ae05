//! What small frames cost while their content waits.

use crate::limits::{Cost, Held, Limits};
use crate::violation::Limit;

fn held(most: u32) -> Held {
    Held::new(&Limits::server().small_data_held(most))
}

#[test]
fn a_frame_costs_what_it_is_shorter_than_256_octets_and_nothing_where_it_is_empty_or_longer() {
    let mut held = held(1000);
    for (octets, cost) in [(0, 0), (1, 255), (255, 1), (256, 0), (16_384, 0)] {
        assert_eq!(held.received(octets), Ok(cost), "{octets}");
    }
}

#[test]
fn what_costs_more_than_is_left_is_an_error() {
    let mut held = held(510);
    assert_eq!((held.received(1), held.received(1)), (Ok(255), Ok(255)));
    assert_eq!(held.received(255), Err(Limit::SmallDataHeld));
    assert_eq!(held.received(0), Ok(0), "what costs nothing still comes");
}

#[test]
fn what_was_taken_and_what_a_long_frame_has_more_comes_back() {
    let mut held = held(255);
    held.received(1).unwrap();
    held.given_back(255);
    held.received(1).unwrap();
    held.received(256 + 254).unwrap();
    assert_eq!(held.received(1), Err(Limit::SmallDataHeld), "254 are left");
    assert_eq!(held.received(2), Ok(254));
    held.received(255).unwrap_err();
    held.received(16_384).unwrap();
    assert_eq!(held.received(1), Ok(255), "and never more than there was");
    assert!(held.received(255).is_err());
}

#[test]
fn unless_told_nothing_is_counted() {
    let mut held = Held::new(&Limits::server());
    for _ in 0..1_000_000 {
        assert_eq!(held.received(1), Ok(0));
    }
}

#[test]
fn content_that_is_joined_costs_what_all_its_frames_do_and_refunds_nothing() {
    let mut cost = Cost::new(255, 255);
    cost.join(Cost::new(200, 200));
    assert_eq!((cost.refund(), cost.held()), (0, 455));
}
