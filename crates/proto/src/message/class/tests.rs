//! What a field is, octet by octet.

use alloc::vec::Vec;

use super::*;

fn class(name: &[u8], value: &[u8]) -> Class {
    Class::of(HeaderField::new(name, value))
}

#[test]
fn every_mark_that_is_made_is_read_back() {
    let made = [
        Class::Plain,
        Class::Cookie,
        Class::ContentLength,
        Class::Host,
        Class::Priority,
        Class::Te,
        Class::Protocol,
        Class::Status,
    ];
    let made = made
        .into_iter()
        .chain(Method::ALL.map(Class::Method))
        .chain(Scheme::ALL.map(Class::Scheme))
        .chain(Authority::ALL.map(Class::Authority))
        .chain(Path::ALL.map(Class::Path))
        .chain(MessageRule::ALL.iter().copied().map(Class::Broken));
    let marks: Vec<u8> = made
        .map(|class| {
            assert_eq!(Class::from_mark(class.mark()), Some(class));
            class.mark()
        })
        .collect();
    for mark in 0..=u8::MAX {
        assert_eq!(
            Class::from_mark(mark).is_some(),
            marks.contains(&mark),
            "mark {mark:#x}"
        );
    }
    assert!(
        !marks.contains(&0),
        "0 stands for a field that was never read"
    );
    assert!(
        MessageRule::ALL.len() <= 0x80,
        "the rules fit half an octet's values"
    );
}

#[test]
fn a_marked_field_is_not_read_again() {
    let mut mark = 0;
    let cookie = HeaderField::new(b"cookie", b"a");
    assert_eq!(Class::of_marked(cookie, &mut mark), Class::Cookie);
    assert_ne!(mark, 0);
    let other = HeaderField::new(b"UNREAD", b"\0");
    assert_eq!(Class::of_marked(other, &mut mark), Class::Cookie);
}

#[test]
fn each_octet_of_a_name_is_a_lower_case_token_character() {
    for octet in 0..=u8::MAX {
        let expected = match octet {
            b'A'..=b'Z' => Class::Broken(MessageRule::NameUpperCase),
            b'a'..=b'z' | b'0'..=b'9' => Class::Plain,
            _ if b"!#$%&'*+-.^_`|~".contains(&octet) => Class::Plain,
            _ => Class::Broken(MessageRule::NameSyntax),
        };
        assert_eq!(
            class(&[b'a', octet, b'b'], b"v"),
            expected,
            "octet {octet:#x} inside"
        );
        assert_eq!(
            class(&[b'a', octet], b"v"),
            expected,
            "octet {octet:#x} at the end"
        );
        if octet != b':' {
            assert_eq!(
                class(&[octet, b'b'], b"v"),
                expected,
                "octet {octet:#x} first"
            );
        }
    }
}

#[test]
fn each_octet_of_a_value_is_visible_or_inner_white_space_or_beyond_ascii() {
    for octet in 0..=u8::MAX {
        let inside = match octet {
            0 | b'\r' | b'\n' => Class::Broken(MessageRule::ValueDelimiter),
            0x7f | 0..=0x08 | 0x0b..=0x1f => Class::Broken(MessageRule::ValueControl),
            _ => Class::Plain,
        };
        let outside = match octet {
            b' ' | b'\t' => Class::Broken(MessageRule::ValueWhitespace),
            _ => inside,
        };
        assert_eq!(
            class(b"n", &[b'a', octet, b'b']),
            inside,
            "octet {octet:#x} inside"
        );
        assert_eq!(
            class(b"n", &[octet, b'b']),
            outside,
            "octet {octet:#x} first"
        );
        assert_eq!(
            class(b"n", &[b'a', octet]),
            outside,
            "octet {octet:#x} last"
        );
        assert_eq!(class(b"n", &[octet]), outside, "octet {octet:#x} alone");
    }
    assert_eq!(class(b"n", b""), Class::Plain);
}

#[test]
fn a_pseudo_header_field_has_the_value_rules_of_any_field() {
    for name in [
        &b":method"[..],
        b":scheme",
        b":authority",
        b":path",
        b":status",
        b":protocol",
    ] {
        let delimiter = Class::Broken(MessageRule::ValueDelimiter);
        for value in [&b"a\rb"[..], b"a\nb", b"a\0b"] {
            assert_eq!(class(name, value), delimiter);
        }
        assert_eq!(
            class(name, b"a\x01"),
            Class::Broken(MessageRule::ValueControl)
        );
        assert_eq!(
            class(name, b" a"),
            Class::Broken(MessageRule::ValueWhitespace)
        );
        assert_eq!(
            class(name, b"a\t"),
            Class::Broken(MessageRule::ValueWhitespace)
        );
    }
}

#[test]
fn each_octet_of_a_path_is_visible_and_no_fragment() {
    for octet in 0..=u8::MAX {
        let is_path = matches!(
            class(b":path", &[b'/', octet, b'x']),
            Class::Path(Path::Absolute)
        );
        assert_eq!(
            is_path,
            (0x21..=0x7e).contains(&octet) && octet != b'#',
            "octet {octet:#x}"
        );
    }
}

#[test]
fn each_octet_of_a_method_is_a_token_character() {
    for octet in 0..=u8::MAX {
        let is_method = matches!(
            class(b":method", &[b'x', octet]),
            Class::Method(Method::Other)
        );
        let is_token = octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet);
        assert_eq!(is_method, is_token, "octet {octet:#x}");
    }
}

#[test]
fn a_scheme_is_a_letter_and_then_letters_digits_and_three_signs() {
    for octet in 0..=u8::MAX {
        let is_scheme = |value: &[u8]| matches!(class(b":scheme", value), Class::Scheme(_));
        assert_eq!(
            is_scheme(&[octet]),
            octet.is_ascii_alphabetic(),
            "octet {octet:#x} first"
        );
        let later = octet.is_ascii_alphanumeric() || b"+-.".contains(&octet);
        assert_eq!(is_scheme(&[b'x', octet]), later, "octet {octet:#x} later");
    }
    assert_eq!(class(b":scheme", b"HTTP"), Class::Scheme(Scheme::Http));
    assert_eq!(class(b":scheme", b"Https"), Class::Scheme(Scheme::Https));
    assert_eq!(class(b":scheme", b"httpss"), Class::Scheme(Scheme::Other));
}

#[test]
fn a_protocol_is_a_token_and_perhaps_a_version() {
    for value in ["websocket", "connect-udp", "HTTP/2.0"] {
        assert_eq!(
            class(b":protocol", value.as_bytes()),
            Class::Protocol,
            "{value}"
        );
    }
    for value in ["", "/", "a/", "/a", "a/b/c", "a b", "a,b", "é"] {
        let expected = Class::Broken(MessageRule::ProtocolSyntax);
        assert_eq!(class(b":protocol", value.as_bytes()), expected, "{value}");
    }
}
