//! The life of a stream (RFC 9113 §5.1), its identifier (RFC 9113 §5.1.1), and how many there may be
//! (RFC 9113 §5.1.2).

use super::{ANSWERED, Case, FATAL, HARMLESS, Outcome, RESET_CLOSED};
use crate::{Wire, code, continuation, data, headers, priority, rst_stream, window_update};

/// It is an identifier that may not come, of a stream that is closed by now.
const LOWER: &[Outcome] = &[
    Outcome::Ends(code::PROTOCOL_ERROR),
    Outcome::Ends(code::STREAM_CLOSED),
];

/// A stream that was never used is closed, or idle to whoever does not look: the RFC says neither.
const SKIPPED: &[Outcome] = &[
    Outcome::Ends(code::PROTOCOL_ERROR),
    Outcome::Ends(code::STREAM_CLOSED),
    Outcome::Goes,
    Outcome::Answers,
    Outcome::Refuses,
];

/// DATA on a stream that the client has ended or reset may also pass as late (RFC 9113 §5.1).
const LATE: &[Outcome] = &[
    Outcome::Resets(code::STREAM_CLOSED),
    Outcome::Ends(code::STREAM_CLOSED),
    Outcome::Goes,
    Outcome::Answers,
    Outcome::Refuses,
];

pub(super) const CASES: [Case; 22] = [
    Case::new(
        "idle-data",
        "RFC 9113 §5.1",
        "DATA on a stream that is idle",
        FATAL,
        |target| data(target.stream, "x").octets(),
    ),
    Case::new(
        "idle-rst-stream",
        "RFC 9113 §5.1",
        "RST_STREAM on a stream that is idle",
        FATAL,
        |target| rst_stream(target.stream, code::CANCEL).octets(),
    ),
    Case::new(
        "idle-window-update",
        "RFC 9113 §5.1",
        "WINDOW_UPDATE on a stream that is idle",
        FATAL,
        |target| window_update(target.stream, 100).octets(),
    ),
    Case::new(
        "idle-continuation",
        "RFC 9113 §5.1",
        "CONTINUATION on a stream that is idle",
        FATAL,
        |target| continuation(target.stream).octets(),
    ),
    Case::new(
        "idle-priority",
        "RFC 9113 §5.1",
        "PRIORITY on a stream that is idle",
        HARMLESS,
        |target| priority(target.stream, 0, 15).octets(),
    ),
    Case::new(
        "half-closed-data",
        "RFC 9113 §5.1",
        "DATA behind END_STREAM",
        RESET_CLOSED,
        |target| (target.post(target.stream).end(), data(target.stream, "x")).octets(),
    ),
    Case::new(
        "half-closed-headers",
        "RFC 9113 §5.1",
        "HEADERS behind END_STREAM",
        RESET_CLOSED,
        |target| {
            (
                target.post(target.stream).end(),
                headers(target.stream).field("x", "y").end(),
            )
                .octets()
        },
    ),
    Case::new(
        "half-closed-continuation",
        "RFC 9113 §6.10",
        "CONTINUATION behind END_STREAM and END_HEADERS",
        FATAL,
        |target| (target.get(target.stream).end(), continuation(target.stream)).octets(),
    ),
    Case::new(
        "half-closed-window-update",
        "RFC 9113 §5.1",
        "WINDOW_UPDATE behind END_STREAM",
        ANSWERED,
        |target| {
            (
                target.get(target.stream).end(),
                window_update(target.stream, 100),
            )
                .octets()
        },
    ),
    Case::new(
        "half-closed-priority",
        "RFC 9113 §5.1",
        "PRIORITY behind END_STREAM",
        ANSWERED,
        |target| {
            (
                target.get(target.stream).end(),
                priority(target.stream, 0, 15),
            )
                .octets()
        },
    ),
    Case::new(
        "closed-data",
        "RFC 9113 §5.1",
        "DATA behind RST_STREAM",
        LATE,
        |target| {
            (
                target.post(target.stream),
                rst_stream(target.stream, code::CANCEL),
                data(target.stream, "x"),
            )
                .octets()
        },
    ),
    Case::new(
        "closed-headers",
        "RFC 9113 §5.1",
        "HEADERS behind RST_STREAM",
        RESET_CLOSED,
        |target| {
            (
                target.post(target.stream),
                rst_stream(target.stream, code::CANCEL),
                target.get(target.stream).end(),
            )
                .octets()
        },
    ),
    Case::new(
        "closed-window-update",
        "RFC 9113 §5.1",
        "WINDOW_UPDATE behind RST_STREAM",
        HARMLESS,
        |target| {
            (
                target.post(target.stream),
                rst_stream(target.stream, code::CANCEL),
                window_update(target.stream, 100),
            )
                .octets()
        },
    ),
    Case::new(
        "closed-rst-stream",
        "RFC 9113 §5.1",
        "RST_STREAM behind RST_STREAM",
        LATE,
        |target| {
            (
                target.post(target.stream),
                rst_stream(target.stream, code::CANCEL),
                rst_stream(target.stream, code::CANCEL),
            )
                .octets()
        },
    ),
    Case::new(
        "closed-priority",
        "RFC 9113 §5.1",
        "PRIORITY behind RST_STREAM",
        HARMLESS,
        |target| {
            (
                target.post(target.stream),
                rst_stream(target.stream, code::CANCEL),
                priority(target.stream, 0, 15),
            )
                .octets()
        },
    ),
    Case::new(
        "even-stream",
        "RFC 9113 §5.1.1",
        "a request on stream 2",
        FATAL,
        |target| target.get(2).end().octets(),
    ),
    Case::new(
        "stream-0",
        "RFC 9113 §6.2",
        "HEADERS on stream 0",
        FATAL,
        |target| target.get(0).end().octets(),
    ),
    Case::new(
        "lower-stream",
        "RFC 9113 §5.1.1",
        "a request on a stream below an earlier one",
        LOWER,
        |target| {
            (
                target.get(target.stream + 4).end(),
                target.get(target.stream + 2).end(),
            )
                .octets()
        },
    ),
    Case::new(
        "skipped-stream",
        "RFC 9113 §5.1.1",
        "DATA on a stream that a later one has closed",
        SKIPPED,
        |target| (target.post(target.stream + 4), data(target.stream + 2, "x")).octets(),
    ),
    Case::new(
        "streams-ascend",
        "RFC 9113 §5.1.1",
        "requests on streams that leave others out",
        ANSWERED,
        |target| {
            (
                target.get(target.stream).end(),
                target.get(target.stream + 10).end(),
            )
                .octets()
        },
    ),
    Case::new(
        "self-dependency",
        "RFC 9113 §5.3.2",
        "PRIORITY of a stream that depends on itself",
        SELF,
        |target| {
            (
                target.get(target.stream).end(),
                priority(target.stream, target.stream, 15),
            )
                .octets()
        },
    ),
    Case::new(
        "headers-with-priority",
        "RFC 9113 §6.2",
        "HEADERS with the deprecated priority",
        ANSWERED,
        |target| {
            target
                .get(target.stream)
                .end()
                .priority(0, 15, false)
                .octets()
        },
    ),
];

/// RFC 9113 §5.3.2 took the signals away; RFC 7540 §5.3.1 made it an error of the stream.
const SELF: &[Outcome] = &[
    Outcome::Answers,
    Outcome::Refuses,
    Outcome::Resets(code::PROTOCOL_ERROR),
    Outcome::Ends(code::PROTOCOL_ERROR),
];
