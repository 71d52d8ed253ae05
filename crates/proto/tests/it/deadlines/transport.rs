//! A transport that takes nothing, or next to nothing (RFC 9113 §10.5).

use core::time::Duration;

use testkit::{PREFACE, Wire, headers, settings, settings_ack, window_update};
use tress_proto::runtime::{Runtime, WriteOperation, WriteResult};
use tress_proto::{
    Bytes, Cause, Config, Connection, ConnectionError, ErrorCode, Event, Limit, Response, Server,
    StreamId, Violation,
};

use super::seconds;

/// A server whose transport is the test.
struct Stuck(Connection<Server>);

impl Stuck {
    /// With a response of so many octets, all of which may leave.
    fn with(octets: usize) -> Self {
        let mut stuck = Self(Connection::new(Config::default()));
        stuck.0.tick(seconds(0));
        let hello = (
            PREFACE,
            settings().set(4, 1 << 20),
            window_update(0, 1 << 20),
            settings_ack(),
            headers(1).get("/").end(),
        );
        stuck.0.read(&hello.octets());
        stuck.take(usize::MAX);
        let mut stream = stuck.0.stream_mut(StreamId::from_wire(1)).unwrap();
        stream.respond(Response::new(200)).unwrap();
        stream.send_data(Bytes::from(vec![0; octets])).unwrap();
        stream.end().unwrap();
        stuck.show();
        stuck
    }

    /// Shows what is to be written; returns how many octets that are.
    fn show(&mut self) -> usize {
        match self.0.next_write_operation() {
            WriteOperation::Write(chunks) => chunks.octets(),
            _ => 0,
        }
    }

    /// Takes so many octets of what is shown.
    fn take(&mut self, octets: usize) {
        let octets = octets.min(self.show());
        self.0.report_write_result(WriteResult::Ok(octets));
        self.show();
    }

    fn tick(&mut self, now: u64) -> Option<Duration> {
        self.0.tick(seconds(now))
    }

    fn end(&mut self) -> Option<Event> {
        core::iter::from_fn(|| self.0.poll_event()).last()
    }

    fn is_over_for(&mut self, limit: Limit) -> bool {
        let limit = Violation::Limit(limit);
        matches!(
            self.end(),
            Some(Event::Closed(Err(ConnectionError::Violation(violation)))) if violation == limit
        )
    }
}

#[test]
fn a_connection_whose_transport_takes_nothing_ends_without_another_word() {
    let mut stuck = Stuck::with(500_000);
    assert_eq!(stuck.tick(5), Some(seconds(125)));
    stuck.tick(124);
    assert!(!stuck.0.is_closed());
    let progress = stuck.0.progress().unwrap();
    assert_eq!(
        (progress.cause, progress.since, progress.octets),
        (Cause::Transport, seconds(5), 0)
    );
    assert_eq!(stuck.tick(125), None);
    assert!(matches!(
        stuck.0.next_write_operation(),
        WriteOperation::Close(lost) if lost > 0
    ));
    assert!(stuck.is_over_for(Limit::TransportIdle));
    assert!(stuck.0.is_closed());
    assert_eq!(stuck.tick(1000), None);
}

#[test]
fn a_transport_that_takes_a_little_all_the_time_is_given_five_minutes() {
    let mut stuck = Stuck::with(500_000);
    stuck.tick(5);
    for now in (10..305).step_by(10) {
        stuck.take(100);
        stuck.tick(now);
        assert!(!stuck.0.is_closed(), "{now}");
    }
    stuck.tick(304);
    assert!(!stuck.0.is_closed());
    stuck.tick(305);
    assert!(stuck.is_over_for(Limit::TransportProgress));
    assert!(stuck.0.is_closed());
}

#[test]
fn a_transport_that_takes_enough_is_not_hurried() {
    let mut stuck = Stuck::with(900_000);
    stuck.tick(5);
    // A third of a buffer at a time, as Linux has it.
    for now in (110..5000).step_by(110) {
        stuck.take(16 * 1024);
        stuck.tick(now);
        assert!(!stuck.0.is_closed(), "{now}");
    }
}

/// It is the time in which there was something to take all the while.
#[test]
fn what_was_taken_whole_ends_the_wait() {
    let mut stuck = Stuck::with(10);
    for now in 0..20 {
        stuck.tick(100 * now);
        assert!(stuck.0.progress().is_some());
        stuck.take(usize::MAX);
        assert!(stuck.0.progress().is_none());
        stuck.0.ping([0; 8]).unwrap();
        stuck.show();
        assert!(!stuck.0.is_closed());
    }
}

#[test]
fn what_was_not_shown_is_not_timed() {
    let mut stuck = Stuck::with(10);
    stuck.take(usize::MAX);
    stuck.0.ping([0; 8]).unwrap();
    for now in 0..20 {
        stuck.tick(100 * now);
    }
    assert!(!stuck.0.is_closed());
}

/// with the streams finished, and while closing.
#[test]
fn the_last_output_of_a_connection_must_get_away_too() {
    let ends: [fn(&mut Connection<Server>); 4] = [
        |_| {},
        Connection::go_away,
        |machine| machine.abort(ErrorCode::NO_ERROR),
        |machine| machine.abort(ErrorCode::INTERNAL_ERROR),
    ];
    for end in ends {
        let mut stuck = Stuck::with(10);
        assert!(stuck.0.streams().all(|stream| stream.result().is_some()));
        end(&mut stuck.0);
        stuck.show();
        let mut next = stuck.tick(1);
        while let Some(now) = next {
            assert!(!stuck.0.is_closed(), "{now:?}");
            assert!(now <= seconds(121));
            next = stuck.0.tick(now);
        }
        assert!(stuck.0.is_closed());
        assert!(matches!(
            stuck.0.next_write_operation(),
            WriteOperation::Close(lost) if lost > 0
        ));
    }
}

#[test]
fn how_a_connection_ended_before_its_output_was_given_up_stays() {
    let mut stuck = Stuck::with(10);
    stuck.0.abort(ErrorCode::INTERNAL_ERROR);
    stuck.show();
    stuck.tick(1);
    stuck.tick(121);
    assert!(matches!(
        stuck.end(),
        Some(Event::Closed(Err(ConnectionError::Aborted(
            ErrorCode::INTERNAL_ERROR
        ))))
    ));
}
