//! One machine with a test on the other end.

use runtime::Runtime as _;
use tress_testkit::*;

#[test]
fn octets_are_fed_in_chunks_and_what_was_sent_is_read() {
    let said = (settings(), headers(1).get("/").end());
    for octets in [1, 9, 100, 16_384] {
        let mut peer = Peer::new(Echo::new().capacity(5)).chunks(octets);
        let sent = peer.feed(&said).sent();
        assert_eq!(sent, frames(&said.octets()));
        assert_eq!(peer.consumed(), said.octets().len());
        assert_eq!(peer.held(), 0);
        assert!(peer.sent().is_empty(), "since the last call");
        peer.feed([1, 2]);
        assert_eq!(peer.sent_octets(), [1, 2]);
        assert!(peer.eof().is_closed());
    }
}

#[test]
fn an_undrained_machine_stops_reading() {
    let mut peer = Peer::new(Echo::new().capacity(10)).undrained();
    peer.feed([0; 15]);
    assert_eq!((peer.consumed(), peer.held()), (10, 5));
    assert_eq!(peer.sent_octets(), []);
    peer.drain();
    assert_eq!((peer.consumed(), peer.held()), (15, 0));
    assert_eq!(peer.sent_octets(), [0; 15]);
}

#[test]
fn a_frame_is_sent_once_it_is_complete() {
    let mut peer = Peer::new(Echo::new());
    let (first, second) = (settings().octets(), ping([1; 8]).octets());
    let sent = peer.feed([first.as_slice(), &second[..3]].concat()).sent();
    assert_eq!(sent.len(), 1);
    let sent = peer.feed(&second[3..]).sent();
    assert_eq!(sent, frames(&second));
}

#[test]
fn a_machine_whose_output_is_not_taken_any_more_is_told() {
    let mut peer = Peer::new(Echo::new());
    peer.hang_up().feed([1, 2, 3]);
    assert!(peer.is_closed() && peer.machine.is_closed());
    assert_eq!(peer.machine.queued(), 3);
}

#[test]
fn an_error_of_the_transport_ends_the_echo() {
    let mut peer = Peer::new(Echo::new()).undrained();
    peer.feed([1]);
    peer.machine.report_exn("the cable is gone".into());
    assert!(peer.run().is_closed());
    assert_eq!(
        peer.machine.exn().expect("it was told").to_string(),
        "the cable is gone"
    );
}
