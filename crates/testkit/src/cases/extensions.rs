//! RFC 9218, RFC 8441, RFC 8336 and RFC 7838.

use super::{ANSWERED, Case, HARMLESS, MALFORMED, Outcome};
use crate::{Wire, altsvc, block, code, headers, kind, origin, priority_update, settings, unknown};

/// A server that does not know the frame ignores it (RFC 9218 §2).
const FATAL_OR_UNKNOWN: &[Outcome] = &[
    Outcome::Ends(code::PROTOCOL_ERROR),
    Outcome::Goes,
    Outcome::Answers,
    Outcome::Refuses,
];

pub(super) const CASES: [Case; 11] = [
    Case::new(
        "priority-field",
        "RFC 9218 §5",
        "a request with the field priority",
        ANSWERED,
        |target| {
            target
                .get(target.stream)
                .field("priority", "u=0, i")
                .end()
                .octets()
        },
    ),
    Case::new(
        "priority-field-not-structured",
        "RFC 9218 §5",
        "a field priority that is no dictionary",
        ANSWERED,
        |target| {
            target
                .get(target.stream)
                .field("priority", "u=;;=x\"")
                .end()
                .octets()
        },
    ),
    Case::new(
        "priority-update",
        "RFC 9218 §7.1",
        "PRIORITY_UPDATE for a request",
        ANSWERED,
        |target| {
            (
                priority_update(target.stream, "u=0"),
                target.get(target.stream).end(),
            )
                .octets()
        },
    ),
    Case::new(
        "priority-update-on-stream",
        "RFC 9218 §7.1",
        "PRIORITY_UPDATE on a stream",
        FATAL_OR_UNKNOWN,
        |target| {
            (
                target.get(target.stream).end(),
                priority_update(target.stream, "u=0").stream(target.stream),
            )
                .octets()
        },
    ),
    Case::new(
        "priority-update-of-0",
        "RFC 9218 §7.1",
        "PRIORITY_UPDATE of stream 0",
        FATAL_OR_UNKNOWN,
        |_| priority_update(0, "u=0").octets(),
    ),
    Case::new(
        "priority-update-short",
        "RFC 9218 §7.1",
        "PRIORITY_UPDATE of three octets",
        &[Outcome::Ends(code::FRAME_SIZE_ERROR), Outcome::Goes],
        |_| unknown(kind::PRIORITY_UPDATE, 0, 0, [0; 3]).octets(),
    ),
    Case::new(
        "no-rfc7540-priorities-2",
        "RFC 9218 §2.1",
        "NO_RFC7540_PRIORITIES of 2",
        &[Outcome::Ends(code::PROTOCOL_ERROR), Outcome::Goes],
        |_| settings().set(0x9, 2).octets(),
    ),
    Case::new(
        "enable-connect-protocol-by-client",
        "RFC 8441 §3",
        "ENABLE_CONNECT_PROTOCOL of a client",
        HARMLESS,
        |_| settings().set(0x8, 1).octets(),
    ),
    Case::new(
        "protocol-on-get",
        "RFC 8441 §4",
        "GET with :protocol",
        MALFORMED,
        |target| {
            let fields = target.control("GET").literal(":protocol", "websocket");
            headers(target.stream).block(&fields).end().octets()
        },
    ),
    Case::new(
        "protocol-without-path",
        "RFC 8441 §4",
        "extended CONNECT without :path",
        CONNECT,
        |target| {
            let fields = block()
                .literal(":method", "CONNECT")
                .literal(":protocol", "websocket")
                .literal(":scheme", &target.scheme)
                .literal(":authority", &target.authority);
            headers(target.stream).block(&fields).octets()
        },
    ),
    Case::new(
        "origin-and-altsvc-by-client",
        "RFC 8336 §2.1",
        "ORIGIN and ALTSVC of a client",
        HARMLESS,
        |_| {
            (
                origin(&["https://example.org"]),
                altsvc(0, "https://example.org", "h2=\":443\""),
            )
                .octets()
        },
    ),
];

/// Malformed, or an extension that was not offered.
const CONNECT: &[Outcome] = &[
    Outcome::Resets(code::PROTOCOL_ERROR),
    Outcome::Ends(code::PROTOCOL_ERROR),
    Outcome::Resets(code::REFUSED_STREAM),
    Outcome::Refuses,
];
