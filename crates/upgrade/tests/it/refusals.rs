//! Requests that are none, that hide another, or that ask for what is not there (RFC 9112 §11.2).

use testkit::Peer;
use tress_upgrade::Limits;

use crate::support::{SETTINGS, cleartext, hear, wish};

#[track_caller]
fn refused(request: &str) -> u16 {
    hear(cleartext, request).refusal()
}

#[test]
fn a_request_without_a_wish_is_told_to_upgrade() {
    let heard = hear(cleartext, "GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    assert_eq!(heard.refusal(), 426);
    assert!(heard.text.contains("upgrade: h2c\r\n"));
    assert!(heard.text.contains("connection: upgrade, close\r\n"));
}

#[test]
fn an_old_client_is_told_that_its_version_is_too_old() {
    assert_eq!(refused("GET / HTTP/1.0\r\n\r\n"), 505);
    assert_eq!(refused("GET / HTTP/2.0\r\nhost: a\r\n\r\n"), 505);
    assert_eq!(refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\rX"), 505);
    let wish = wish("GET /", &[]).replace("HTTP/1.1", "HTTP/1.0");
    assert_eq!(refused(&wish), 505, "HTTP/1.0 cannot upgrade");
}

#[test]
fn half_a_wish_is_none() {
    let whole = wish("GET /", &[]);
    for (what, with) in [
        ("HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n", ""),
        ("Upgrade: h2c\r\n", "Upgrade: h2\r\n"),
        ("Upgrade: h2c\r\n", ""),
        ("Connection: Upgrade, HTTP2-Settings", "Connection: Upgrade"),
        (
            "Connection: Upgrade, HTTP2-Settings",
            "Connection: HTTP2-Settings",
        ),
        ("\r\n\r\n", "\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"),
    ] {
        assert_eq!(
            refused(&whole.replacen(what, with, 1)),
            426,
            "{what:?} as {with:?}"
        );
    }
    let tunnel = wish("CONNECT a:80", &[]);
    assert_eq!(refused(&tunnel), 426, "a tunnel cannot upgrade");
}

#[test]
fn settings_that_are_none_are_malformed() {
    for settings in [
        "!",
        "AAMAAAB",
        "AAMAAABk====",
        "A",
        "AAIAAAAJ",
        "AAUAAAAB",
        "AASAAAAA",
    ] {
        let request = wish("GET /", &[]).replace(SETTINGS, settings);
        assert_eq!(refused(&request), 400, "{settings}");
    }
}

#[test]
fn two_readings_of_one_message_are_refused() {
    for fields in [
        "Content-Length: 1\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 1",
        "Content-Length: 1\r\nContent-Length: 2",
        "Content-Length: 1\r\nContent-Length: 1",
        "Content-Length: 1, 1",
        "Content-Length: +1",
        "Content-Length: 0x1",
        "Content-Length:",
        "Content-Length: 99999999999999999999",
        "Content-Length : 1",
        "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding:",
        "Transfer-Encoding: identity",
        "Transfer-Encoding\r\n: chunked",
        "X: 1\r\n folded",
        "X: 1\nTransfer-Encoding: chunked",
        "X: 1\rTransfer-Encoding: chunked",
        "X: \0",
        "X: \x7f",
        "Host: b",
        "no field",
        ": no name",
    ] {
        assert_eq!(refused(&wish("POST /", &[fields])), 400, "{fields:?}");
    }
    let old = "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert_eq!(refused(old), 400);
}

#[test]
fn codings_and_expectations_that_are_unknown_are_refused() {
    assert_eq!(
        refused(&wish("POST /", &["Transfer-Encoding: gzip, chunked"])),
        501
    );
    assert_eq!(refused(&wish("POST /", &["Expect: tea"])), 417);
}

#[test]
fn targets_and_hosts_that_are_none_are_refused() {
    for first in [
        "GET *",
        "GET a",
        "GET https://a/",
        "GET http://",
        "GET /#f",
        "GET  /",
        "G@T /",
        "GET /\u{fc}",
    ] {
        assert_eq!(refused(&wish(first, &[])), 400, "{first}");
    }
    assert_eq!(refused("GET / HTTP/1.1\r\n\r\n"), 400, "no host");
    assert_eq!(
        refused(&wish("GET /", &[]).replace("a.example", "a b")),
        400
    );
}

#[test]
fn octets_that_are_no_request_are_refused_at_once() {
    for wire in [
        &b"\x16\x03\x01"[..],
        b"\n",
        b"GET / HTTP/1.1\n",
        b"\0",
        b"\r\r",
    ] {
        let mut peer = Peer::new(cleartext());
        peer.feed(wire);
        assert!(peer.sent_octets().starts_with(b"HTTP/1.1 400 "), "{wire:?}");
        assert!(peer.is_closed());
    }
}

#[test]
fn a_head_that_does_not_end_is_refused() {
    let limited = || cleartext().limits(Limits::default().head(200).fields(6));
    let endless = ["GET /", &"x".repeat(300)].concat();
    assert_eq!(hear(limited, endless).refusal(), 431);
    let endless = ["GET / HTTP/1.1\r\n", &"a: b\r\n".repeat(100)].concat();
    assert_eq!(hear(limited, endless).refusal(), 431);
    assert_eq!(hear(limited, "\r\n".repeat(150)).refusal(), 431);
    assert_eq!(
        hear(limited, wish("GET /", &["a: 1", "b: 2"]))
            .text
            .get(9..12),
        Some("101")
    );
    assert_eq!(
        hear(limited, wish("GET /", &["a: 1", "b: 2", "c: 3"])).refusal(),
        431
    );
}

#[test]
fn a_head_in_single_octets_is_read_once() {
    // A quadratic reader would look at four gigabytes here.
    let limits = Limits::default().head(100_000);
    let mut peer = Peer::new(cleartext().limits(limits))
        .chunks(1)
        .read_buffer(200_000);
    peer.feed(["GET /", &"x".repeat(90_000)].concat().into_bytes());
    assert!(peer.sent_octets().is_empty());
    assert!(!peer.is_closed());
}

#[test]
fn what_ends_in_the_middle_is_malformed_and_what_never_began_is_nothing() {
    let whole = wish("GET /", &["Content-Length: 5"]) + "hell";
    for end in 1..whole.len() {
        let mut peer = Peer::new(cleartext());
        peer.feed(&whole.as_bytes()[..end]);
        peer.eof();
        assert!(peer.sent_octets().starts_with(b"HTTP/1.1 400 "), "{end}");
        assert!(peer.is_closed());
    }
    for nothing in ["", "PRI * HTTP"] {
        let mut peer = Peer::new(cleartext());
        peer.feed(nothing.as_bytes());
        peer.eof();
        assert!(peer.sent_octets().is_empty() && peer.is_closed());
    }
}

#[test]
fn a_refusal_is_the_last_that_is_said() {
    let twice = "GET / HTTP/1.1\r\nhost: a\r\n\r\n".repeat(2);
    let heard = hear(cleartext, twice);
    assert_eq!(heard.text.matches("HTTP/1.1 ").count(), 1);
    assert_eq!(heard.refusal(), 426);
}
