//! RST_STREAM (RFC 9113 §6.4).

use tress_frame::{ErrorCode, ErrorKind, RstStream};

use crate::{both_ways, connection_error, id};

#[test]
fn a_reset_carries_its_reason() {
    both_ways(
        "000004 03 00 00000001 00000008",
        RstStream::new(id(1), ErrorCode::CANCEL),
    );
}

#[test]
fn an_unknown_reason_is_kept() {
    both_ways(
        "000004 03 00 00000001 deadbeef",
        RstStream::new(id(1), ErrorCode(0xdead_beef)),
    );
}

#[test]
fn a_reset_on_stream_0_ends_the_connection() {
    connection_error(
        "000004 03 00 00000000 00000008",
        ErrorKind::StreamRequired,
        ErrorCode::PROTOCOL_ERROR,
        "RFC 9113 §6.4",
    );
}

#[test]
fn a_length_other_than_4_ends_the_connection() {
    for octets in [
        "000000 03 00 00000001",
        "000003 03 00 00000001 000000",
        "000005 03 00 00000001 0000000800",
    ] {
        connection_error(
            octets,
            ErrorKind::RstStreamLength,
            ErrorCode::FRAME_SIZE_ERROR,
            "RFC 9113 §6.4",
        );
    }
}
