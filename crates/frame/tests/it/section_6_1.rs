//! DATA (RFC 9113 §6.1).

use tress_frame::{Data, ErrorCode, ErrorKind};

use crate::{both_ways, connection_error, id, reads_as};

#[test]
fn data_carries_content() {
    both_ways(
        "000005 00 00 00000001 68656c6c6f",
        Data::new(id(1), b"hello"),
    );
    both_ways("000000 00 00 00000002", Data::new(id(2), b""));
}

#[test]
fn end_stream_is_the_last_frame_of_its_sender() {
    both_ways(
        "000002 00 01 00000001 6869",
        Data::new(id(1), b"hi").end_stream(),
    );
}

#[test]
fn padding_is_taken_off() {
    let data = Data::new(id(1), b"hi").padded(3);
    both_ways("000006 00 08 00000001 03 6869 000000", data);
    both_ways("000006 00 09 00000001 03 6869 000000", data.end_stream());
}

#[test]
fn padding_may_be_all_there_is() {
    both_ways(
        "000004 00 08 00000001 03 000000",
        Data::new(id(1), b"").padded(3),
    );
    both_ways("000001 00 08 00000001 00", Data::new(id(1), b"").padded(0));
}

#[test]
fn padding_that_is_not_zero_is_let_pass() {
    reads_as(
        "000004 00 08 00000001 02 61 ffff",
        Data::new(id(1), b"a").padded(2),
    );
}

#[test]
fn padding_counts_for_flow_control() {
    assert_eq!(Data::new(id(1), b"hi").flow_len(), 2);
    assert_eq!(Data::new(id(1), b"hi").padded(0).flow_len(), 3);
    assert_eq!(Data::new(id(1), b"hi").padded(255).flow_len(), 258);
}

#[test]
fn data_on_stream_0_ends_the_connection() {
    connection_error(
        "000001 00 00 00000000 61",
        ErrorKind::StreamRequired,
        ErrorCode::PROTOCOL_ERROR,
        "RFC 9113 §6.1",
    );
}

#[test]
fn padding_of_the_payload_length_or_more_ends_the_connection() {
    for octets in [
        "000001 00 08 00000001 01",
        "000003 00 08 00000001 03 0000",
        "000003 00 08 00000001 ff 0000",
    ] {
        connection_error(
            octets,
            ErrorKind::PaddingTooLong,
            ErrorCode::PROTOCOL_ERROR,
            "RFC 9113 §6.1",
        );
    }
}

#[test]
fn a_missing_pad_length_ends_the_connection() {
    connection_error(
        "000000 00 08 00000001",
        ErrorKind::PayloadTooShort,
        ErrorCode::FRAME_SIZE_ERROR,
        "RFC 9113 §4.2",
    );
}
