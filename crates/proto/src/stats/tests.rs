//! What the counts count, without a connection.

use core::time::Duration;

use super::{Counts, Held, Stats};
use crate::schedule::Blocked;
use crate::violation::Limit;

const SECOND: Duration = Duration::from_secs(1);
const OPEN: Held = Held {
    by_transport: false,
    by_concurrency: 0,
    is_open: true,
};

fn told(counts: &Counts) -> Stats {
    let mut stats = Stats::default();
    counts.tell(&mut stats);
    stats
}

#[test]
fn each_second_belongs_to_what_held_streams_up_or_else_to_the_application() {
    let mut counts = Counts::default();
    counts.passed(SECOND, OPEN);
    counts.hold(Blocked::OwnWindow);
    counts.hold(Blocked::OwnWindow);
    counts.passed(SECOND, OPEN);
    counts.hold(Blocked::SharedWindow);
    counts.release(Blocked::OwnWindow);
    counts.passed(SECOND, OPEN);
    counts.release(Blocked::OwnWindow);
    counts.passed(SECOND, OPEN);
    counts.release(Blocked::SharedWindow);
    let by_transport = Held {
        by_transport: true,
        ..OPEN
    };
    counts.passed(SECOND, by_transport);
    counts.passed(SECOND, by_transport);
    let idle = Held {
        is_open: false,
        ..OPEN
    };
    counts.passed(SECOND, idle);
    let waiting = Held {
        by_concurrency: 1,
        ..idle
    };
    counts.passed(SECOND, waiting);
    let stalls = told(&counts).stalls;
    assert_eq!(
        (stalls.stream_window.count, stalls.stream_window.time),
        (2, 2 * SECOND)
    );
    let shared = stalls.connection_window;
    assert_eq!((shared.count, shared.time), (1, 2 * SECOND));
    assert_eq!(
        (stalls.transport.count, stalls.transport.time),
        (1, 2 * SECOND)
    );
    assert_eq!(stalls.peer_concurrency.time, SECOND);
    assert_eq!(stalls.application, SECOND);
}

#[test]
fn limits_are_counted_each_for_itself_and_an_answer_is_timed_by_its_question() {
    let mut counts = Counts::default();
    counts.trip(Limit::SuspiciousFrames);
    counts.trip(Limit::Replies);
    counts.trip(Limit::SuspiciousFrames);
    counts.ask([1; 8], SECOND);
    counts.ask([2; 8], 2 * SECOND);
    counts.answered([2; 8], 3 * SECOND);
    assert_eq!(told(&counts).round_trip, None);
    counts.answered([1; 8], 4 * SECOND);
    let stats = told(&counts);
    assert_eq!(stats.round_trip, Some(3 * SECOND));
    assert_eq!(
        stats.limits,
        [(Limit::SuspiciousFrames, 2), (Limit::Replies, 1)]
    );
}
