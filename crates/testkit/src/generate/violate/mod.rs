//! Breaks the rules of the protocol in frames that can be read, one rule at a time.
//!
//! A mutation mostly makes octets that no rule of a stream or a message is asked about. What stands
//! here is well formed, and wrong (or unusual) in what it says or when.

mod blocks;
mod frames;
mod messages;

use crate::{Rng, Side};

/// Puts one or two things where the RFC forbids them, or hardly ever sees them.
///
/// They come behind the first two frames of what `side` says: the preface of a client and SETTINGS.
pub fn violate(rng: &mut Rng, side: Side, said: &mut Vec<Vec<u8>>) {
    for _ in 0..rng.range(1..3) {
        let first = said.len().min(2);
        let place = rng.range(first..said.len() + 1);
        let stream = some_stream(rng);
        let group = match rng.range(0..9) {
            0..=3 => frames::frame(rng, side, stream),
            4..=6 => messages::message(rng, side, stream),
            7 => blocks::interrupted(rng, stream),
            _ => blocks::undecodable(rng, stream),
        };
        said.splice(place..place, group);
    }
}

/// A stream that is idle, in use, over or of the wrong end: one cannot know.
fn some_stream(rng: &mut Rng) -> u32 {
    match rng.range(0..8) {
        0..=4 => 1 + 2 * u32::from(rng.octet() % 8),
        5 => 2 * u32::from(rng.octet() % 4),
        6 => 0x7fff_ffff,
        _ => 101 + 2 * u32::from(rng.octet() % 50),
    }
}
