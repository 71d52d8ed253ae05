//! The first octets tell, and no later than the fourth.

use super::{OPENING_LEN, Opening, opening};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

#[test]
fn the_preface_is_known_from_its_fourth_octet_on() {
    for len in 0..=PREFACE.len() {
        let expected = if len < 4 {
            Opening::Undecided
        } else {
            Opening::Http2
        };
        assert_eq!(opening(&PREFACE[..len]), expected, "{len}");
    }
}

#[test]
fn methods_that_begin_alike_are_not_the_preface() {
    for request in [
        "GET / HTTP/1.1",
        "POST / HTTP/1.0",
        "PROPFIND /",
        "PRICE /",
        "OPTIONS *",
    ] {
        assert_eq!(opening(request.as_bytes()), Opening::Http1, "{request}");
    }
    assert_eq!(opening(b"PR"), Opening::Undecided);
    assert_eq!(opening(b"PO"), Opening::Http1);
}

#[test]
fn tls_and_anything_else_are_told_apart() {
    assert_eq!(opening(&[0x16]), Opening::Undecided);
    assert_eq!(opening(&[0x16, 0x03, 0x01, 0x02]), Opening::Tls);
    assert_eq!(opening(&[0x16, 0x07]), Opening::Http2);
    assert_eq!(opening(&[0, 0, 0, 4]), Opening::Http2);
    assert_eq!(opening(b"get /"), Opening::Http2);
}

#[test]
fn nothing_is_undecided_at_the_greatest_length() {
    for first in 0..=255_u8 {
        for second in 0..=255_u8 {
            let octets = [first, second, b'I', b' '];
            assert_eq!(octets.len(), OPENING_LEN);
            assert_ne!(opening(&octets), Opening::Undecided, "{octets:?}");
        }
    }
}
