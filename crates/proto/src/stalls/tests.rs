//! Rounds, PINGs, and what counts.

use core::time::Duration;

use super::Stalls;
use crate::limits::Limits;

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

#[test]
fn a_round_charges_what_has_passed_and_no_more_than_two() {
    let limits = Limits::server();
    let length = Stalls::round_length(&limits);
    assert!(length <= seconds(5));
    let mut stalls = Stalls::default();
    stalls.begin_round(seconds(100), &limits);
    let look = stalls.begin_round(seconds(100) + length, &limits);
    assert_eq!(Duration::from_millis(look.charge.into()), length);
    let look = stalls.begin_round(seconds(1000), &limits);
    assert_eq!(Duration::from_millis(look.charge.into()), 2 * length);
    assert_eq!(stalls.round(), 3);
}

#[test]
fn one_ping_is_under_way_at_a_time_and_a_client_pauses() {
    let limits = Limits::client();
    let mut stalls = Stalls::default();
    let first = stalls.begin_round(seconds(1), &limits);
    assert_eq!(first.probe, Some(1));
    stalls.probe(seconds(1), seconds(60));
    let second = stalls.begin_round(seconds(2), &limits);
    assert!(second.probe.is_none() && second.is_probed);
    stalls.probed();
    let third = stalls.begin_round(seconds(3), &limits);
    assert_eq!((third.probe, third.acknowledged), (Some(2), 1));
    assert_eq!(stalls.paced(third, false).probe, None);
    assert_eq!(stalls.paced(third, true).probe, Some(2));
    let late = stalls.begin_round(seconds(61), &limits);
    assert_eq!(stalls.paced(late, false).probe, Some(2));
}

#[test]
fn an_answer_is_missed_for_as_long_as_something_waits_for_it() {
    let limits = Limits::server();
    let mut stalls = Stalls::default();
    stalls.begin_round(seconds(1), &limits);
    let look = stalls.begin_round(seconds(3), &limits);
    assert_eq!(stalls.end_round(true, look), seconds(2));
    assert_eq!(stalls.end_round(true, look), seconds(4));
    assert_eq!(stalls.end_round(false, look), seconds(0));
}

#[test]
fn a_transport_is_idle_that_took_nothing_between_two_rounds() {
    let mut stalls = Stalls::default();
    assert!(!stalls.is_transport_idle(true, 10));
    assert!(stalls.is_transport_idle(true, 10));
    assert!(
        !stalls.is_transport_idle(false, 10),
        "it has nothing to take"
    );
    assert!(!stalls.is_transport_idle(true, 11));
}
