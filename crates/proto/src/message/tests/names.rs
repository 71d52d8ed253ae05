//! What is known beforehand is found to be what looking at it finds.

use alloc::string::{String, ToString};

use hpack::HeaderField;

use super::random::Random;
use super::*;
use crate::message::class::Class;

const NAMES: [FieldName; 12] = [
    FieldName::ACCEPT,
    FieldName::CONTENT_LENGTH,
    FieldName::COOKIE,
    FieldName::PRIORITY,
    FieldName::TE,
    FieldName::from_static("host"),
    FieldName::from_static("connection"),
    FieldName::from_static("keep-alive"),
    FieldName::from_static("proxy-connection"),
    FieldName::from_static("transfer-encoding"),
    FieldName::from_static("upgrade"),
    FieldName::from_static("x-\u{7e}"),
];

#[test]
fn a_name_judged_beforehand_changes_nothing_but_the_work() {
    let mut random = Random(0x8_2_2);
    for _ in 0..2_000 {
        let section = random.section(Kind::Response);
        for field in &section {
            for name in NAMES {
                let (judged, read) = (
                    Response::new(200).with(name, field.value),
                    Response::new(200).field(name.as_str(), field.value),
                );
                assert_eq!(judged, read);
                assert_eq!(check_response(&judged), check_response(&read));
            }
        }
    }
}

#[test]
fn a_valid_value_needs_no_second_look() {
    let mut random = Random(0x8_2_3);
    for _ in 0..5_000 {
        let section = random.section(Kind::Trailers);
        let (mut judged, mut read) = (Trailers::new(), Trailers::new());
        for field in &section {
            // The name of a field of the application is set in lower case; that of an adapter is.
            let is_lower = !field.name.iter().any(u8::is_ascii_uppercase);
            let is_regular = is_lower && !field.name.starts_with(b":");
            if is_regular && Class::of_value(field.value) == Class::Plain {
                judged = judged.valid_field(field);
                read = match field.sensitivity {
                    hpack::Sensitivity::Normal => read.field(field.name, field.value),
                    _ => read.sensitive_field(field.name, field.value),
                };
            }
        }
        assert_eq!(judged, read);
        assert_eq!(check_trailers(&judged), check_trailers(&read));
    }
}

#[test]
fn a_valid_field_has_a_name_that_is_looked_at() {
    for name in ["", "A", "a b", "a\r\nb", "\"", "connection", ":status"] {
        let response = Response::new(200).valid_field(HeaderField::new(name.as_bytes(), b"1"));
        assert!(check_response(&response).is_err(), "{name}");
    }
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "a value was said to be valid")]
fn a_value_that_is_not_as_valid_as_said_shows_itself() {
    let _ = Response::new(200).valid_field(HeaderField::new(b"a", b"b\r\nc: d"));
}

#[test]
fn a_name_that_is_no_token_in_lower_case_is_refused() {
    for name in ["", "A", "a b", "a:", ":status", "\u{e9}", "a\n"] {
        let made = std::panic::catch_unwind(|| FieldName::from_static(name));
        assert!(made.is_err(), "{name}");
    }
}

#[test]
fn every_octet_is_one_of_a_name_for_the_compiler_and_at_run_time() {
    for octet in 0..=127_u8 {
        let name = String::from(char::from(octet)).leak();
        let made = std::panic::catch_unwind(|| FieldName::from_static(name));
        let read = Class::of(HeaderField::new(name.as_bytes(), b""));
        assert_eq!(made.is_ok(), read == Class::Plain, "{octet}");
    }
}

#[test]
fn a_length_is_written_as_a_number_is() {
    let lengths = [0, 1, 9, 10, 99, 100, 12_345, u64::from(u32::MAX), u64::MAX];
    for length in lengths {
        assert_eq!(
            Response::new(200).with_content_length(length),
            Response::new(200).field("content-length", length.to_string()),
        );
    }
    let twice = Response::new(200)
        .with_content_length(1)
        .with_content_length(1);
    assert_eq!(
        check_response(&twice),
        Err(MessageRule::ContentLengthRepeated)
    );
}

#[test]
fn a_copy_in_memory_that_is_there_is_the_same_copy() {
    let mut random = Random(0x8_2_4);
    let mut place = FieldSection::with_capacity(100);
    for _ in 0..5_000 {
        let section = random.section(Kind::Response);
        let before = place.capacity();
        place.clone_from(&section);
        assert_eq!(place, section);
        assert_eq!(place.len(), section.len());
        assert_eq!(place.size(), section.size());
        assert!(place.capacity() >= before, "memory that is enough is kept");
        let (copy, first) = (
            Response::from_section(place.clone()),
            Response::from_section(section),
        );
        assert_eq!(check_response(&copy), check_response(&first));
    }
}
