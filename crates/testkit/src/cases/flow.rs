//! Flow control (RFC 9113 §5.2, RFC 9113 §6.9).

use super::{ANSWERED, Case, FATAL, FATAL_FLOW, FATAL_SIZE, HARMLESS, Heard, Outcome, RESET};
use crate::{Wire, code, kind, settings, unknown, window_update};

const INITIAL_WINDOW_SIZE: u16 = 0x4;
/// With what every window begins.
const FIRST: u32 = 65_535;
const LARGEST: u32 = (1 << 31) - 1;

/// A window of a stream that overflows.
const RESET_FLOW: &[Outcome] = &[
    Outcome::Resets(code::FLOW_CONTROL_ERROR),
    Outcome::Ends(code::FLOW_CONTROL_ERROR),
];

/// What is asked for has come, or as much of it as the window lets through.
const BEGUN: &[Outcome] = &[Outcome::Answers, Outcome::Refuses, Outcome::Goes];

pub(super) const CASES: [Case; 12] = [
    Case::new(
        "window-update-0",
        "RFC 9113 §6.9",
        "WINDOW_UPDATE of 0 for the connection",
        FATAL,
        |_| window_update(0, 0).octets(),
    ),
    Case::new(
        "window-update-0-on-stream",
        "RFC 9113 §6.9",
        "WINDOW_UPDATE of 0 for a stream",
        RESET,
        |target| (target.post(target.stream), window_update(target.stream, 0)).octets(),
    ),
    Case::new(
        "window-update-length-3",
        "RFC 9113 §6.9",
        "WINDOW_UPDATE of three octets",
        FATAL_SIZE,
        |_| unknown(kind::WINDOW_UPDATE, 0, 0, [0, 0, 1]).octets(),
    ),
    Case::new(
        "window-update-length-5",
        "RFC 9113 §6.9",
        "WINDOW_UPDATE of five octets",
        FATAL_SIZE,
        |_| unknown(kind::WINDOW_UPDATE, 0, 0, [0, 0, 0, 1, 0]).octets(),
    ),
    Case::new(
        "connection-window-overflows",
        "RFC 9113 §6.9.1",
        "credit beyond 2^31 − 1 for the connection",
        FATAL_FLOW,
        |_| (window_update(0, LARGEST), window_update(0, LARGEST)).octets(),
    ),
    Case::new(
        "stream-window-overflows",
        "RFC 9113 §6.9.1",
        "credit beyond 2^31 − 1 for a stream",
        RESET_FLOW,
        |target| {
            (
                target.post(target.stream),
                window_update(target.stream, LARGEST),
                window_update(target.stream, LARGEST),
            )
                .octets()
        },
    ),
    Case::new(
        "settings-overflow-a-window",
        "RFC 9113 §6.9.2",
        "INITIAL_WINDOW_SIZE that takes a stream's window beyond 2^31 − 1",
        FATAL_FLOW,
        |target| {
            (
                target.post(target.stream),
                window_update(target.stream, LARGEST - FIRST),
                settings().set(INITIAL_WINDOW_SIZE, FIRST + 1),
            )
                .octets()
        },
    ),
    Case::new(
        "connection-window-largest",
        "RFC 9113 §6.9.1",
        "credit up to 2^31 − 1 for the connection",
        HARMLESS,
        |_| window_update(0, LARGEST - FIRST).octets(),
    ),
    Case::new(
        "window-of-0",
        "RFC 9113 §6.9.2",
        "a request with windows of 0",
        BEGUN,
        |target| {
            (
                settings().set(INITIAL_WINDOW_SIZE, 0),
                target.get(target.stream).end(),
            )
                .octets()
        },
    )
    .seeing(|heard| at_most(heard, 0)),
    Case::new(
        "window-of-1",
        "RFC 9113 §6.9.2",
        "a request with windows of 1",
        BEGUN,
        |target| {
            (
                settings().set(INITIAL_WINDOW_SIZE, 1),
                target.get(target.stream).end(),
            )
                .octets()
        },
    )
    .seeing(|heard| at_most(heard, 1)),
    Case::new(
        "window-below-0",
        "RFC 9113 §6.9.2",
        "a window that SETTINGS take below 0, and credit that is not enough",
        BEGUN,
        |target| {
            (
                settings().set(INITIAL_WINDOW_SIZE, 0),
                target.get(target.stream).end(),
                window_update(target.stream, 3),
                settings().set(INITIAL_WINDOW_SIZE, 0),
            )
                .octets()
        },
    )
    .seeing(|heard| at_most(heard, 3)),
    Case::new(
        "window-opens",
        "RFC 9113 §6.9",
        "a window of 0 that is opened by WINDOW_UPDATE",
        ANSWERED,
        |target| {
            (
                settings().set(INITIAL_WINDOW_SIZE, 0),
                target.get(target.stream).end(),
                window_update(target.stream, 100_000),
            )
                .octets()
        },
    ),
];

/// No more octets of content came on the stream.
fn at_most(heard: &Heard, most: usize) -> Result<(), String> {
    // RFC 9113 §6.9.1: padding counts, too.
    let octets: usize = heard
        .on_stream(kind::DATA)
        .map(|seen| seen.payload.len())
        .sum();
    match octets <= most {
        true => Ok(()),
        false => Err(format!("{octets} octets of DATA in a window of {most}")),
    }
}
