//! A server tells what its client speaks (RFC 7540 §3.2, RFC 9113 §3.3).

use testkit::{PREFACE, Peer, Wire, headers, kind, settings};
use tress_upgrade::proto::{ErrorCode, Response, SettingId};

use crate::support::{SETTINGS, SWITCHING, cleartext, hear, one, said, wish};

#[test]
fn the_preface_begins_http_2_and_nothing_of_it_is_lost() {
    let wire = (PREFACE, settings(), headers(1).get("/x").end()).octets();
    let heard = hear(cleartext, wire);
    assert!(heard.is_http2);
    assert_eq!(heard.text, "");
    let [(1, head, content)] = &heard.requests[..] else {
        panic!("{heard:?}")
    };
    assert!(head.contains(":path=/x") && content.is_empty());
    assert!(heard.frames.contains(&kind::SETTINGS));
}

#[test]
fn nothing_is_said_before_the_client_is_known() {
    let mut peer = Peer::new(cleartext());
    peer.run();
    for octet in &PREFACE[..23] {
        peer.feed([*octet]);
        assert!(peer.sent_octets().is_empty());
    }
    peer.feed([PREFACE[23]]);
    assert!(peer.machine.is_http2());
    assert!(!peer.sent_octets().is_empty());
}

#[test]
fn a_wish_makes_the_request_stream_1() {
    let heard = hear(cleartext, wish("GET /a?b", &["X-Own: 1", "Cookie: c"]));
    assert_eq!(heard.text, SWITCHING);
    let head = ":method=GET :scheme=http :authority=a.example :path=/a?b x-own=1 cookie=c";
    assert_eq!(heard.requests, [(1, head.to_owned(), Vec::new())]);
    assert!(heard.frames.contains(&kind::SETTINGS));
    assert!(
        heard.frames.contains(&kind::HEADERS),
        "the answer does not wait for the preface"
    );
    assert!(heard.is_http2 && !heard.is_closed);
}

#[test]
fn the_settings_of_the_wish_are_in_force() {
    let mut peer = Peer::new(cleartext());
    peer.feed(wish("GET /", &[]).into_bytes());
    let window = peer
        .machine
        .connection()
        .peer_setting(SettingId::INITIAL_WINDOW_SIZE);
    assert_eq!(window, Some(0x0200_0000));
}

#[test]
fn no_settings_are_settings_too() {
    assert!(hear(cleartext, wish("GET /", &[]).replace(SETTINGS, "")).is_http2);
}

/// Answers stream 1 with much, and returns how many octets left.
fn much(peer: &mut Peer<tress_upgrade::Server>) -> usize {
    peer.feed(wish("GET /", &[]).into_bytes());
    let connection = peer.machine.connection();
    let mut stream = connection.stream_mut(one()).unwrap();
    stream.respond(Response::new(200)).unwrap();
    stream.send_data(vec![7; 60_000].into()).unwrap();
    stream.end().unwrap();
    peer.run();
    peer.sent_octets().len() - SWITCHING.len()
}

#[test]
fn a_client_that_has_said_nothing_in_http_2_is_not_flooded() {
    let mut peer = Peer::new(cleartext());
    assert_eq!(much(&mut peer), 16 * 1024);
    peer.feed(&PREFACE[..1]);
    assert!(
        peer.sent_octets().len() > 40_000,
        "the first octet releases the rest"
    );
}

#[test]
fn what_is_held_back_does_not_hold_the_end() {
    let mut peer = Peer::new(cleartext());
    much(&mut peer);
    peer.machine.connection().abort(ErrorCode::NO_ERROR);
    assert!(peer.machine.connection().poll_event().is_some());
    peer.run();
    assert!(peer.is_closed());
    let mut peer = Peer::new(cleartext());
    much(&mut peer);
    peer.eof();
    assert!(peer.is_closed());
}

#[test]
fn what_follows_the_wish_at_once_is_http_2() {
    let mut wire = wish("GET /1", &[]).into_bytes();
    wire.extend((PREFACE, settings(), headers(3).get("/3").end()).octets());
    let heard = hear(cleartext, wire);
    let streams: Vec<u32> = heard.requests.iter().map(|request| request.0).collect();
    assert_eq!(streams, [1, 3]);
}

#[test]
fn the_options_may_stand_in_several_fields_and_any_case() {
    let request = "GET / HTTP/1.1\r\nHost: a\r\nCONNECTION: upgrade\r\nconnection: close,http2-SETTINGS\r\n\
                   Upgrade: websocket\r\nupgrade: foo/1, H2C\r\nhttp2-settings: AAMAAABk\r\n\r\n";
    assert!(hear(cleartext, request).is_http2);
}

#[test]
fn what_concerns_the_connection_stays_behind() {
    let fields = [
        "Keep-Alive: 5",
        "TE: trailers",
        "Connection: x-mine",
        "X-Mine: 1",
        "Expect: 100-continue",
    ];
    let heard = hear(cleartext, wish("POST /", &fields));
    let [(1, head, _)] = &heard.requests[..] else {
        panic!("{heard:?}")
    };
    assert_eq!(
        head,
        ":method=POST :scheme=http :authority=a.example :path=/"
    );
}

#[test]
fn content_comes_with_the_request() {
    let request = wish("POST /", &["Content-Length: 5"]) + "hello";
    let heard = hear(cleartext, request);
    assert_eq!(heard.text, SWITCHING);
    let head = ":method=POST :scheme=http :authority=a.example :path=/ content-length=5";
    assert_eq!(heard.requests, [(1, head.to_owned(), b"hello".to_vec())]);
}

#[test]
fn nothing_is_switched_before_the_content_is_whole() {
    let mut peer = Peer::new(cleartext());
    peer.feed((wish("POST /", &["Content-Length: 5"]) + "hell").into_bytes());
    assert!(!peer.machine.is_http2());
    assert!(peer.sent_octets().is_empty());
    peer.feed(*b"o");
    assert!(peer.machine.is_http2());
}

#[test]
fn the_client_is_told_to_continue_before_it_is_told_to_switch() {
    let fields = ["Content-Length: 2", "Expect: 100-Continue"];
    let heard = hear(cleartext, wish("PUT /", &fields) + "ab");
    assert_eq!(
        heard.text,
        ["HTTP/1.1 100 Continue\r\n\r\n", SWITCHING].concat()
    );
    assert_eq!(heard.requests[0].2, b"ab");
}

#[test]
fn absolute_targets_name_the_authority() {
    for (target, authority, path) in [
        ("http://b.example/p", "b.example", "/p"),
        ("HTTP://b.example:8080?q", "b.example:8080", "/?q"),
        ("http://b.example", "b.example", "/"),
    ] {
        let heard = hear(cleartext, wish(&format!("GET {target}"), &[]));
        let wanted = format!(":authority={authority} :path={path}");
        assert!(heard.requests[0].1.contains(&wanted), "{heard:?}");
    }
    let heard = hear(cleartext, wish("OPTIONS *", &[]));
    assert!(heard.requests[0].1.contains(":path=*"), "{heard:?}");
}

#[test]
fn an_empty_line_before_the_request_is_overlooked() {
    let request = ["\r\n", &wish("GET /", &[])].concat();
    assert!(hear(cleartext, request).is_http2);
}

#[test]
fn a_connection_that_is_to_go_away_waits_for_no_request() {
    for wire in ["", "GET / HT"] {
        let mut peer = Peer::new(cleartext());
        peer.feed(wire.as_bytes());
        peer.machine.connection().go_away();
        assert!(peer.machine.connection().poll_event().is_some());
        peer.run();
        assert!(peer.is_closed());
        assert!(peer.sent_octets().is_empty());
    }
}

#[test]
fn a_connection_that_goes_away_answers_the_request_that_is_coming() {
    let mut peer = Peer::new(cleartext());
    peer.feed((wish("POST /", &["Content-Length: 1"])).into_bytes());
    peer.machine.connection().go_away();
    peer.feed(*b"x");
    let heard = said(&mut peer);
    assert_eq!(heard.text, SWITCHING);
    assert_eq!(heard.requests.len(), 1);
    assert!(heard.frames.contains(&kind::GOAWAY) && heard.frames.contains(&kind::HEADERS));
}

#[test]
fn a_client_that_hangs_up_during_the_switch_ends_the_connection() {
    let mut peer = Peer::new(cleartext()).undrained();
    peer.feed(wish("GET /", &[]).into_bytes());
    peer.hang_up();
    peer.eof();
    assert!(peer.is_closed());
}
