//! CONTINUATION (RFC 9113 §6.10).

use tress_frame::{Continuation, ErrorCode, ErrorKind, Flags};

use crate::{both_ways, connection_error, id};

#[test]
fn a_continuation_carries_a_fragment() {
    let continuation = Continuation::new(id(1), b"\x82\x86");
    both_ways("000002 09 04 00000001 8286", continuation);
    both_ways("000002 09 00 00000001 8286", continuation.to_be_continued());
}

#[test]
fn a_fragment_may_be_empty() {
    both_ways("000000 09 04 00000001", Continuation::new(id(1), b""));
}

#[test]
fn end_stream_and_padded_mean_nothing_here() {
    let mut continuation = Continuation::new(id(1), b"\xff");
    continuation.unused_flags = Flags(0x29);
    both_ways("000001 09 2d 00000001 ff", continuation);
}

#[test]
fn a_continuation_on_stream_0_ends_the_connection() {
    connection_error(
        "000001 09 04 00000000 82",
        ErrorKind::StreamRequired,
        ErrorCode::PROTOCOL_ERROR,
        "RFC 9113 §6.10",
    );
}
