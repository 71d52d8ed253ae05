//! PRIORITY, RST_STREAM, PUSH_PROMISE, PING, GOAWAY and CONTINUATION (RFC 9113 §6.3 to RFC 9113 §6.10).

use super::{ANSWERED, Case, FATAL, FATAL_SIZE, HARMLESS, Heard, Outcome};
use crate::{
    Wire, code, continuation, data, flag, goaway, kind, ping, priority, push_promise, rst_stream,
    unknown,
};

/// PRIORITY of another length is an error of the stream.
const PRIORITY_SIZE: &[Outcome] = &[
    Outcome::Resets(code::FRAME_SIZE_ERROR),
    Outcome::Ends(code::FRAME_SIZE_ERROR),
];

pub(super) const CASES: [Case; 21] = [
    Case::new(
        "data-on-stream-0",
        "RFC 9113 §6.1",
        "DATA on stream 0",
        FATAL,
        |_| data(0, "x").octets(),
    ),
    Case::new(
        "priority-on-stream-0",
        "RFC 9113 §6.3",
        "PRIORITY on stream 0",
        FATAL,
        |_| priority(0, 1, 15).octets(),
    ),
    Case::new(
        "priority-length-4",
        "RFC 9113 §6.3",
        "PRIORITY of four octets",
        PRIORITY_SIZE,
        |target| {
            (
                target.post(target.stream),
                unknown(kind::PRIORITY, 0, target.stream, [0; 4]),
            )
                .octets()
        },
    ),
    Case::new(
        "rst-stream-on-stream-0",
        "RFC 9113 §6.4",
        "RST_STREAM on stream 0",
        FATAL,
        |_| rst_stream(0, code::CANCEL).octets(),
    ),
    Case::new(
        "rst-stream-length-3",
        "RFC 9113 §6.4",
        "RST_STREAM of three octets",
        FATAL_SIZE,
        |target| {
            (
                target.post(target.stream),
                unknown(kind::RST_STREAM, 0, target.stream, [0; 3]),
            )
                .octets()
        },
    ),
    Case::new(
        "rst-stream-unknown-code",
        "RFC 9113 §7",
        "RST_STREAM with a code that nobody knows",
        HARMLESS,
        |target| {
            (
                target.post(target.stream),
                rst_stream(target.stream, 0xdead_beef),
            )
                .octets()
        },
    ),
    Case::new(
        "push-promise-by-client",
        "RFC 9113 §8.4",
        "PUSH_PROMISE of a client",
        FATAL,
        |target| {
            (
                target.post(target.stream),
                push_promise(target.stream, 2).block(&target.control("GET")),
            )
                .octets()
        },
    ),
    Case::new("ping-answered", "RFC 9113 §6.7", "PING", HARMLESS, |_| {
        ping(*b"question").octets()
    })
    .seeing(|heard| answered(heard, *b"question")),
    Case::new(
        "ping-ack-unasked",
        "RFC 9113 §6.7",
        "an answer to a PING that was never sent",
        HARMLESS,
        |_| ping(*b"answered").ack().octets(),
    )
    .seeing(|heard| match answered(heard, *b"answered") {
        Ok(()) => Err("an answer was answered".to_owned()),
        Err(_) => Ok(()),
    }),
    Case::new(
        "ping-on-stream",
        "RFC 9113 §6.7",
        "PING on a stream",
        FATAL,
        |target| ping(*b"question").stream(target.stream).octets(),
    ),
    Case::new(
        "ping-length-7",
        "RFC 9113 §6.7",
        "PING of seven octets",
        FATAL_SIZE,
        |_| unknown(kind::PING, 0, 0, [0; 7]).octets(),
    ),
    Case::new(
        "goaway-on-stream",
        "RFC 9113 §6.8",
        "GOAWAY on a stream",
        FATAL,
        |target| goaway(0, code::NO_ERROR).stream(target.stream).octets(),
    ),
    Case::new(
        "goaway-length-7",
        "RFC 9113 §6.8",
        "GOAWAY of seven octets",
        FATAL_SIZE,
        |_| unknown(kind::GOAWAY, 0, 0, [0; 7]).octets(),
    ),
    Case::new(
        "goaway-lets-streams-finish",
        "RFC 9113 §6.8",
        "GOAWAY behind a request",
        &[Outcome::Answers, Outcome::Refuses, Outcome::Closes],
        |target| (target.get(target.stream).end(), goaway(0, code::NO_ERROR)).octets(),
    )
    .seeing(|heard| match heard.status() {
        Some(_) => Ok(()),
        None => Err("the request was not answered".to_owned()),
    }),
    Case::new(
        "goaway-with-debug-data",
        "RFC 9113 §6.8",
        "GOAWAY with debug data behind a request",
        &[Outcome::Answers, Outcome::Refuses, Outcome::Closes],
        |target| {
            (
                target.get(target.stream).end(),
                goaway(0, code::NO_ERROR).debug("bye"),
            )
                .octets()
        },
    ),
    Case::new(
        "continuation-alone",
        "RFC 9113 §6.10",
        "CONTINUATION behind DATA",
        FATAL,
        |target| {
            (
                target.post(target.stream),
                data(target.stream, "x"),
                continuation(target.stream),
            )
                .octets()
        },
    ),
    Case::new(
        "continuation-on-another-stream",
        "RFC 9113 §6.10",
        "CONTINUATION on another stream",
        FATAL,
        |target| {
            (
                target.get(target.stream).end().no_end_headers(),
                continuation(target.stream + 2),
            )
                .octets()
        },
    ),
    Case::new(
        "continuation-on-stream-0",
        "RFC 9113 §6.10",
        "CONTINUATION on stream 0",
        FATAL,
        |target| {
            (
                target.get(target.stream).end().no_end_headers(),
                continuation(0),
            )
                .octets()
        },
    ),
    Case::new(
        "headers-in-block",
        "RFC 9113 §6.2",
        "HEADERS of another stream in the middle of a field block",
        FATAL,
        |target| {
            (
                target.get(target.stream).end().no_end_headers(),
                target.get(target.stream + 2).end(),
            )
                .octets()
        },
    ),
    Case::new(
        "continuation-empty",
        "RFC 9113 §6.10",
        "an empty CONTINUATION that ends the block",
        ANSWERED,
        |target| {
            (
                target.get(target.stream).end().no_end_headers(),
                continuation(target.stream),
            )
                .octets()
        },
    ),
    Case::new(
        "continuation-undefined-flags",
        "RFC 9113 §4.1",
        "CONTINUATION with flags that mean nothing",
        ANSWERED,
        |target| {
            let last = continuation(target.stream).flags(!flag::PADDED);
            (target.get(target.stream).end().no_end_headers(), last).octets()
        },
    ),
];

fn answered(heard: &Heard, payload: [u8; 8]) -> Result<(), String> {
    let mut pings = heard.frames.iter().filter(|seen| seen.kind == kind::PING);
    match pings.any(|seen| seen.has(flag::ACK) && seen.payload == payload) {
        true => Ok(()),
        false => Err("PING was not answered with its octets".to_owned()),
    }
}
