//! What judges a client: the answer to its first request, and what else a server may say.

use super::{Case, FATAL, FATAL_COMPRESSION, FATAL_FLOW, FATAL_SIZE, Heard, Outcome, RESET};
use crate::{
    Wire, block, code, continuation, data, flag, headers, kind, ping, push_promise, rst_stream,
    settings, unknown, window_update,
};

/// A response that is malformed: of the code the RFC says nothing but PROTOCOL_ERROR.
const MALFORMED: &[Outcome] = RESET;
/// A client whose request was answered may leave.
const FINE: &[Outcome] = &[Outcome::Goes, Outcome::Closes];
/// Promises are refused, or an error where they were not allowed.
const NO_PROMISE: &[Outcome] = &[Outcome::Ends(code::PROTOCOL_ERROR)];

/// A response with one more field.
macro_rules! malformed {
    ($name:literal, $section:literal, $about:literal, $field:expr, $value:expr) => {
        Case::new($name, $section, $about, MALFORMED, |target| {
            headers(target.stream)
                .status(200)
                .field($field, $value)
                .octets()
        })
        .of_client()
    };
}

pub(super) const CASES: [Case; 38] = [
    Case::new(
        "client-answer",
        "RFC 9113 §8.1",
        "a response",
        FINE,
        |target| {
            (
                headers(target.stream).status(200),
                data(target.stream, "hello").end(),
            )
                .octets()
        },
    )
    .of_client(),
    Case::new(
        "client-informational",
        "RFC 9113 §8.1",
        "103 before the response",
        FINE,
        |target| {
            let hint = headers(target.stream).status(103).field("link", "</a.css>");
            (
                hint,
                headers(target.stream).status(200),
                data(target.stream, "hello").end(),
            )
                .octets()
        },
    )
    .of_client(),
    Case::new(
        "client-trailers",
        "RFC 9113 §8.1",
        "a response with trailers",
        FINE,
        |target| {
            let head = headers(target.stream).status(200);
            (
                head,
                data(target.stream, "hello"),
                headers(target.stream).field("x", "y").trailers(),
            )
                .octets()
        },
    )
    .of_client(),
    Case::new(
        "client-preface-ping",
        "RFC 9113 §3.4",
        "the first frame is PING and not SETTINGS",
        &[Outcome::Ends(code::PROTOCOL_ERROR), Outcome::Closes],
        |_| (ping(*b"tooearly"), settings()).octets(),
    )
    .of_client()
    .ungreeted(),
    Case::new(
        "client-enable-push-1",
        "RFC 9113 §6.5.2",
        "ENABLE_PUSH of 1 by a server",
        FATAL,
        |_| settings().set(0x2, 1).octets(),
    )
    .of_client(),
    Case::new(
        "client-settings-answered",
        "RFC 9113 §6.5.3",
        "SETTINGS that are valid",
        FINE,
        |_| settings().set(0x3, 50).octets(),
    )
    .of_client()
    .seeing(|heard| {
        match heard
            .frames
            .iter()
            .any(|seen| seen.kind == kind::SETTINGS && seen.has(flag::ACK))
        {
            true => Ok(()),
            false => Err("SETTINGS were not acknowledged".to_owned()),
        }
    }),
    Case::new(
        "client-settings-length-5",
        "RFC 9113 §6.5",
        "SETTINGS of five octets",
        FATAL_SIZE,
        |_| unknown(kind::SETTINGS, 0, 0, [0; 5]).octets(),
    )
    .of_client(),
    Case::new(
        "client-initial-window-too-large",
        "RFC 9113 §6.5.2",
        "INITIAL_WINDOW_SIZE of 2^31",
        FATAL_FLOW,
        |_| settings().set(0x4, 1 << 31).octets(),
    )
    .of_client(),
    Case::new(
        "client-max-frame-size-too-small",
        "RFC 9113 §6.5.2",
        "MAX_FRAME_SIZE of 16,383",
        FATAL,
        |_| settings().set(0x5, 16_383).octets(),
    )
    .of_client(),
    Case::new(
        "client-ping-answered",
        "RFC 9113 §6.7",
        "PING",
        FINE,
        |_| ping(*b"question").octets(),
    )
    .of_client()
    .seeing(|heard: &Heard| {
        let is_answer = |seen: &crate::Seen| seen.kind == kind::PING && seen.payload == b"question";
        match heard.frames.iter().any(is_answer) {
            true => Ok(()),
            false => Err("PING was not answered".to_owned()),
        }
    }),
    Case::new(
        "client-ping-on-stream",
        "RFC 9113 §6.7",
        "PING on a stream",
        FATAL,
        |target| ping(*b"question").stream(target.stream).octets(),
    )
    .of_client(),
    Case::new(
        "client-ping-length-7",
        "RFC 9113 §6.7",
        "PING of seven octets",
        FATAL_SIZE,
        |_| unknown(kind::PING, 0, 0, [0; 7]).octets(),
    )
    .of_client(),
    Case::new(
        "client-window-update-0",
        "RFC 9113 §6.9",
        "WINDOW_UPDATE of 0 for the connection",
        FATAL,
        |_| window_update(0, 0).octets(),
    )
    .of_client(),
    Case::new(
        "client-window-overflows",
        "RFC 9113 §6.9.1",
        "credit beyond 2^31 − 1",
        FATAL_FLOW,
        |_| {
            (
                window_update(0, (1 << 31) - 1),
                window_update(0, (1 << 31) - 1),
            )
                .octets()
        },
    )
    .of_client(),
    Case::new(
        "client-data-on-stream-0",
        "RFC 9113 §6.1",
        "DATA on stream 0",
        FATAL,
        |_| data(0, "x").octets(),
    )
    .of_client(),
    Case::new(
        "client-data-on-idle",
        "RFC 9113 §5.1",
        "DATA on a stream that the client has not opened",
        FATAL,
        |target| data(target.stream + 100, "x").octets(),
    )
    .of_client(),
    Case::new(
        "client-headers-on-idle",
        "RFC 9113 §5.1",
        "a response on a stream that the client has not opened",
        FATAL,
        |target| headers(target.stream + 100).status(200).octets(),
    )
    .of_client(),
    Case::new(
        "client-headers-on-even-stream",
        "RFC 9113 §5.1",
        "HEADERS on a stream that was never promised",
        FATAL,
        |_| headers(2).status(200).octets(),
    )
    .of_client(),
    Case::new(
        "client-rst-stream-on-idle",
        "RFC 9113 §5.1",
        "RST_STREAM on a stream that the client has not opened",
        FATAL,
        |target| rst_stream(target.stream + 100, code::CANCEL).octets(),
    )
    .of_client(),
    Case::new(
        "client-data-before-headers",
        "RFC 9113 §8.1",
        "DATA before the head of the response",
        MALFORMED,
        |target| data(target.stream, "x").octets(),
    )
    .of_client(),
    Case::new(
        "client-data-padding-too-long",
        "RFC 9113 §6.1",
        "DATA whose padding is as long as the payload",
        FATAL,
        |target| {
            (
                headers(target.stream).status(200),
                data(target.stream, "abc").pad_length(4),
            )
                .octets()
        },
    )
    .of_client(),
    Case::new(
        "client-continuation-alone",
        "RFC 9113 §6.10",
        "CONTINUATION without HEADERS",
        FATAL,
        |target| continuation(target.stream).octets(),
    )
    .of_client(),
    Case::new(
        "client-block-interrupted",
        "RFC 9113 §4.3",
        "PING in the middle of a field block",
        FATAL,
        |target| {
            (
                headers(target.stream).status(200).no_end_headers(),
                ping(*b"middle.."),
            )
                .octets()
        },
    )
    .of_client(),
    Case::new(
        "client-index-0",
        "RFC 7541 §6.1",
        "a reference to entry 0",
        FATAL_COMPRESSION,
        |target| headers(target.stream).block(&block().indexed(0)).octets(),
    )
    .of_client(),
    Case::new(
        "client-table-size-above-setting",
        "RFC 7541 §6.3",
        "a table larger than HEADER_TABLE_SIZE",
        FATAL_COMPRESSION,
        |target| {
            headers(target.stream)
                .block(&block().table_size(1 << 30).status(200))
                .octets()
        },
    )
    .of_client(),
    Case::new(
        "client-push-unasked",
        "RFC 9113 §8.4",
        "PUSH_PROMISE where ENABLE_PUSH is 0",
        NO_PROMISE,
        |target| {
            let request = block().request("GET", "/pushed");
            push_promise(target.stream, 2).block(&request).octets()
        },
    )
    .of_client(),
    Case::new(
        "client-push-promise-on-stream-0",
        "RFC 9113 §6.6",
        "PUSH_PROMISE on stream 0",
        FATAL,
        |_| {
            push_promise(0, 2)
                .block(&block().request("GET", "/pushed"))
                .octets()
        },
    )
    .of_client(),
    malformed!(
        "client-name-upper-case",
        "RFC 9113 §8.2.1",
        "a field name with an upper-case letter",
        "X-Upper",
        "x"
    ),
    malformed!(
        "client-value-with-lf",
        "RFC 9113 §8.2.1",
        "a field value with LF",
        "x-value",
        "a\nb"
    ),
    malformed!(
        "client-connection",
        "RFC 9113 §8.2.2",
        "the field connection",
        "connection",
        "close"
    ),
    malformed!(
        "client-transfer-encoding",
        "RFC 9113 §8.2.2",
        "the field transfer-encoding",
        "transfer-encoding",
        "chunked"
    ),
    malformed!(
        "client-pseudo-behind-field",
        "RFC 9113 §8.3",
        "a pseudo-header field behind a field",
        ":status",
        "200"
    ),
    malformed!(
        "client-pseudo-of-request",
        "RFC 9113 §8.3",
        ":path in a response",
        ":path",
        "/"
    ),
    Case::new(
        "client-status-missing",
        "RFC 9113 §8.3.2",
        "a response without :status",
        MALFORMED,
        |target| headers(target.stream).field("server", "x").octets(),
    )
    .of_client(),
    Case::new(
        "client-status-not-a-number",
        "RFC 9113 §8.3.2",
        ":status that is no number",
        MALFORMED,
        |target| headers(target.stream).field(":status", "2x0").octets(),
    )
    .of_client(),
    Case::new(
        "client-status-101",
        "RFC 9113 §8.6",
        "101, which HTTP/2 has not",
        MALFORMED,
        |target| headers(target.stream).status(101).octets(),
    )
    .of_client(),
    Case::new(
        "client-length-short",
        "RFC 9113 §8.1.1",
        "less content than content-length says",
        MALFORMED_LATE,
        |target| {
            let head = headers(target.stream)
                .status(200)
                .field("content-length", "10");
            (head, data(target.stream, "four").end()).octets()
        },
    )
    .of_client(),
    Case::new(
        "client-length-long",
        "RFC 9113 §8.1.1",
        "more content than content-length says",
        MALFORMED,
        |target| {
            let head = headers(target.stream)
                .status(200)
                .field("content-length", "3");
            (head, data(target.stream, "four")).octets()
        },
    )
    .of_client(),
];

/// With END_STREAM there may be no stream left to be reset: the client's application learns of it.
const MALFORMED_LATE: &[Outcome] = &[
    Outcome::Resets(code::PROTOCOL_ERROR),
    Outcome::Ends(code::PROTOCOL_ERROR),
    Outcome::Goes,
    Outcome::Closes,
];
