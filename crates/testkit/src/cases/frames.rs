//! The form of frames (RFC 9113 §4.1, RFC 9113 §4.2), and padding (RFC 9113 §6.1, RFC 9113 §6.2).

use super::{ANSWERED, Case, FATAL, FATAL_SIZE, HARMLESS, Outcome};
use crate::{Wire, code, continuation, data, flag, headers, kind, ping, unknown};

/// A frame that is too long is an error of the connection where it changes the state of it, and may be
/// one of the stream otherwise.
const TOO_LONG: &[Outcome] = &[
    Outcome::Resets(code::FRAME_SIZE_ERROR),
    Outcome::Ends(code::FRAME_SIZE_ERROR),
];

pub(super) const CASES: [Case; 15] = [
    Case::new(
        "unknown-type",
        "RFC 9113 §5.5",
        "a frame of a type that nobody knows",
        HARMLESS,
        |_| unknown(0xfa, 0xff, 0, b"whatever").octets(),
    ),
    Case::new(
        "unknown-type-on-stream",
        "RFC 9113 §5.5",
        "a frame of an unknown type on the stream of a request",
        ANSWERED,
        |target| {
            (
                unknown(0xfa, 0, target.stream, b"whatever"),
                target.get(target.stream).end(),
            )
                .octets()
        },
    ),
    Case::new(
        "unknown-type-in-block",
        "RFC 9113 §5.5",
        "a frame of an unknown type in the middle of a field block",
        FATAL,
        |target| {
            let begun = target.get(target.stream).end().no_end_headers();
            (
                begun,
                unknown(0xfa, 0, target.stream, b""),
                continuation(target.stream),
            )
                .octets()
        },
    ),
    Case::new(
        "undefined-flags",
        "RFC 9113 §4.1",
        "PING with flags that mean nothing",
        HARMLESS,
        |_| ping(*b"allflags").flags(0xfe).octets(),
    ),
    Case::new(
        "reserved-bit",
        "RFC 9113 §4.1",
        "a request with the reserved bit set",
        ANSWERED,
        |target| target.get(target.stream).end().reserved_bit().octets(),
    ),
    Case::new(
        "data-too-long",
        "RFC 9113 §4.2",
        "DATA above MAX_FRAME_SIZE",
        TOO_LONG,
        |target| {
            (
                target.post(target.stream),
                data(target.stream, vec![0; MOST + 1]),
            )
                .octets()
        },
    ),
    Case::new(
        "headers-too-long",
        "RFC 9113 §4.2",
        "HEADERS above MAX_FRAME_SIZE",
        FATAL_SIZE,
        |target| {
            target
                .get(target.stream)
                .field("x-long", vec![b'x'; MOST])
                .end()
                .octets()
        },
    ),
    Case::new(
        "ping-too-long",
        "RFC 9113 §4.2",
        "PING above MAX_FRAME_SIZE",
        FATAL_SIZE,
        |_| unknown(kind::PING, 0, 0, vec![0; MOST + 1]).octets(),
    ),
    Case::new(
        "data-longest",
        "RFC 9113 §4.2",
        "DATA of MAX_FRAME_SIZE",
        &[
            Outcome::Goes,
            Outcome::Answers,
            Outcome::Refuses,
            Outcome::Resets(code::NO_ERROR),
        ],
        |target| {
            (
                target.post(target.stream),
                data(target.stream, vec![0; MOST]).end(),
            )
                .octets()
        },
    ),
    Case::new(
        "data-padding-too-long",
        "RFC 9113 §6.1",
        "DATA whose padding is as long as the payload",
        FATAL,
        |target| {
            (
                target.post(target.stream),
                data(target.stream, "abc").pad_length(4),
            )
                .octets()
        },
    ),
    Case::new(
        "data-padded-without-length",
        "RFC 9113 §6.1",
        "DATA with PADDED and no octet",
        &[
            Outcome::Ends(code::FRAME_SIZE_ERROR),
            Outcome::Resets(code::FRAME_SIZE_ERROR),
            Outcome::Ends(code::PROTOCOL_ERROR),
        ],
        |target| {
            (
                target.post(target.stream),
                unknown(kind::DATA, flag::PADDED, target.stream, []),
            )
                .octets()
        },
    ),
    Case::new(
        "data-padded",
        "RFC 9113 §6.1",
        "DATA with 255 octets of padding",
        &[
            Outcome::Goes,
            Outcome::Answers,
            Outcome::Refuses,
            Outcome::Resets(code::NO_ERROR),
        ],
        |target| {
            (
                target.post(target.stream),
                data(target.stream, "x").padded(255).end(),
            )
                .octets()
        },
    ),
    Case::new(
        "headers-padding-too-long",
        "RFC 9113 §6.2",
        "HEADERS whose padding is longer than the payload",
        FATAL,
        |target| target.get(target.stream).end().pad_length(255).octets(),
    ),
    Case::new(
        "headers-padded",
        "RFC 9113 §6.2",
        "HEADERS with padding",
        ANSWERED,
        |target| target.get(target.stream).end().padded(100).octets(),
    ),
    Case::new(
        "headers-priority-short",
        "RFC 9113 §6.2",
        "HEADERS with PRIORITY and four octets",
        &[
            Outcome::Ends(code::FRAME_SIZE_ERROR),
            Outcome::Ends(code::PROTOCOL_ERROR),
            Outcome::Ends(code::COMPRESSION_ERROR),
        ],
        |target| {
            headers(target.stream)
                .raw_block(&[0; 4])
                .flags(flag::PRIORITY | flag::END_HEADERS)
                .octets()
        },
    ),
];

/// The largest payload before anybody allows more (RFC 9113 §4.2).
const MOST: usize = 16_384;
