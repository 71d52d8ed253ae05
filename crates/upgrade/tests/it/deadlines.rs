//! What takes too long ends, with every tick that a driver gives.

use core::time::Duration;

use testkit::Peer;
use tress_upgrade::proto::{Config, ConnectionError, Event, Request};
use tress_upgrade::{Client, Limits, UpgradeError};

use crate::support::{cleartext, wish};

const LIMIT: Duration = Duration::from_secs(3);

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn limits() -> Limits {
    Limits::default().timeout(LIMIT)
}

#[test]
fn who_says_nothing_is_told_nothing() {
    let mut peer = Peer::new(cleartext().limits(limits()));
    assert_eq!(peer.tick(at(10)), Some(at(13)));
    assert_eq!(peer.tick(at(12)), Some(at(13)));
    assert_eq!(peer.tick(at(13)), None);
    assert!(peer.is_closed());
    assert!(peer.sent_octets().is_empty());
}

#[test]
fn a_head_in_drops_does_not_move_its_deadline() {
    let mut peer = Peer::new(cleartext().limits(limits()));
    for (second, octet) in (10..).zip(*b"GET") {
        assert_eq!(peer.tick(at(second)), Some(at(13)));
        peer.feed([octet]);
    }
    peer.tick(at(13));
    assert!(peer.sent_octets().starts_with(b"HTTP/1.1 408 "));
    assert!(peer.is_closed());
}

#[test]
fn content_has_a_deadline_of_its_own() {
    let mut peer = Peer::new(cleartext().limits(limits()));
    peer.tick(at(10));
    peer.tick(at(12));
    peer.feed(wish("POST /", &["content-length: 3"]).into_bytes());
    assert_eq!(peer.tick(at(12)), Some(at(15)));
    peer.feed(*b"ab");
    peer.tick(at(15));
    assert!(peer.sent_octets().starts_with(b"HTTP/1.1 408 "));
    assert!(peer.is_closed());
}

#[test]
fn an_answer_that_nobody_takes_is_given_up() {
    let mut peer = Peer::new(cleartext().limits(limits())).undrained();
    peer.tick(at(10));
    peer.feed(*b"GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    assert_eq!(peer.tick(at(11)), Some(at(14)));
    assert!(!peer.is_closed());
    assert_eq!(peer.tick(at(14)), None);
    peer.drain();
    assert!(peer.is_closed());
    assert!(peer.sent_octets().is_empty());
}

#[test]
fn http_2_has_the_deadlines_of_its_own_configuration() {
    let config = Config::default().idle_timeout(at(60));
    let mut peer = Peer::new(tress_upgrade::Server::cleartext(config).limits(limits()));
    peer.tick(at(10));
    peer.feed(testkit::PREFACE.as_slice());
    assert!(peer.machine.is_http2());
    peer.tick(at(15));
    assert!(!peer.is_closed());
}

#[test]
fn a_server_that_does_not_answer_is_given_up() {
    let request = Request::get("http", "a", "/");
    let client = Client::cleartext(Config::default(), &request, b"").unwrap();
    let mut peer = Peer::new(client.limits(limits()));
    assert_eq!(peer.tick(at(1)), Some(at(4)));
    peer.feed(*b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 1");
    assert_eq!(peer.tick(at(4)), None);
    assert!(peer.is_closed());
    assert_eq!(peer.machine.error(), Some(&UpgradeError::Timeout));
    let events = core::iter::from_fn(|| peer.machine.connection().poll_event());
    let closed =
        events.filter(|event| matches!(event, Event::Closed(Err(ConnectionError::Exn(_)))));
    assert_eq!(closed.count(), 1);
}
