//! Makes a conversation wrong: fields, lengths, order, cuts.

use crate::{Rng, Wire, unknown};

/// Changes a conversation in one to three places.
pub fn mutate(rng: &mut Rng, frames: &mut Vec<Vec<u8>>) {
    for _ in 0..rng.range(1..4) {
        if frames.is_empty() {
            return;
        }
        match rng.range(0..8) {
            0 => cut(rng, frames),
            1 | 2 => change_order(rng, frames),
            3 => insert(rng, frames),
            _ => change_one(rng, frames),
        }
    }
}

/// Ends the conversation at some octet.
fn cut(rng: &mut Rng, frames: &mut Vec<Vec<u8>>) {
    let place = rng.range(0..frames.len());
    frames.truncate(place + 1);
    if let Some(last) = frames.last_mut() {
        last.truncate(rng.range(0..last.len()));
    }
}

fn change_order(rng: &mut Rng, frames: &mut Vec<Vec<u8>>) {
    let place = rng.range(0..frames.len());
    let frame = frames.remove(place);
    match rng.range(0..3) {
        0 => return,
        1 => frames.insert(place, frame.clone()),
        _ => {}
    }
    let place = rng.range(0..frames.len() + 1);
    frames.insert(place, frame);
}

/// Puts a frame of any type where nobody expects it.
fn insert(rng: &mut Rng, frames: &mut Vec<Vec<u8>>) {
    let count = rng.range(0..20);
    let payload = rng.bytes(count);
    let (kind, flags) = (rng.octet() % 0x12, rng.octet());
    let stream = rng.bits() % 8;
    let place = rng.range(0..frames.len() + 1);
    frames.insert(place, unknown(kind, flags, stream, payload).octets());
}

fn change_one(rng: &mut Rng, frames: &mut [Vec<u8>]) {
    let place = rng.range(0..frames.len());
    let Some(frame) = frames.get_mut(place) else {
        return;
    };
    let length = frame.len();
    match rng.range(0..6) {
        0 => change_number(rng, frame, 0..3),
        1 => change_number(rng, frame, 3..9),
        2 => frame.truncate(rng.range(0..length)),
        3 => grow(rng, frame),
        _ => change_number(rng, frame, 9..length),
    }
    if rng.chance(1, 2) {
        correct_length(frame);
    }
}

/// Changes one octet of a range: a bit of it, or all of it to a value that often matters.
fn change_number(rng: &mut Rng, frame: &mut [u8], range: core::ops::Range<usize>) {
    let place = rng.range(range);
    if let Some(octet) = frame.get_mut(place) {
        *octet = match rng.range(0..3) {
            0 => *octet ^ (1 << rng.range(0..8)),
            1 => *rng.pick(&[0x00, 0x01, 0x7f, 0x80, 0xff]),
            _ => rng.octet(),
        };
    }
}

fn grow(rng: &mut Rng, frame: &mut Vec<u8>) {
    let count = rng.range(1..10);
    frame.extend(rng.bytes(count));
}

/// Lets the length say what the frame has, so that the frames behind it are read as they are.
fn correct_length(frame: &mut [u8]) {
    let Some(payload) = frame.len().checked_sub(9) else {
        return;
    };
    let [_, length @ ..] = u32::try_from(payload).unwrap_or_default().to_be_bytes();
    if let Some(field) = frame.first_chunk_mut() {
        *field = length;
    }
}
