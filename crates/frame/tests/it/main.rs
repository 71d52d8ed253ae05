//! What the RFCs demand of the octets of frames, one module for each section.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test whose ground gives way has to stop"
)]

mod api;
#[cfg(feature = "arbitrary")]
mod arbitrary;
mod display;
mod extensions;
mod laws;
mod rules;
mod section_3_4;
mod section_4_1;
mod section_4_2;
mod section_6_1;
mod section_6_10;
mod section_6_2;
mod section_6_3;
mod section_6_4;
mod section_6_5;
mod section_6_6;
mod section_6_7;
mod section_6_8;
mod section_6_9;
mod split;

use tress_frame::{Decoder, Error, ErrorCode, ErrorKind, Flags, Frame, Scope, StreamId};

/// Octets from hexadecimal digits; the spaces are for the reader.
fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(16)).collect();
    digits
        .chunks(2)
        .map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap())
        .collect()
}

fn id(value: u32) -> StreamId {
    StreamId::new(value).unwrap()
}

/// Reads exactly one frame.
#[track_caller]
fn decode(octets: &[u8]) -> Result<Frame<'_>, Error> {
    Decoder::new().decode(octets).map(|found| {
        let (frame, consumed) = found.expect("the octets are a whole frame");
        assert_eq!(consumed, octets.len(), "octets were left over");
        frame
    })
}

fn encode(frame: &Frame<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    frame.encode(&mut out);
    out
}

/// The octets are read as the frame, and the frame is written as the octets.
#[track_caller]
fn both_ways<'a>(octets: &str, frame: impl Into<Frame<'a>>) {
    let (octets, frame) = (hex(octets), frame.into());
    assert_eq!(decode(&octets), Ok(frame));
    assert_eq!(encode(&frame), octets);
    assert_eq!(frame.head().frame_len(), octets.len());
}

/// The octets are read as the frame; it would be written otherwise.
#[track_caller]
fn reads_as<'a>(octets: &str, frame: impl Into<Frame<'a>>) {
    assert_eq!(decode(&hex(octets)), Ok(frame.into()));
}

/// The octets break a rule that ends the connection.
#[track_caller]
fn connection_error(octets: &str, kind: ErrorKind, code: ErrorCode, section: &str) {
    breaks(octets, kind, (Scope::Connection, code, section));
}

/// The octets break a rule that ends the stream.
#[track_caller]
fn stream_error(octets: &str, kind: ErrorKind, code: ErrorCode, section: &str) {
    breaks(octets, kind, (Scope::Stream, code, section));
}

#[track_caller]
fn breaks(octets: &str, kind: ErrorKind, expected: (Scope, ErrorCode, &str)) {
    let octets = hex(octets);
    let error = decode(&octets).expect_err("the octets break a rule");
    assert_eq!(error.kind(), kind);
    assert_eq!((error.scope(), error.code(), error.section()), expected);
    assert_eq!(error.head().frame_len(), octets.len());
    assert_eq!(error.frame_type().0, octets[3]);
    assert_eq!(error.head().flags, Flags(octets[4]));
    assert_eq!(error.stream_id(), error.head().stream_id);
}
