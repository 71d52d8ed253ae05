//! How many turns a connection takes with its machine.

use alloc::vec::Vec;
use core::pin::pin;
use core::task::{Context, Poll, Waker};

use proto::Server;
use proto::frame::PREFACE;
use testkit::{Wire as _, headers, settings, settings_ack};
use tokio::io::{AsyncWriteExt, DuplexStream, duplex};

use super::Wire;
use crate::setup::Setup;

/// A server that has shaken hands and rests, and its client's end.
fn server() -> (Wire<DuplexStream, Server>, DuplexStream) {
    let (client, server) = duplex(64 * 1024);
    let mut both = (Wire::new(server, &Setup::default()).unwrap(), client);
    let hello = [settings().octets(), settings_ack().octets()].concat();
    says(&mut both.1, &[&PREFACE[..], &hello].concat());
    turns(&mut both.0);
    both
}

fn says(client: &mut DuplexStream, octets: &[u8]) {
    let mut written = pin!(client.write_all(octets));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(written.as_mut().poll(&mut cx).is_ready(), "it has space");
}

/// How many turns one poll takes.
fn turns(wire: &mut Wire<DuplexStream, Server>) -> u64 {
    let before = wire.session().turns();
    let polled = wire.poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(polled, Poll::Pending));
    wire.session().turns() - before
}

#[test]
fn a_poll_in_which_nothing_happened_takes_no_turn() {
    let (mut wire, _client) = server();
    let taken: Vec<_> = (0..3).map(|_| turns(&mut wire)).collect();
    assert_eq!(taken, [0, 0, 0]);
}

#[test]
fn what_comes_at_rest_takes_one_turn() {
    let (mut wire, mut client) = server();
    says(&mut client, &headers(1).get("/").end().octets());
    assert_eq!(turns(&mut wire), 1);
}

#[test]
fn a_server_is_not_due_because_nothing_runs() {
    let (mut wire, mut client) = server();
    says(&mut client, &headers(1).get("/").end().octets());
    turns(&mut wire);
    let accepted = wire.act(|turn| turn.accept()).unwrap().unwrap();
    assert!(accepted.is_ended && !accepted.has_more);
    let (place, response) = (accepted.place, proto::Response::new(204));
    let sent = wire.act(|turn| turn.send_response(place, response, true));
    sent.unwrap().unwrap();
    assert_eq!(turns(&mut wire), 2, "it is written, and that settled");
    for _ in 0..3 {
        wire.act(|turn| turn.release(place, false)).unwrap();
    }
    assert!(!wire.session().driver().is_flagged());
}
