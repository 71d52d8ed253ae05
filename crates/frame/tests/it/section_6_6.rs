//! PUSH_PROMISE (RFC 9113 §6.6).

use tress_frame::{ErrorCode, ErrorKind, PushPromise};

use crate::{both_ways, connection_error, id, reads_as};

#[test]
fn a_promise_names_the_stream_before_the_fragment() {
    let promise = PushPromise::new(id(1), id(2), b"\x82\x86");
    both_ways("000006 05 04 00000001 00000002 8286", promise);
    both_ways(
        "000006 05 00 00000001 00000002 8286",
        promise.to_be_continued(),
    );
}

#[test]
fn a_fragment_may_be_empty() {
    both_ways(
        "000004 05 04 00000001 7ffffffe",
        PushPromise::new(id(1), id(0x7fff_fffe), b""),
    );
}

#[test]
fn the_reserved_bit_of_the_promised_stream_is_ignored() {
    reads_as(
        "000004 05 04 00000001 80000002",
        PushPromise::new(id(1), id(2), b""),
    );
}

#[test]
fn padding_is_taken_off() {
    let promise = PushPromise::new(id(1), id(2), b"\x82").padded(2);
    both_ways("000008 05 0c 00000001 02 00000002 82 0000", promise);
}

#[test]
fn a_promise_on_stream_0_ends_the_connection() {
    connection_error(
        "000004 05 04 00000000 00000002",
        ErrorKind::StreamRequired,
        ErrorCode::PROTOCOL_ERROR,
        "RFC 9113 §6.6",
    );
}

#[test]
fn a_promised_stream_that_no_server_can_open_ends_the_connection() {
    for octets in [
        "000004 05 04 00000001 00000000",
        "000004 05 04 00000001 80000000",
        "000004 05 04 00000001 00000003",
    ] {
        connection_error(
            octets,
            ErrorKind::PromisedStreamId,
            ErrorCode::PROTOCOL_ERROR,
            "RFC 9113 §6.6",
        );
    }
}

#[test]
fn padding_of_the_payload_length_or_more_ends_the_connection() {
    for octets in [
        "000005 05 0c 00000001 05 00000002",
        "000006 05 0c 00000001 06 00000002 82",
        "000006 05 0c 00000001 ff 00000002 82",
    ] {
        connection_error(
            octets,
            ErrorKind::PaddingTooLong,
            ErrorCode::PROTOCOL_ERROR,
            "RFC 9113 §6.6",
        );
    }
}

#[test]
fn padding_that_reaches_into_the_promised_stream_ends_the_connection() {
    connection_error(
        "000005 05 0c 00000001 01 00000002",
        ErrorKind::PaddingTooLong,
        ErrorCode::PROTOCOL_ERROR,
        "RFC 9113 §6.6",
    );
}

#[test]
fn missing_mandatory_fields_end_the_connection() {
    for octets in [
        "000000 05 04 00000001",
        "000003 05 04 00000001 000000",
        "000000 05 0c 00000001",
        "000004 05 0c 00000001 00 000000",
    ] {
        connection_error(
            octets,
            ErrorKind::PayloadTooShort,
            ErrorCode::FRAME_SIZE_ERROR,
            "RFC 9113 §4.2",
        );
    }
}
