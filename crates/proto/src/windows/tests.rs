//! Both directions, and what all streams may hold, without a connection.

use core::time::Duration;

use frame::{Increment, StreamId};

use super::Windows;
use super::trips::Trips;
use crate::config::Credit;
use crate::error::ConfigError;
use crate::flow::{Allowance, INITIAL_WINDOW, MAX_WINDOW, Overflow};
use crate::stream::{Step, Store, Stream};

/// Windows for two streams of 100,000 octets, and as much to grow by.
fn windows(credit: Credit) -> Windows {
    Windows::new(credit, Allowance::new(100_000, 2, 200_000), None)
}

fn stream() -> Stream {
    let mut stream = Stream::new(Store::new().next_key(), StreamId::from_wire(1), 100_000);
    stream.recv(Step::Headers).unwrap();
    stream
}

#[test]
fn what_the_application_credits_is_not_credited_when_it_comes() {
    let mut windows = windows(Credit::Manual);
    windows.next_increment();
    let before = windows.recv_window().value();
    assert_eq!(windows.arrived(65_536), Ok(false));
    assert_eq!(windows.next_increment(), None);
    assert!(windows.is_credit_held());
    assert!(windows.credited(65_536));
    assert_eq!(windows.next_increment(), Increment::new(65_536));
    assert_eq!(windows.recv_window().value(), before);
}

#[test]
fn what_comes_is_credited_at_once_where_nobody_holds_credit() {
    let mut windows = windows(Credit::Automatic);
    assert_eq!(
        windows.next_increment(),
        Increment::new(400_000 - INITIAL_WINDOW)
    );
    let mut due = false;
    for _ in 0..4 {
        due |= windows.arrived(16_384).unwrap();
    }
    assert!(due && !windows.credited(65_536), "once");
    assert_eq!(windows.next_increment(), Increment::new(65_536));
    assert_eq!(windows.arrived(400_001), Err(Overflow));
}

#[test]
fn the_window_is_set_where_the_application_credits_and_nowhere_else() {
    let relation = windows(Credit::Automatic).set(1000);
    assert!(matches!(relation, Err(ConfigError::Relation(_))));
    let mut windows = windows(Credit::Manual);
    assert!(matches!(
        windows.set(MAX_WINDOW + 1),
        Err(ConfigError::Window)
    ));
    windows.next_increment();
    let window = windows.recv_window().usable();
    assert!(windows.set(window + 10).unwrap());
    assert_eq!(windows.next_increment(), Increment::new(10));
}

#[test]
fn what_we_send_is_charged_and_an_increment_above_the_maximum_is_refused() {
    let mut windows = windows(Credit::Automatic);
    windows.sent(65_535);
    assert_eq!(windows.send_window().usable(), 0);
    let most = Increment::new(MAX_WINDOW).unwrap();
    assert_eq!(windows.granted(most), Ok(()));
    assert_eq!(windows.granted(Increment::new(1).unwrap()), Err(Overflow));
    assert_eq!(windows.send_window().usable(), MAX_WINDOW);
}

#[test]
fn streams_take_of_what_all_may_hold_until_it_is_used_up() {
    let mut windows = windows(Credit::Automatic);
    let mut streams = [stream(), stream(), stream(), stream()];
    for stream in &mut streams {
        assert!(windows.has_capacity(0));
        windows.open(stream);
    }
    assert!(!windows.has_capacity(0));
    assert!(windows.close(&mut streams[0]));
    assert!(!windows.close(&mut streams[0]), "once");
    assert!(windows.has_capacity(0));
    assert!(
        !windows.left(&mut streams[1], 10),
        "its sender may send as much again"
    );
}

#[test]
fn a_window_that_a_round_trip_fills_doubles() {
    let mut windows = windows(Credit::Automatic);
    let mut stream = stream();
    windows.open(&mut stream);
    let (now, later) = (Duration::from_secs(1), Duration::from_secs(2));
    let size = stream.recv_window().usable();
    assert_eq!(windows.taken(&mut stream, 60_000, now, false), (0, false));
    assert_eq!(windows.taken(&mut stream, 60_000, now, true), (0, true));
    assert_eq!(
        windows.taken(&mut stream, 60_000, now, true),
        (0, false),
        "under way"
    );
    windows.measured(later, 100_000);
    windows.taken(&mut stream, 1, later, true);
    stream.return_credit(0);
    let grown = stream.grant_credit().map(Increment::value);
    assert_eq!(grown, Some(size), "what it grew by is granted at once");
}

/// Others may be too narrow as well, and need not wait until as much was taken as between two questions.
#[test]
fn after_a_window_that_has_grown_the_next_ping_leaves_at_once() {
    let (now, later) = (Duration::from_secs(1), Duration::from_secs(2));
    let mut trips = Trips::default();
    assert!(trips.begin(now) && trips.is_under_way());
    trips.end(later, 0);
    assert!(!trips.begin(later), "it was just asked");
    trips.grew(0);
    assert!(!trips.begin(later), "nothing has grown");
    trips.grew(1);
    assert!(trips.begin(later));
}
