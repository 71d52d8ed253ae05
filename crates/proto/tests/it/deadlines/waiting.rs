//! Requests that wait for the server to take another stream (RFC 9113 §5.1.2).

use core::time::Duration;

use testkit::{Peer, kind, rst_stream, settings, settings_ack};
use tress_proto::{Blame, Client, Config, Connection, Event, Request, StreamError, StreamId};

use super::{events, seconds};

/// A client that may have one stream, and has it.
fn full(config: Config) -> Peer<Connection<Client>> {
    let mut peer = Peer::new(Connection::new(config));
    peer.tick(seconds(0));
    peer.feed((settings().set(3, 1), settings_ack()));
    ask(&mut peer);
    peer.sent();
    peer
}

fn ask(peer: &mut Peer<Connection<Client>>) -> StreamId {
    let id = peer
        .machine
        .request(Request::get("https", "a", "/"))
        .unwrap();
    peer.machine.stream_mut(id).unwrap().end().unwrap();
    peer.run();
    id
}

fn unsent(peer: &mut Peer<Connection<Client>>) -> Vec<u32> {
    let events = events(peer).into_iter();
    events
        .filter_map(|event| match event {
            Event::Finished { stream_id, result } => {
                assert_eq!(result, Err(StreamError::Unsent));
                Some(stream_id.value())
            }
            _ => None,
        })
        .collect()
}

fn wait(peer: &mut Peer<Connection<Client>>, until: u64) -> Option<Duration> {
    peer.tick(seconds(until))
}

/// Once it failed as if the server were to blame.
#[test]
fn a_request_that_waits_for_a_stream_for_five_minutes_is_unsent_and_safe_to_try_again() {
    let mut peer = full(Config::default());
    wait(&mut peer, 1000);
    let id = ask(&mut peer);
    assert_eq!(wait(&mut peer, 1000), Some(seconds(1300)));
    wait(&mut peer, 1100);
    let later = ask(&mut peer);
    wait(&mut peer, 1100);
    wait(&mut peer, 1299);
    assert!(unsent(&mut peer).is_empty());
    wait(&mut peer, 1300);
    assert_eq!(unsent(&mut peer), [id.value()]);
    let mut stream = peer.machine.stream_mut(id).unwrap();
    let error = stream.recv().unwrap_err();
    assert!(error.is_retryable());
    assert_ne!(error.blame(), Blame::Peer);
    assert!(peer.machine.stream_mut(later).is_ok());
    wait(&mut peer, 1400);
    assert_eq!(unsent(&mut peer), [later.value()]);
    assert!(peer.run().sent().is_empty(), "nothing of them was sent");
}

#[test]
fn a_request_that_was_taken_back_to_be_sent_elsewhere_is_whole() {
    let mut peer = full(Config::default());
    let id = ask(&mut peer);
    wait(&mut peer, 1);
    wait(&mut peer, 301);
    let mut stream = peer.machine.stream_mut(id).unwrap();
    let (request, _) = stream.take_unsent().unwrap();
    assert_eq!(request, Request::get("https", "a", "/"));
}

#[test]
fn a_request_whose_turn_comes_is_sent() {
    let mut peer = full(Config::default());
    let ids = [ask(&mut peer), ask(&mut peer)];
    wait(&mut peer, 1);
    wait(&mut peer, 290);
    peer.feed(rst_stream(1, 0));
    let sent = peer.run().sent();
    assert_eq!(sent[0].kind, kind::HEADERS);
    assert_eq!(sent[0].stream, ids[0].value());
    wait(&mut peer, 299);
    events(&mut peer);
    wait(&mut peer, 301);
    assert_eq!(unsent(&mut peer), [ids[1].value()]);
    wait(&mut peer, 3000);
    assert!(unsent(&mut peer).is_empty(), "what was sent is not timed");
}

#[test]
fn requests_may_wait_for_ever_where_that_is_asked_for() {
    let mut peer = full(Config::default().pending_request_timeout(None));
    ask(&mut peer);
    for now in (0..100_000).step_by(1000) {
        assert_eq!(wait(&mut peer, now), None);
    }
    assert!(unsent(&mut peer).is_empty());
}
