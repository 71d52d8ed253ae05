//! Frames that nobody has sent.

use alloc::string::ToString;
use alloc::vec::Vec;

use blocking::proto::frame::{
    Flags, Frame, FrameType, GoAway, Head, Headers, Increment, PushPromise, RstStream, StreamId,
    WindowUpdate,
};
use blocking::proto::{ErrorCode, FieldSection, HeaderField};

use super::unit::Block;
use crate::fault::rule::Wrong;

/// A stream of 31 bits, as all are that came in a frame.
pub(super) fn id(stream: u32) -> StreamId {
    StreamId::new(stream).unwrap_or(StreamId::CONNECTION)
}

pub(super) fn octets(frame: &Frame<'_>) -> Vec<u8> {
    let mut octets = Vec::new();
    frame.encode(&mut octets);
    octets
}

pub(super) fn reset(stream: u32, code: ErrorCode) -> Vec<u8> {
    octets(&Frame::RstStream(RstStream::new(id(stream), code)))
}

pub(super) fn credit(stream: u32, increment: Increment) -> Vec<u8> {
    octets(&Frame::WindowUpdate(WindowUpdate::new(
        id(stream),
        increment,
    )))
}

pub(super) fn goaway(last: u32, code: ErrorCode) -> Vec<u8> {
    octets(&Frame::GoAway(GoAway::new(id(last), code)))
}

/// HEADERS, or PUSH_PROMISE, and as many CONTINUATION as it takes.
pub(super) fn block(of: &Block, fragment: &[u8], max_frame: u32) -> Vec<u8> {
    let mut octets = Vec::new();
    if let Some(promised) = of.promised {
        let frame = PushPromise::new(id(of.stream), id(promised), fragment);
        frame
            .split(max_frame)
            .for_each(|frame| frame.encode(&mut octets));
    } else {
        let mut frame = Headers::new(id(of.stream), fragment);
        frame.end_stream = of.is_end;
        frame
            .split(max_frame)
            .for_each(|frame| frame.encode(&mut octets));
    }
    octets
}

/// The fields of an answer without content.
pub(super) fn answer(status: u16) -> FieldSection {
    let status = status.to_string();
    let fields = [
        HeaderField::new(b":status", status.as_bytes()),
        HeaderField::new(b"content-length", b"0"),
    ];
    fields.into_iter().collect()
}

/// The same fields, with a content-length that is off by so much.
pub(super) fn misled(fields: &FieldSection, by: i64) -> FieldSection {
    let mut changed = FieldSection::new();
    for field in fields {
        let length = core::str::from_utf8(field.value).ok();
        let length = length.and_then(|text| text.parse::<u64>().ok());
        match length.filter(|_| field.name == b"content-length") {
            Some(length) => {
                let length = length.saturating_add_signed(by).to_string();
                changed.push(HeaderField::new(field.name, length.as_bytes()));
            }
            None => changed.push(field),
        }
    }
    changed
}

/// A frame that is as long as none may be; the receiver takes `most` octets of payload at most.
pub(super) fn wrong(what: Wrong, stream: u32, most: u32) -> Vec<u8> {
    let (frame_type, length, stream) = match what {
        Wrong::Data => (FrameType::DATA, most.saturating_add(1), stream),
        Wrong::Ping => (FrameType::PING, 7, 0),
        Wrong::Settings => (FrameType::SETTINGS, 5, 0),
        Wrong::WindowUpdate => (FrameType::WINDOW_UPDATE, 3, stream),
        Wrong::RstStream => (FrameType::RST_STREAM, 3, stream),
        Wrong::GoAway => (FrameType::GOAWAY, 7, 0),
    };
    let head = Head {
        length: length.min(blocking::proto::frame::MAX_FRAME_SIZE_LIMIT),
        frame_type,
        flags: Flags(0),
        stream_id: id(stream),
    };
    let mut octets = Vec::new();
    head.encode(&mut octets);
    octets.resize(head.frame_len(), 0);
    octets
}
