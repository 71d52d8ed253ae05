//! WINDOW_UPDATE (RFC 9113 §6.9).

use tress_frame::{ErrorCode, ErrorKind, Increment, StreamId, WindowUpdate};

use crate::{both_ways, connection_error, id, reads_as, stream_error};

fn increment(octets: u32) -> Increment {
    Increment::new(octets).unwrap()
}

#[test]
fn an_update_is_for_a_stream_or_for_the_connection() {
    let update = WindowUpdate::new(id(1), increment(1));
    both_ways("000004 08 00 00000001 00000001", update);
    let update = WindowUpdate::new(StreamId::CONNECTION, Increment::MAX);
    both_ways("000004 08 00 00000000 7fffffff", update);
}

#[test]
fn the_reserved_bit_of_the_increment_is_ignored() {
    reads_as(
        "000004 08 00 00000001 80000001",
        WindowUpdate::new(id(1), increment(1)),
    );
}

#[test]
fn increments_are_from_1_to_2_31() {
    assert_eq!(Increment::new(0), None);
    assert_eq!(Increment::new(0x8000_0000), None);
    assert_eq!(Increment::new(1).map(Increment::value), Some(1));
    assert_eq!(Increment::new(0x7fff_ffff), Some(Increment::MAX));
    assert_eq!(u32::from(Increment::MAX), 0x7fff_ffff);
}

#[test]
fn increment_of_zero_on_a_stream_is_a_stream_error() {
    for octets in [
        "000004 08 00 00000001 00000000",
        "000004 08 00 00000001 80000000",
    ] {
        stream_error(
            octets,
            ErrorKind::IncrementZero,
            ErrorCode::PROTOCOL_ERROR,
            "RFC 9113 §6.9",
        );
    }
}

#[test]
fn increment_of_zero_on_the_connection_is_a_connection_error() {
    connection_error(
        "000004 08 00 00000000 00000000",
        ErrorKind::IncrementZero,
        ErrorCode::PROTOCOL_ERROR,
        "RFC 9113 §6.9",
    );
}

#[test]
fn a_length_other_than_4_ends_the_connection() {
    for octets in [
        "000000 08 00 00000001",
        "000003 08 00 00000001 000000",
        "000005 08 00 00000000 0000000100",
    ] {
        connection_error(
            octets,
            ErrorKind::WindowUpdateLength,
            ErrorCode::FRAME_SIZE_ERROR,
            "RFC 9113 §6.9",
        );
    }
}
