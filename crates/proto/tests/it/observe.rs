//! What an observer sees, and what can be asked of a stream.

use alloc::sync::Arc;
use core::time::Duration;
use std::sync::Mutex;

use testkit::{PREFACE, Peer, headers, settings, settings_ack, window_update};
use tress_proto::runtime::Runtime;
use tress_proto::{
    Blocked, Bytes, Config, Connection, Limits, Observe, Record, Response, Server, StreamId,
};

/// Writes down what it is shown, besides frames and fields.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Observe for Notes {
    fn record(&mut self, record: Record<'_>) {
        let note = match record {
            Record::State {
                stream_id,
                from,
                to,
            } => format!("{stream_id}: {from:?} -> {to:?}"),
            Record::StallBegan { stream_id, window } => format!("{stream_id}: {window:?} stalls"),
            Record::StallEnded {
                stream_id,
                window,
                waited,
            } => format!("{stream_id}: {window:?} stalled for {waited:?}"),
            Record::Limit {
                stream_id,
                limit,
                allowed,
            } => format!("{stream_id}: {limit:?} of {allowed}"),
            _ => return,
        };
        self.0.lock().unwrap().push(note);
    }
}

impl Notes {
    fn take(&self) -> Vec<String> {
        core::mem::take(&mut self.0.lock().unwrap())
    }
}

fn server(config: Config) -> (Peer<Connection<Server>>, Notes) {
    let (mut connection, notes) = (Connection::new(config), Notes::default());
    connection.observe(Box::new(notes.clone()));
    let mut peer = Peer::new(connection);
    peer.feed((PREFACE, settings(), settings_ack()));
    (peer, notes)
}

fn one() -> StreamId {
    StreamId::from_wire(1)
}

#[test]
fn an_observer_sees_the_life_of_a_stream() {
    let (mut peer, notes) = server(Config::default());
    peer.feed(headers(1).get("/").end());
    let mut stream = peer.machine.stream_mut(one()).unwrap();
    stream.respond(Response::new(204)).unwrap();
    stream.end().unwrap();
    peer.run();
    assert_eq!(
        notes.take(),
        [
            "1: Idle -> HalfClosedRemote",
            "1: HalfClosedRemote -> Closed(EndStream)"
        ]
    );
}

#[test]
fn an_observer_sees_which_window_holds_a_stream_up_and_for_how_long() {
    let (mut peer, notes) = server(Config::default());
    peer.tick(Duration::from_secs(1));
    peer.feed(headers(1).get("/").end());
    let mut stream = peer.machine.stream_mut(one()).unwrap();
    stream.respond(Response::new(200)).unwrap();
    stream.send_data(Bytes::from(vec![0; 100_000])).unwrap();
    peer.run();
    let stream = peer.machine.stream(one()).unwrap();
    assert_eq!(stream.blocked(), Some(Blocked::OwnWindow));
    assert_eq!(stream.queued(), 100_000 - 65_535);
    assert!((stream.queued()..stream.queued() + 1024).contains(&stream.memory()));
    peer.tick(Duration::from_secs(3));
    peer.feed(window_update(1, 100_000));
    assert_eq!(
        peer.machine.stream(one()).unwrap().blocked(),
        Some(Blocked::SharedWindow)
    );
    peer.tick(Duration::from_secs(4));
    peer.feed(window_update(0, 100_000));
    assert_eq!(peer.machine.stream(one()).unwrap().blocked(), None);
    let stalls: Vec<String> = notes
        .take()
        .into_iter()
        .filter(|note| note.contains("stall"))
        .collect();
    assert_eq!(
        stalls,
        [
            "1: Stream stalls",
            "1: Stream stalled for 2s",
            "1: Connection stalls",
            "1: Connection stalled for 1s"
        ]
    );
}

#[test]
fn an_observer_sees_a_limit_that_was_passed() {
    let mut limits = Limits::default();
    limits.concurrent_streams = 1;
    let (mut peer, notes) = server(Config::default().limits(limits).unwrap());
    peer.feed((headers(1).get("/").end(), headers(3).get("/").end()));
    assert_eq!(notes.take().pop().unwrap(), "3: ConcurrentStreams of 1");
    peer.machine.shutdown();
}
