//! PRIORITY_UPDATE leaves (RFC 9218 §7.1, RFC 9218 §2.1.1).

use testkit::{Pair, Peer, Seen, headers, kind, settings, settings_ack};
use tress_proto::{Client, Config, Connection, ErrorCode, Request, Server, StreamId, UserError};

use super::priority;
use crate::support::{get, post};

type Asking = Peer<Connection<Client>>;

/// A client whose server has said this.
fn client(settings: testkit::Frame<testkit::Settings>) -> Asking {
    let mut peer = Peer::new(Connection::<Client>::new(Config::default()));
    peer.feed((settings, settings_ack()));
    peer.sent();
    peer
}

/// A client whose server knows the priorities of RFC 9218.
fn heard() -> Asking {
    client(settings().set(9, 1))
}

fn request(peer: &mut Asking) -> StreamId {
    peer.machine.request(post()).unwrap()
}

#[track_caller]
fn set(peer: &mut Asking, id: StreamId, value: &str) {
    let mut stream = peer.machine.stream_mut(id).unwrap();
    stream.set_priority(priority(value)).unwrap();
}

/// The frames that are sent: HEADERS with their stream, and PRIORITY_UPDATE with what it says.
fn sent(peer: &mut Asking) -> Vec<String> {
    let sent = peer.run().sent();
    let lines = sent.iter().filter_map(|seen| match seen.kind {
        kind::HEADERS => Some(format!("headers {}", seen.stream)),
        kind::PRIORITY_UPDATE => Some(update(seen)),
        _ => None,
    });
    lines.collect()
}

fn update(seen: &Seen) -> String {
    assert_eq!((seen.stream, seen.flags), (0, 0));
    let (id, value) = seen.payload.split_first_chunk().unwrap();
    let value = String::from_utf8_lossy(value);
    format!("{}: {value}", u32::from_be_bytes(*id))
}

#[test]
fn the_latest_priority_of_an_open_stream_is_said_once() {
    let mut peer = heard();
    let id = request(&mut peer);
    assert_eq!(sent(&mut peer), ["headers 1"]);
    set(&mut peer, id, "u=1");
    set(&mut peer, id, "u=5, i");
    assert_eq!(sent(&mut peer), ["1: u=5, i"]);
    assert!(sent(&mut peer).is_empty());
    set(&mut peer, id, "u=0");
    assert_eq!(sent(&mut peer), ["1: u=0"]);
}

#[test]
fn the_priority_of_a_stream_that_opens_precedes_its_headers() {
    let mut peer = heard();
    let (first, second) = (request(&mut peer), request(&mut peer));
    set(&mut peer, second, "u=7");
    set(&mut peer, first, "u=2");
    set(&mut peer, first, "u=1");
    let wanted = ["1: u=1", "headers 1", "3: u=7", "headers 3"];
    assert_eq!(sent(&mut peer), wanted);
}

#[test]
fn before_the_settings_of_the_server_a_priority_follows_its_headers() {
    let mut peer = Peer::new(Connection::<Client>::new(Config::default()));
    let id = request(&mut peer);
    set(&mut peer, id, "u=1");
    assert_eq!(sent(&mut peer), ["headers 1", "1: u=1"]);
    set(&mut peer, id, "u=2");
    assert_eq!(sent(&mut peer), ["1: u=2"]);
}

#[test]
fn a_server_that_would_ignore_the_frame_is_sent_none() {
    for announced in [settings(), settings().set(9, 0)] {
        let mut peer = client(announced);
        let id = request(&mut peer);
        set(&mut peer, id, "u=1");
        assert_eq!(sent(&mut peer), ["headers 1"]);
        set(&mut peer, id, "u=2");
        assert!(sent(&mut peer).is_empty());
        let stream = peer.machine.stream(id).unwrap();
        assert_eq!(stream.priority(), priority("u=2"));
    }
}

#[test]
fn a_priority_waits_as_long_as_its_stream_may_not_open() {
    let mut peer = client(settings().set(9, 1).set(3, 1));
    let first = request(&mut peer);
    let second = request(&mut peer);
    set(&mut peer, second, "u=1");
    assert_eq!(sent(&mut peer), ["headers 1"]);
    set(&mut peer, second, "u=2");
    assert!(sent(&mut peer).is_empty());
    peer.machine.stream_mut(first).unwrap().end().unwrap();
    peer.feed(headers(1).status(200).end());
    assert_eq!(sent(&mut peer), ["3: u=2", "headers 3"]);
}

#[test]
fn nothing_is_said_of_a_stream_on_which_nothing_comes_any_more() {
    let mut peer = heard();
    let id = request(&mut peer);
    sent(&mut peer);
    peer.feed(headers(1).status(200).end());
    set(&mut peer, id, "u=1");
    assert!(sent(&mut peer).is_empty(), "the response is whole");
    let mut stream = peer.machine.stream_mut(id).unwrap();
    stream.reset(ErrorCode::CANCEL).unwrap();
    let refused = stream.set_priority(priority("u=1"));
    assert_eq!(refused, Err(UserError::StreamClosed));
}

#[test]
fn a_stream_that_is_taken_back_or_reset_takes_its_priority_along() {
    let mut peer = heard();
    let (first, second) = (request(&mut peer), request(&mut peer));
    set(&mut peer, first, "u=1");
    peer.machine.stream_mut(first).unwrap().release();
    assert_eq!(sent(&mut peer), ["headers 3"]);
    set(&mut peer, second, "u=1");
    peer.machine.stream_mut(second).unwrap().release();
    assert!(sent(&mut peer).is_empty());
}

#[test]
fn a_server_tells_nobody() {
    let mut pair = joined();
    let id = pair.a.request(get()).unwrap();
    pair.run();
    let mut stream = pair.b.stream_mut(id).unwrap();
    stream.set_priority(priority("u=1")).unwrap();
    pair.run();
    let said = pair.frames(testkit::Way::BToA);
    assert!(said.iter().all(|seen| seen.kind != kind::PRIORITY_UPDATE));
    assert_eq!(pair.b.stream(id).unwrap().priority(), priority("u=1"));
}

#[test]
fn what_one_end_says_the_other_hears() {
    let mut pair = joined();
    let field = |value: &str| get().field("priority", value);
    let ids = ["u=1", "i", "u=6, i"].map(|value| pair.a.request(field(value)).unwrap());
    let mut stream = pair.a.stream_mut(ids[1]).unwrap();
    stream.set_priority(priority("u=0")).unwrap();
    pair.run();
    let heard = |pair: &Pair<Connection<Client>, Connection<Server>>| {
        ids.map(|id| pair.b.stream(id).unwrap().priority().to_string())
    };
    assert_eq!(heard(&pair), ["u=1", "u=0", "u=6, i"]);
    for id in ids {
        let mut stream = pair.a.stream_mut(id).unwrap();
        stream.set_priority(priority("u=4, i")).unwrap();
    }
    pair.run();
    assert_eq!(heard(&pair), ["u=4, i"; 3]);
}

/// A client and a server that have said hello.
fn joined() -> Pair<Connection<Client>, Connection<Server>> {
    let (a, b) = (
        Connection::new(Config::default()),
        Connection::new(Config::default()),
    );
    let mut pair = Pair::new(a, b);
    pair.run();
    pair
}

#[test]
fn the_field_is_the_applications_to_add() {
    let mut peer = heard();
    let request = Request::get("https", "a", "/").field("priority", "u=5, i");
    let id = peer.machine.request(request).unwrap();
    assert_eq!(
        peer.machine.stream(id).unwrap().priority(),
        priority("u=5, i")
    );
    let sent = peer.run().sent();
    assert_eq!(sent[0].field("priority").unwrap(), "u=5, i");
    assert_eq!(sent.len(), 1, "what the field says is not said again");
}
