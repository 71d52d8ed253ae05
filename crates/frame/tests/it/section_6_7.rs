//! PING (RFC 9113 §6.7).

use tress_frame::{ErrorCode, ErrorKind, Ping};

use crate::{both_ways, connection_error};

#[test]
fn a_ping_carries_eight_octets() {
    both_ways(
        "000008 06 00 00000000 0102030405060708",
        Ping::new([1, 2, 3, 4, 5, 6, 7, 8]),
    );
}

#[test]
fn an_answer_has_the_ack_flag() {
    both_ways(
        "000008 06 01 00000000 0102030405060708",
        Ping::ack([1, 2, 3, 4, 5, 6, 7, 8]),
    );
}

#[test]
fn a_ping_on_a_stream_ends_the_connection() {
    connection_error(
        "000008 06 00 00000001 0000000000000000",
        ErrorKind::ConnectionRequired,
        ErrorCode::PROTOCOL_ERROR,
        "RFC 9113 §6.7",
    );
}

#[test]
fn a_length_other_than_8_ends_the_connection() {
    for octets in [
        "000000 06 00 00000000",
        "000007 06 00 00000000 00000000000000",
        "000009 06 01 00000000 000000000000000000",
    ] {
        connection_error(
            octets,
            ErrorKind::PingLength,
            ErrorCode::FRAME_SIZE_ERROR,
            "RFC 9113 §6.7",
        );
    }
}
