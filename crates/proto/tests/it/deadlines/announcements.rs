//! SETTINGS that are not acknowledged (RFC 9113 §6.5.3).

use core::time::Duration;

use testkit::{PREFACE, Peer, Seen, Wire, code, headers, kind, ping, settings, settings_ack};
use tress_proto::{
    Client, Config, Connection, Request, Response, Role, Server, SettingsChange, StreamId,
};

use super::{last_code, seconds};

/// A server whose client has said hello and acknowledges nothing.
fn unacknowledged() -> Peer<Connection<Server>> {
    let mut peer = Peer::new(Connection::new(Config::default()));
    peer.tick(seconds(0));
    peer.feed((PREFACE, settings()));
    peer.tick(seconds(0));
    peer.sent();
    peer
}

/// The answer to the PING that was sent last.
fn pong(sent: &[Seen]) -> Option<Vec<u8>> {
    let asked = sent.iter().rfind(|seen| seen.kind == kind::PING)?;
    let payload = <[u8; 8]>::try_from(asked.payload.as_slice()).unwrap();
    Some(ping(payload).ack().octets())
}

fn code_at<R: Role>(peer: &mut Peer<Connection<R>>, now: Duration) -> Option<u32> {
    peer.tick(now);
    peer.run();
    last_code(&peer.sent())
}

#[test]
fn settings_are_overdue_ten_seconds_after_a_ping_behind_them_was_answered() {
    let mut peer = unacknowledged();
    peer.tick(seconds(4));
    assert!(
        pong(&peer.sent()).is_none(),
        "most are acknowledged by then"
    );
    peer.tick(seconds(5));
    let pong = pong(&peer.run().sent()).unwrap();
    peer.tick(seconds(7));
    peer.feed(pong);
    assert_eq!(peer.tick(seconds(7)), Some(seconds(17)));
    assert_eq!(code_at(&mut peer, seconds(16)), None);
    assert_eq!(
        code_at(&mut peer, seconds(17)),
        Some(code::SETTINGS_TIMEOUT)
    );
}

#[test]
fn settings_that_are_acknowledged_at_once_cost_no_ping() {
    let mut peer = unacknowledged();
    peer.feed(settings_ack());
    for now in 0..100 {
        peer.tick(seconds(now));
    }
    assert!(peer.run().sent().is_empty());
}

/// they lie in a buffer, behind what is slow.
#[test]
fn settings_that_may_not_have_arrived_are_never_overdue() {
    let mut peer = unacknowledged();
    for now in 0..3600 {
        assert_eq!(code_at(&mut peer, seconds(now)), None);
    }
    // They have arrived, and are acknowledged.
    peer.feed(settings_ack());
    assert_eq!(code_at(&mut peer, seconds(3700)), None);
}

#[test]
fn settings_that_wait_behind_other_output_are_not_overdue() {
    let mut peer = unacknowledged();
    peer.feed((settings_ack(), headers(1).get("/").end()));
    let mut stream = peer.machine.stream_mut(StreamId::from_wire(1)).unwrap();
    stream.respond(Response::new(200)).unwrap();
    stream.send_data(vec![0; 60_000].into()).unwrap();
    peer.hold();
    peer.run();
    let change = SettingsChange::default().initial_window(1000).unwrap();
    peer.machine.update_settings(change).unwrap();
    for now in (0..60).step_by(5) {
        assert_eq!(code_at(&mut peer, seconds(now)), None);
    }
    peer.drain();
    let sent = peer.sent();
    assert!(sent.iter().any(|seen| seen.kind == kind::SETTINGS));
    peer.feed(settings_ack());
    assert_eq!(code_at(&mut peer, seconds(100)), None);
}

#[test]
fn a_ping_for_another_reason_counts_for_a_minute() {
    let mut peer = unacknowledged();
    peer.machine.ping(*b"whatever").unwrap();
    peer.run();
    peer.sent();
    peer.feed(ping(*b"whatever").ack());
    peer.tick(seconds(1));
    for now in 2..61 {
        assert_eq!(code_at(&mut peer, seconds(now)), None);
    }
    assert_eq!(
        code_at(&mut peer, seconds(61)),
        Some(code::SETTINGS_TIMEOUT)
    );
}

#[test]
fn a_ping_ahead_of_the_settings_shows_nothing() {
    let mut peer = unacknowledged();
    peer.feed(settings_ack());
    peer.machine.ping(*b"whatever").unwrap();
    peer.run();
    peer.sent();
    let change = SettingsChange::default().initial_window(1000).unwrap();
    peer.machine.update_settings(change).unwrap();
    peer.run();
    peer.feed(ping(*b"whatever").ack());
    for now in 0..3600 {
        assert_eq!(code_at(&mut peer, seconds(now)), None);
    }
}

#[test]
fn an_answer_to_a_later_request_counts_for_a_minute() {
    let mut peer = Peer::new(Connection::<Client>::new(Config::default()));
    peer.tick(seconds(0));
    peer.run();
    let id = peer
        .machine
        .request(Request::get("https", "a", "/"))
        .unwrap();
    peer.machine.stream_mut(id).unwrap().end().unwrap();
    peer.run();
    peer.feed((settings(), headers(1).status(200).end()));
    peer.tick(seconds(1));
    assert_eq!(code_at(&mut peer, seconds(60)), None);
    assert_eq!(
        code_at(&mut peer, seconds(61)),
        Some(code::SETTINGS_TIMEOUT)
    );
}

#[test]
fn an_answer_to_an_earlier_request_shows_nothing() {
    let mut peer = Peer::new(Connection::<Client>::new(Config::default()));
    peer.tick(seconds(0));
    peer.feed((settings(), settings_ack()));
    let id = peer
        .machine
        .request(Request::get("https", "a", "/"))
        .unwrap();
    peer.machine.stream_mut(id).unwrap().end().unwrap();
    peer.run();
    let change = SettingsChange::default().initial_window(1000).unwrap();
    peer.machine.update_settings(change).unwrap();
    peer.run();
    peer.feed(headers(1).status(200).end());
    for now in 0..3600 {
        assert_eq!(code_at(&mut peer, seconds(now)), None);
    }
}
