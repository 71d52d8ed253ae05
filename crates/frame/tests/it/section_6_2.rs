//! HEADERS (RFC 9113 §6.2).

use tress_frame::{Dependency, ErrorCode, ErrorKind, Headers};

use crate::{both_ways, connection_error, id};

#[test]
fn headers_carry_a_fragment() {
    both_ways(
        "000003 01 04 00000001 828684",
        Headers::new(id(1), b"\x82\x86\x84"),
    );
}

#[test]
fn end_stream_and_end_headers_are_apart() {
    let headers = Headers::new(id(1), b"\x82");
    both_ways("000001 01 05 00000001 82", headers.end_stream());
    both_ways("000001 01 00 00000001 82", headers.to_be_continued());
    both_ways(
        "000001 01 01 00000001 82",
        headers.end_stream().to_be_continued(),
    );
}

#[test]
fn a_fragment_may_be_empty() {
    both_ways("000000 01 04 00000001", Headers::new(id(1), b""));
}

#[test]
fn a_priority_stands_before_the_fragment() {
    let mut dependency = Dependency::new(id(3), 15);
    let headers = Headers::new(id(5), b"\x82");
    both_ways(
        "000006 01 24 00000005 00000003 0f 82",
        headers.priority(dependency),
    );
    dependency.exclusive = true;
    both_ways(
        "000006 01 24 00000005 80000003 0f 82",
        headers.priority(dependency),
    );
}

#[test]
fn padding_is_taken_off() {
    both_ways(
        "000004 01 0c 00000001 02 82 0000",
        Headers::new(id(1), b"\x82").padded(2),
    );
}

#[test]
fn padding_and_priority_go_together() {
    let headers = Headers::new(id(1), b"\x82")
        .padded(2)
        .priority(Dependency::new(id(0), 255));
    both_ways("000009 01 2c 00000001 02 00000000 ff 82 0000", headers);
}

#[test]
fn padding_may_fill_all_that_the_priority_leaves() {
    let headers = Headers::new(id(1), b"")
        .padded(1)
        .priority(Dependency::new(id(0), 0));
    both_ways("000007 01 2c 00000001 01 00000000 00 00", headers);
}

#[test]
fn a_stream_that_depends_on_itself_is_no_error() {
    let headers = Headers::new(id(1), b"").priority(Dependency::new(id(1), 0));
    both_ways("000005 01 24 00000001 00000001 00", headers);
}

#[test]
fn headers_on_stream_0_end_the_connection() {
    connection_error(
        "000001 01 04 00000000 82",
        ErrorKind::StreamRequired,
        ErrorCode::PROTOCOL_ERROR,
        "RFC 9113 §6.2",
    );
}

#[test]
fn padding_of_the_payload_length_or_more_ends_the_connection() {
    for octets in [
        "000001 01 0c 00000001 01",
        "000002 01 0c 00000001 02 82",
        "000007 01 2c 00000001 07 00000000 00 82",
    ] {
        connection_error(
            octets,
            ErrorKind::PaddingTooLong,
            ErrorCode::PROTOCOL_ERROR,
            "RFC 9113 §6.2",
        );
    }
}

#[test]
fn padding_that_reaches_into_the_priority_ends_the_connection() {
    connection_error(
        "000006 01 2c 00000001 01 00000000 00",
        ErrorKind::PaddingTooLong,
        ErrorCode::PROTOCOL_ERROR,
        "RFC 9113 §6.2",
    );
}

#[test]
fn missing_mandatory_fields_end_the_connection() {
    for octets in [
        "000000 01 0c 00000001",
        "000000 01 24 00000001",
        "000004 01 24 00000001 00000000",
        "000005 01 2c 00000001 00 00000000",
    ] {
        connection_error(
            octets,
            ErrorKind::PayloadTooShort,
            ErrorCode::FRAME_SIZE_ERROR,
            "RFC 9113 §4.2",
        );
    }
}
