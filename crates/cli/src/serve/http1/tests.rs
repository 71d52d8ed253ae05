//! The first octets tell, and no later than the fourth.

use super::{DETECT_LEN, Protocol, detect};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

#[test]
fn the_preface_is_known_from_its_fourth_octet_on() {
    for len in 0..=PREFACE.len() {
        let expected = if len < 4 {
            Protocol::Undecided
        } else {
            Protocol::Http2
        };
        assert_eq!(detect(&PREFACE[..len]), expected, "{len}");
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
        assert_eq!(detect(request.as_bytes()), Protocol::Http1, "{request}");
    }
    assert_eq!(detect(b"PR"), Protocol::Undecided);
    assert_eq!(detect(b"PO"), Protocol::Http1);
}

#[test]
fn tls_and_anything_else_are_told_apart() {
    assert_eq!(detect(&[0x16]), Protocol::Undecided);
    assert_eq!(detect(&[0x16, 0x03, 0x01, 0x02]), Protocol::Tls);
    assert_eq!(detect(&[0x16, 0x07]), Protocol::Http2);
    assert_eq!(detect(&[0, 0, 0, 4]), Protocol::Http2);
    assert_eq!(detect(b"get /"), Protocol::Http2);
}

#[test]
fn nothing_is_undecided_at_the_greatest_length() {
    for first in 0..=255_u8 {
        for second in 0..=255_u8 {
            let octets = [first, second, b'I', b' '];
            assert_eq!(octets.len(), DETECT_LEN);
            assert_ne!(detect(&octets), Protocol::Undecided, "{octets:?}");
        }
    }
}
