//! The beginning of a connection (RFC 9113 §3.4), and settings (RFC 9113 §6.5).

use super::{Case, FATAL, FATAL_FLOW, FATAL_SIZE, HARMLESS, Heard, Outcome};
use crate::{PREFACE, Wire, code, flag, kind, ping, settings, settings_ack};

/// GOAWAY may be left out where it is clear that the peer speaks another protocol.
const NO_HTTP_2: &[Outcome] = &[Outcome::Ends(code::PROTOCOL_ERROR), Outcome::Closes];

/// A value of ENABLE_PUSH, MAX_FRAME_SIZE and the like that is none.
const ENABLE_PUSH: u16 = 0x2;
const INITIAL_WINDOW_SIZE: u16 = 0x4;
const MAX_FRAME_SIZE: u16 = 0x5;

pub(super) const CASES: [Case; 18] = [
    Case::new(
        "preface-wrong",
        "RFC 9113 §3.4",
        "an octet of the preface is wrong",
        NO_HTTP_2,
        |_| {
            let mut preface = PREFACE.to_vec();
            if let Some(octet) = preface.get_mut(7) {
                *octet ^= 1;
            }
            (preface, settings()).octets()
        },
    )
    .ungreeted(),
    Case::new(
        "preface-then-ping",
        "RFC 9113 §3.4",
        "the first frame is PING and not SETTINGS",
        NO_HTTP_2,
        |_| (PREFACE, ping(*b"tooearly")).octets(),
    )
    .ungreeted(),
    Case::new(
        "settings-answered",
        "RFC 9113 §6.5.3",
        "SETTINGS that are valid",
        HARMLESS,
        |_| settings().set(0x3, 50).octets(),
    )
    .seeing(|heard| acknowledgments(heard, 1)),
    Case::new(
        "settings-answered-each",
        "RFC 9113 §6.5.3",
        "three SETTINGS at once",
        HARMLESS,
        |_| (settings(), settings().set(0x3, 50), settings()).octets(),
    )
    .seeing(|heard| acknowledgments(heard, 3)),
    Case::new(
        "settings-on-stream",
        "RFC 9113 §6.5",
        "SETTINGS on stream 1",
        FATAL,
        |_| settings().stream(1).octets(),
    ),
    Case::new(
        "settings-ack-with-payload",
        "RFC 9113 §6.5",
        "an acknowledgment with a setting in it",
        FATAL_SIZE,
        |_| settings().set(0x3, 50).flags(flag::ACK).octets(),
    ),
    Case::new(
        "settings-length-5",
        "RFC 9113 §6.5",
        "SETTINGS of five octets",
        FATAL_SIZE,
        |_| crate::unknown(kind::SETTINGS, 0, 0, [0; 5]).octets(),
    ),
    Case::new(
        "settings-length-7",
        "RFC 9113 §6.5",
        "SETTINGS of seven octets",
        FATAL_SIZE,
        |_| crate::unknown(kind::SETTINGS, 0, 0, [0, 3, 0, 0, 0, 50, 0]).octets(),
    ),
    Case::new(
        "settings-unknown",
        "RFC 9113 §6.5.2",
        "a setting that nobody knows",
        HARMLESS,
        |_| settings().set(0xfafa, 7).octets(),
    ),
    Case::new(
        "settings-twice-the-same",
        "RFC 9113 §6.5.3",
        "a setting twice in one frame",
        HARMLESS,
        |_| settings().set(0x3, 1).set(0x3, 50).octets(),
    ),
    Case::new(
        "enable-push-2",
        "RFC 9113 §6.5.2",
        "ENABLE_PUSH of 2",
        FATAL,
        |_| settings().set(ENABLE_PUSH, 2).octets(),
    ),
    Case::new(
        "initial-window-too-large",
        "RFC 9113 §6.5.2",
        "INITIAL_WINDOW_SIZE of 2^31",
        FATAL_FLOW,
        |_| settings().set(INITIAL_WINDOW_SIZE, 1 << 31).octets(),
    ),
    Case::new(
        "max-frame-size-too-small",
        "RFC 9113 §6.5.2",
        "MAX_FRAME_SIZE of 16,383",
        FATAL,
        |_| settings().set(MAX_FRAME_SIZE, 16_383).octets(),
    ),
    Case::new(
        "max-frame-size-too-large",
        "RFC 9113 §6.5.2",
        "MAX_FRAME_SIZE of 2^24",
        FATAL,
        |_| settings().set(MAX_FRAME_SIZE, 1 << 24).octets(),
    ),
    Case::new(
        "max-frame-size-bounds",
        "RFC 9113 §6.5.2",
        "MAX_FRAME_SIZE of 2^14 and of 2^24 − 1",
        HARMLESS,
        |_| {
            (
                settings().set(MAX_FRAME_SIZE, 16_384),
                settings().set(MAX_FRAME_SIZE, (1 << 24) - 1),
            )
                .octets()
        },
    ),
    Case::new(
        "initial-window-largest",
        "RFC 9113 §6.5.2",
        "INITIAL_WINDOW_SIZE of 2^31 − 1",
        HARMLESS,
        |_| settings().set(INITIAL_WINDOW_SIZE, (1 << 31) - 1).octets(),
    ),
    Case::new(
        "settings-reserved-bit",
        "RFC 9113 §4.1",
        "SETTINGS with the reserved bit set",
        HARMLESS,
        |_| settings().reserved_bit().octets(),
    ),
    Case::new(
        "settings-ack-unasked",
        "RFC 9113 §6.5.3",
        "acknowledgments of settings that were never sent",
        UNASKED,
        |_| (settings_ack(), settings_ack(), settings_ack()).octets(),
    ),
];

/// The RFC does not say what becomes of an acknowledgment too many.
const UNASKED: &[Outcome] = &[Outcome::Goes, Outcome::Ends(code::PROTOCOL_ERROR)];

/// So many acknowledgments came at least; one more is that of the greeting.
fn acknowledgments(heard: &Heard, wanted: usize) -> Result<(), String> {
    let acknowledgments = heard
        .frames
        .iter()
        .filter(|seen| seen.kind == kind::SETTINGS && seen.has(flag::ACK));
    match acknowledgments.count() {
        count if count >= wanted => Ok(()),
        count => Err(format!("{count} acknowledgments of {wanted}")),
    }
}
