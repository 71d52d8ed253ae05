//! Deadlines, and a peer that is silent.

use core::time::Duration;

use super::{Deadline, KeepAlive, Timers};

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn look(timers: &mut Timers, now: u64) -> KeepAlive {
    timers.tell(seconds(now));
    timers.poll_keep_alive(seconds(10), seconds(3))
}

#[test]
fn a_deadline_runs_for_as_long_as_its_occasion_stays_the_same() {
    let mut timers = Timers::default();
    let mut at = |now, occasion| {
        timers.tell(seconds(now));
        timers.passed(Deadline::Idle, occasion, seconds(10))
    };
    assert!(!at(5, Some(1)));
    assert!(!at(14, Some(1)));
    assert!(at(15, Some(1)));
    assert!(!at(16, Some(2)), "another one begins anew");
    assert!(!at(25, None), "what does not hold does not pass");
    assert!(!at(26, Some(2)), "nor is it remembered");
    assert!(at(36, Some(2)));
}

#[test]
fn the_next_time_is_that_of_the_first_deadline() {
    let mut timers = Timers::default();
    assert_eq!(timers.next(), None);
    timers.passed(Deadline::Age, Some(0), seconds(100));
    timers.passed(Deadline::Rest, Some(0), seconds(1));
    timers.wake_at(Deadline::Token, Some(seconds(7)));
    assert_eq!(timers.next(), Some(seconds(1)));
    timers.disarm(Deadline::Rest);
    assert_eq!(timers.next(), Some(seconds(7)));
    timers.wake_at(Deadline::Token, None);
    assert_eq!(timers.next(), Some(seconds(100)));
}

#[test]
fn the_time_does_not_go_back() {
    let mut timers = Timers::default();
    assert_eq!(timers.tell(seconds(5)), seconds(5));
    assert_eq!(timers.tell(seconds(3)), seconds(5));
    assert_eq!(timers.now(), seconds(5));
}

#[test]
fn a_silent_peer_is_asked_once_and_given_up_without_an_answer() {
    let mut timers = Timers::default();
    assert_eq!(look(&mut timers, 0), KeepAlive::Wait);
    assert_eq!(look(&mut timers, 10), KeepAlive::Ping);
    assert_eq!(look(&mut timers, 12), KeepAlive::Wait);
    timers.heard();
    assert_eq!(look(&mut timers, 14), KeepAlive::Wait, "it has answered");
    assert_eq!(look(&mut timers, 24), KeepAlive::Ping);
    assert_eq!(look(&mut timers, 27), KeepAlive::Over);
}

#[test]
fn what_was_not_read_may_have_been_an_answer() {
    let mut timers = Timers::default();
    look(&mut timers, 0);
    assert_eq!(look(&mut timers, 10), KeepAlive::Ping);
    timers.hold();
    assert!(timers.take_held() && !timers.take_held());
    timers.reset_keep_alive();
    assert_eq!(
        look(&mut timers, 20),
        KeepAlive::Wait,
        "it has its time again"
    );
    assert_eq!(look(&mut timers, 23), KeepAlive::Over);
}
