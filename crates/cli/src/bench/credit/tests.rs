//! When a server waits for credit, and for how long that left a moment ago is none.

use super::{Credit, Stall};

const TRIP: u64 = 40;

#[test]
fn a_window_that_is_open_stalls_nobody() {
    let mut credit = Credit::<4>::new(100);
    assert_eq!(credit.stall(TRIP, 0), Stall::NONE);
    credit.used(1);
    assert_eq!(credit.stall(TRIP, 10), Stall::NONE);
}

#[test]
fn a_window_that_is_used_up_stalls_until_credit_leaves() {
    let mut credit = Credit::<4>::new(100);
    credit.used(0);
    let stall = credit.stall(TRIP, 10);
    assert_eq!((stall.until, stall.left), (u64::MAX, u64::MAX));
}

#[test]
fn credit_that_left_counts_a_round_trip_later() {
    let mut credit = Credit::<4>::new(100);
    credit.used(0);
    credit.granted(100, 10);
    let stall = credit.stall(TRIP, 10);
    assert_eq!((stall.until, stall.left), (50, 10));
    assert_eq!(credit.stall(TRIP, 50), Stall::NONE);
}

#[test]
fn of_several_grants_the_oldest_that_is_not_known_ends_it() {
    let mut credit = Credit::<4>::new(100);
    credit.used(50);
    credit.granted(100, 10);
    credit.used(50);
    // What the server knew of is used up; 50 of the first grant are on their way.
    credit.granted(100, 20);
    let stall = credit.stall(TRIP, 20);
    assert_eq!((stall.until, stall.left), (50, 10));
    // Once the first is known, the window is open again.
    assert_eq!(credit.stall(TRIP, 50), Stall::NONE);
}

#[test]
fn a_server_that_has_credit_left_besides_is_not_stalled() {
    let mut credit = Credit::<4>::new(100);
    credit.used(50);
    credit.granted(100, 10);
    // 50 were there before the grant, of which 1 is left.
    credit.used(51);
    assert_eq!(credit.stall(TRIP, 20), Stall::NONE);
}
