//! GOAWAY (RFC 9113 §6.8).

use tress_frame::{ErrorCode, ErrorKind, GoAway, StreamId};

use crate::{both_ways, connection_error, id, reads_as};

#[test]
fn a_goaway_names_the_last_stream_and_the_reason() {
    let goaway = GoAway::new(id(5), ErrorCode::ENHANCE_YOUR_CALM);
    both_ways("000008 07 00 00000000 00000005 0000000b", goaway);
    let goaway = GoAway::new(StreamId::MAX, ErrorCode::NO_ERROR);
    both_ways("000008 07 00 00000000 7fffffff 00000000", goaway);
}

#[test]
fn debug_data_follows() {
    let goaway = GoAway::new(id(0), ErrorCode::PROTOCOL_ERROR).debug_data(b"why");
    both_ways("00000b 07 00 00000000 00000000 00000001 776879", goaway);
}

#[test]
fn the_reserved_bit_of_the_last_stream_is_ignored() {
    let goaway = GoAway::new(StreamId::MAX, ErrorCode::NO_ERROR);
    reads_as("000008 07 00 00000000 ffffffff 00000000", goaway);
}

#[test]
fn an_unknown_reason_is_kept() {
    let goaway = GoAway::new(id(1), ErrorCode(0xffff_ffff));
    both_ways("000008 07 00 00000000 00000001 ffffffff", goaway);
}

#[test]
fn a_goaway_on_a_stream_ends_the_connection() {
    connection_error(
        "000008 07 00 00000001 00000000 00000000",
        ErrorKind::ConnectionRequired,
        ErrorCode::PROTOCOL_ERROR,
        "RFC 9113 §6.8",
    );
}

#[test]
fn missing_mandatory_fields_end_the_connection() {
    for octets in [
        "000000 07 00 00000000",
        "000004 07 00 00000000 00000000",
        "000007 07 00 00000000 00000000 000000",
    ] {
        connection_error(
            octets,
            ErrorKind::PayloadTooShort,
            ErrorCode::FRAME_SIZE_ERROR,
            "RFC 9113 §4.2",
        );
    }
}
