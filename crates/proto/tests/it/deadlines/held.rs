//! While we do not read, by our own choice, no clock runs that waits for the peer.

use testkit::{PREFACE, Peer, Wire, headers, kind, ping, settings, settings_ack};
use tress_proto::runtime::{ReadOperation, Runtime};
use tress_proto::{Config, Connection, Server};

use super::{events, greeted, is_timeout, last_code, seconds};

/// A server that does not read, for what it was asked is not taken.
fn held(peer: &mut Peer<Connection<Server>>) {
    peer.hold();
    // What is made ready for one write, and half of the replies that may wait.
    peer.feed(ping([0; 8]).octets().repeat(4500));
    assert_eq!(peer.machine.next_read_operation(), ReadOperation::Yield);
}

#[test]
fn a_peer_that_we_do_not_hear_is_not_given_up() {
    let mut peer = greeted(Config::default().keep_alive(seconds(20), seconds(5)));
    peer.tick(seconds(20));
    held(&mut peer);
    for now in 21..120 {
        peer.tick(seconds(now));
        assert!(!peer.machine.is_closed(), "{now}");
    }
    peer.drain();
    assert!(
        events(&mut peer)
            .iter()
            .all(|event| !is_timeout(Some(event)))
    );
    // From now on it has its time.
    peer.tick(seconds(120));
    peer.tick(seconds(124));
    assert!(!peer.machine.is_closed());
}

/// It was between two ticks.
#[test]
fn a_pause_that_is_over_counts_too() {
    let mut peer = greeted(Config::default().keep_alive(seconds(20), seconds(5)));
    peer.tick(seconds(20));
    peer.run();
    held(&mut peer);
    peer.drain();
    assert_eq!(peer.machine.next_read_operation(), ReadOperation::Read);
    peer.tick(seconds(25));
    assert!(!peer.machine.is_closed());
}

#[test]
fn settings_and_field_blocks_are_not_overdue_that_we_do_not_read() {
    let mut peer = Peer::new(Connection::<Server>::new(Config::default()));
    peer.tick(seconds(0));
    peer.feed((PREFACE, settings()));
    peer.tick(seconds(0));
    peer.tick(seconds(5));
    let asked = peer.run().sent().pop().unwrap();
    assert_eq!(asked.kind, kind::PING);
    let payload = <[u8; 8]>::try_from(asked.payload.as_slice()).unwrap();
    peer.feed(ping(payload).ack());
    peer.tick(seconds(5));
    held(&mut peer);
    for now in 6..100 {
        peer.tick(seconds(now));
        assert!(!peer.machine.is_closed(), "{now}");
    }
    peer.drain();
    peer.feed((settings_ack(), headers(1).get("/").end()));
    peer.tick(seconds(100));
    assert_eq!(last_code(&peer.sent()), None);
}

#[test]
fn what_waits_for_credit_that_we_do_not_read_is_not_timed() {
    let mut client = super::credit::Client::new(Config::default());
    client
        .peer
        .feed((settings().set(4, 0), headers(1).get("/").end()));
    client.answer(1, 100_000);
    client.wait(20, |_| {});
    held(&mut client.peer);
    // Something leaves now and then, so that the transport is not to blame.
    for now in (25..1200).step_by(5) {
        client.peer.tick(seconds(now));
        if now % 100 == 0 {
            client.peer.drain();
            held(&mut client.peer);
        }
        assert!(!client.peer.machine.is_closed(), "{now}");
    }
    client.peer.drain();
    client.now = seconds(1200);
    client.work();
    assert!(client.is_unharmed());
    client.wait(320, |_| {});
    assert_eq!(client.resets().len(), 1, "and then it is");
}
