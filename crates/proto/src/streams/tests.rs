//! Streams that are counted, wait, start and leave, without a connection.

use alloc::vec::Vec;
use core::time::Duration;

use frame::StreamId;

use super::{Absent, Streams};
use crate::error::StreamError;
use crate::limits::{Ledger, Limits};
use crate::role::Side;
use crate::schedule::Priorities;
use crate::stream::{ClosedBy, Notification, Past, Step, Store, Stream, Work};

fn id(value: u32) -> StreamId {
    StreamId::from_wire(value)
}

/// What a server's streams share, whose application works for so many requests at once.
fn serving(most: u32) -> (Streams, Store) {
    let streams = Streams::new(Side::Server, Priorities::default(), most);
    (streams, Store::new())
}

/// A request that the peer makes.
fn request(streams: &mut Streams, store: &Store, value: u32) -> Stream {
    let mut stream = Stream::new(store.next_key(), id(value), 100);
    streams.peer_opens(id(value)).unwrap();
    stream.recv(Step::Headers).unwrap();
    streams.adopt(&mut stream);
    stream
}

fn ledger() -> Ledger {
    Ledger::new(&Limits::server(), 100)
}

#[test]
fn a_stream_counts_from_when_it_is_opened_until_it_finishes() {
    let (mut streams, store) = serving(10);
    let mut stream = request(&mut streams, &store, 3);
    assert_eq!((streams.running(), streams.active_peer()), (1, 1));
    assert_eq!((streams.quiet(), streams.highest_of_peer()), (None, id(3)));
    assert_eq!(streams.absent(id(1)), Absent::Past(Past::Skipped));
    assert_eq!(streams.absent(id(5)), Absent::Idle);
    stream.recv(Step::RstStream).unwrap();
    stream.finish(Err(StreamError::Canceled));
    streams.finish(&mut stream);
    assert_eq!((streams.running(), streams.active_peer()), (0, 0));
    assert_eq!(streams.quiet(), Some(1));
    let closed = Past::Closed(ClosedBy::ResetReceived);
    assert_eq!(streams.absent(id(3)), Absent::Past(closed));
}

#[test]
fn a_stream_that_is_over_is_answered_with_one_reset() {
    let (mut streams, store) = serving(10);
    streams.peer_opens(id(5)).unwrap();
    assert!(streams.reset_absent(id(3)), "it was skipped");
    assert!(!streams.reset_absent(id(3)), "it was reset");
    streams.ignore(id(1));
    assert!(!streams.reset_absent(id(1)));
    let mut stream = request(&mut streams, &store, 7);
    stream.recv(Step::RstStream).unwrap();
    stream.finish(Err(StreamError::Canceled));
    streams.finish(&mut stream);
    assert!(streams.reset_absent(id(7)), "only the peer has said so");
    assert!(!streams.reset_absent(id(7)));
}

#[test]
fn requests_wait_until_the_application_works_for_fewer() {
    let (mut streams, mut store) = serving(2);
    let mut limits = ledger();
    for value in [1, 3, 5, 7] {
        let mut stream = request(&mut streams, &store, value);
        streams.admit(&mut stream, 0, &limits);
        store.insert(stream);
    }
    assert!(streams.may_start() && !streams.may_start());
    assert_eq!(streams.next_start(0, &mut limits), None);
    assert_eq!(streams.waiting_for_start(), Some(2), "two were started");
    streams.end_work(store.resolve(id(1)).unwrap());
    assert!(streams.may_start());
    assert_eq!(
        streams.next_start(1, &mut limits),
        None,
        "a reset holds its place"
    );
    let third = store.find(id(5)).unwrap();
    let started = Some((third, Work::Started));
    assert_eq!(streams.next_start(0, &mut limits), started, "in order");
    streams.end_work(store.resolve(id(7)).unwrap());
    assert_eq!(streams.first_waiting(), None, "nobody hears of it any more");
    assert_eq!(streams.waiting_for_start(), None);
}

#[test]
fn a_stream_is_reported_once_and_leaves_when_nobody_asks_any_more() {
    let (mut streams, store) = serving(10);
    let mut stream = request(&mut streams, &store, 1);
    for _ in 0..2 {
        streams.tell(&mut stream, Notification::Readable);
    }
    assert_eq!(streams.first_to_notify(), Some(stream.key()));
    assert_eq!(stream.next_notification(), Some(Notification::Readable));
    assert_eq!(stream.next_notification(), None);
    streams.all_notified();
    assert_eq!(streams.first_to_notify(), None);
    stream.finish(Err(StreamError::Canceled));
    streams.finish(&mut stream);
    assert!(!streams.leaves(&stream), "the error was not taken");
    assert!(stream.take_error().is_some());
    assert!(!streams.leaves(&stream), "nobody has done with it since");
    streams.let_leave();
    assert!(streams.leaves(&stream));
    stream.release();
    streams.tell(&mut stream, Notification::Readable);
    assert_eq!(streams.first_to_notify(), None, "nobody wants to know");
}

#[test]
fn pending_requests_leave_in_order_and_wait_since_they_were_first_seen() {
    let (mut streams, mut store) = serving(10);
    let mut keys = Vec::new();
    for _ in 0..3 {
        let next = streams.take_id().unwrap();
        let stream = Stream::new(store.next_key(), next, 0);
        streams.wait_to_open(&stream);
        keys.push(stream.key());
        store.insert(stream);
    }
    let (second, limit) = (Duration::from_secs(1), Duration::from_secs(5));
    assert!(streams.over_waiting(Some(second), limit).is_empty());
    assert_eq!(streams.waiting_since(), Some(second));
    assert_eq!(streams.next_to_open(), Some(id(2)));
    streams.opened();
    assert_eq!(streams.first_pending_request(), Some(keys[1]));
    assert!(streams.over_waiting(Some(5 * second), limit).is_empty());
    let over = streams.over_waiting(Some(6 * second), limit);
    assert_eq!(over.as_slice(), &keys[1..]);
    for key in over {
        let stream = store.get_mut(key).unwrap();
        stream.finish(Err(StreamError::Unsent));
        streams.finish(stream);
    }
    assert_eq!(streams.pending_requests().len(), 0);
    assert_eq!(streams.next_to_open(), Some(id(8)));
    assert!(streams.over_waiting(None, limit).is_empty());
    assert_eq!(
        streams.waiting_since(),
        None,
        "it does not wait for the peer"
    );
}
