//! What each end says first (RFC 9113 §3.4).

use testkit::{
    PREFACE, Peer, Wire, code, continuation, data, goaway, headers, kind, ping, priority,
    push_promise, rst_stream, settings, settings_ack, unknown, window_update,
};
use tress_proto::{
    Client, Config, Connection, ConnectionError, ConnectionRule, ErrorCode, Event, Role, Server,
    Violation,
};

use crate::support::{Ends, both, get};

fn fresh<R: Role>() -> Peer<Connection<R>> {
    let mut peer = Peer::new(Connection::new(Config::default()));
    peer.run();
    peer
}

/// The first octets of the other end break this rule of the connection.
#[track_caller]
fn is_no_preface<R: Role>(wire: impl Wire, rule: ConnectionRule) {
    let mut peer = fresh::<R>();
    peer.feed(wire);
    let sent = peer.sent();
    assert_eq!(
        sent[0].kind,
        kind::SETTINGS,
        "our own preface goes first: {sent:?}"
    );
    let last = sent.last().unwrap();
    assert_eq!(
        (last.kind, last.last_stream(), last.code()),
        (kind::GOAWAY, Some(0), Some(code::PROTOCOL_ERROR)),
        "{:?}: {sent:?}",
        R::SIDE
    );
    let events: Vec<_> = core::iter::from_fn(|| peer.machine.poll_event()).collect();
    let [Event::Closed(Err(ConnectionError::Violation(violation)))] = &events[..] else {
        panic!("{events:?}");
    };
    assert_eq!(*violation, Violation::Connection(rule));
    assert!(peer.is_closed());
}

#[test]
fn a_client_says_the_preface_and_then_settings() {
    let mut peer = fresh::<Client>();
    let octets = peer.sent_octets();
    assert_eq!(octets[..24], PREFACE[..]);
    assert_eq!(octets[27..33], [4, 0, 0, 0, 0, 0], "SETTINGS on stream 0");
}

#[test]
fn a_server_says_settings_first() {
    let mut peer = fresh::<Server>();
    let octets = peer.sent_octets();
    assert_eq!(octets[3..9], [4, 0, 0, 0, 0, 0], "SETTINGS on stream 0");
}

#[test]
fn requests_follow_the_preface_without_waiting_for_the_server() {
    let mut peer = Peer::new(Connection::<Client>::new(Config::default()));
    let id = peer.machine.request(get()).unwrap();
    peer.machine.stream_mut(id).unwrap().end().unwrap();
    peer.run();
    let sent = peer.sent();
    assert_eq!(sent[0].kind, kind::SETTINGS);
    assert!(sent.iter().any(|seen| seen.kind == kind::HEADERS));
}

#[test]
fn the_settings_of_a_preface_may_be_empty_and_are_acknowledged_after_our_own() {
    both!(R => {
        let mut peer = Peer::new(Connection::<R>::new(Config::default()));
        peer.feed(R::hello());
        let sent = peer.sent();
        assert_eq!((sent[0].kind, sent[0].flags), (kind::SETTINGS, 0));
        let acknowledged = sent.iter().filter(|seen| seen.octets() == settings_ack().octets());
        assert_eq!(acknowledged.count(), 1, "{sent:?}");
        assert!(matches!(peer.machine.poll_event(), Some(Event::SettingsChanged)));
        assert!(peer.machine.poll_event().is_none());
    });
}

#[test]
fn a_preface_may_come_in_any_pieces() {
    both!(R => for octets in 1..40 {
        let mut peer = Peer::new(Connection::<R>::new(Config::default())).chunks(octets);
        peer.feed((R::hello(), ping(*b"in order")));
        assert!(peer.sent().iter().any(|seen| seen.kind == kind::PING), "{octets}");
    });
}

#[test]
fn a_preface_that_differs_in_any_octet_is_a_connection_error() {
    for place in 0..PREFACE.len() {
        let mut wrong = *PREFACE;
        wrong[place] ^= 0x20;
        is_no_preface::<Server>((wrong, settings()), ConnectionRule::Preface);
    }
}

#[test]
fn a_wrong_preface_is_an_error_from_the_first_octet_that_differs() {
    is_no_preface::<Server>(b"G", ConnectionRule::Preface);
    is_no_preface::<Server>(b"PRI * HTTP/2.1", ConnectionRule::Preface);
    is_no_preface::<Server>(b"GET / HTTP/1.1\r\n\r\n", ConnectionRule::Preface);
}

#[test]
fn a_first_frame_other_than_settings_is_a_connection_error() {
    let frames: [Vec<u8>; 11] = [
        data(1, "x").octets(),
        headers(1).get("/").end().octets(),
        priority(1, 0, 15).octets(),
        rst_stream(1, code::CANCEL).octets(),
        push_promise(1, 2).get("/").octets(),
        ping(*b"question").octets(),
        goaway(0, code::INADEQUATE_SECURITY).octets(),
        window_update(0, 1).octets(),
        continuation(1).octets(),
        unknown(0xfa, 0, 0, "x").octets(),
        // An acknowledgment says no settings.
        settings_ack().octets(),
    ];
    for frame in frames {
        is_no_preface::<Client>(&frame, ConnectionRule::FirstFrame);
        is_no_preface::<Server>((PREFACE, &frame), ConnectionRule::FirstFrame);
    }
}

#[test]
fn a_first_frame_that_is_wrong_in_itself_is_an_invalid_preface_too() {
    is_no_preface::<Client>(
        b"HTTP/1.1 505 HTTP Version Not Supported\r\n\r\n",
        ConnectionRule::FirstFrame,
    );
    let wrong = ping(*b"question").stream(1);
    is_no_preface::<Client>(&wrong, ConnectionRule::FirstFrame);
    is_no_preface::<Server>((PREFACE, &wrong), ConnectionRule::FirstFrame);
}

#[test]
fn first_settings_that_are_wrong_keep_their_own_code() {
    both!(R => {
        let mut peer = Peer::new(Connection::<R>::new(Config::default()));
        let mut hello = R::hello();
        hello.truncate(hello.len() - 9);
        peer.feed((hello, settings().set(4, 1 << 31)));
        let last = peer.sent().pop().unwrap();
        assert_eq!(last.code(), Some(code::FLOW_CONTROL_ERROR));
    });
}

#[test]
fn an_end_of_input_before_the_preface_is_no_error() {
    both!(R => {
        let mut peer = Peer::new(Connection::<R>::new(Config::default()));
        peer.eof();
        assert!(matches!(peer.machine.poll_event(), Some(Event::Closed(Ok(())))));
        assert!(peer.machine.poll_event().is_none());
        assert!(peer.is_closed());
    });
}

#[test]
fn a_connection_that_ends_at_once_begins_with_its_preface_all_the_same() {
    let mut peer = Peer::new(Connection::<Client>::new(Config::default()));
    peer.machine.abort(ErrorCode::CANCEL);
    peer.run();
    let octets = peer.sent_octets();
    assert_eq!(octets[..24], PREFACE[..]);
    let seen = testkit::frames(&octets);
    let kinds: Vec<_> = seen.iter().map(|seen| seen.kind).collect();
    assert_eq!(kinds, [kind::SETTINGS, kind::GOAWAY]);
}
