//! Frames that may not be, or not now (RFC 9113 §6).

use crate::{
    Rng, Side, Wire, altsvc, code, data, goaway, headers, kind, origin, ping, priority,
    priority_update, push_promise, rst_stream, settings, settings_ack, unknown, window_update,
};

/// Settings with values at the edges of what is allowed, and beyond (RFC 9113 §6.5.2).
const SETTINGS: [(u16, u32); 24] = [
    (0x1, 0),
    (0x1, 100),
    (0x1, 0xffff_ffff),
    (0x2, 0),
    (0x2, 1),
    (0x2, 2),
    (0x3, 0),
    (0x3, 0xffff_ffff),
    (0x4, 0),
    (0x4, 3),
    (0x4, 0x7fff_ffff),
    (0x4, 0x8000_0000),
    (0x5, 16_383),
    (0x5, 16_384),
    (0x5, 0xff_ffff),
    (0x5, 0x100_0000),
    (0x6, 0),
    (0x8, 0),
    (0x8, 1),
    (0x8, 2),
    (0x9, 0),
    (0x9, 1),
    (0x9, 2),
    (0xffff, 7),
];

/// How far a window may open, and further.
const INCREMENTS: [u32; 4] = [0, 1, 0x7fff_0000, 0x7fff_ffff];

/// A frame on this stream, or on none.
pub(super) fn frame(rng: &mut Rng, side: Side, stream: u32) -> Vec<Vec<u8>> {
    let last = u32::from(rng.octet() % 12);
    let increment = *rng.pick(&INCREMENTS);
    let one = match rng.range(0..18) {
        0 => content(rng, stream),
        1 => rst_stream(stream, u32::from(rng.octet() % 16)).octets(),
        2 => window_update(stream, increment).octets(),
        3 => window_update(0, increment).octets(),
        4 => priority(stream, *rng.pick(&[0, stream, 3]), 15).octets(),
        5 | 6 => odd_settings(rng, stream),
        7 => ping([7; 8]).stream(*rng.pick(&[0, stream])).octets(),
        8 => goaway(*rng.pick(&[0, last, 0x7fff_ffff]), code::NO_ERROR).octets(),
        9 => goaway(last, code::INTERNAL_ERROR)
            .stream(*rng.pick(&[0, stream]))
            .octets(),
        10 => push_promise(stream, last).get("/pushed").octets(),
        11 => push_promise(stream, 2 + 2 * u32::from(rng.octet() % 20))
            .get("/pushed")
            .octets(),
        12 => priority_update(*rng.pick(&[stream, 0, last]), "u=1").octets(),
        13 => priority_update(stream, "u=1").stream(last).octets(),
        14 => advertisement(rng, stream),
        15 => wrong_length(rng, stream),
        16 => padding(rng, side, stream),
        _ => unknown(0x40, 0xff, stream, b"unheard of")
            .reserved_bit()
            .octets(),
    };
    vec![one]
}

fn content(rng: &mut Rng, stream: u32) -> Vec<u8> {
    let octets = *rng.pick(&[0, 1, 500, 5000, 16_384]);
    let frame = data(stream, vec![b'v'; octets]);
    match rng.chance(1, 2) {
        true => frame.end().octets(),
        false => frame.octets(),
    }
}

fn odd_settings(rng: &mut Rng, stream: u32) -> Vec<u8> {
    let count = *rng.pick(&[1, 1, 1, 2, 3, 40]);
    let frame = (0..count).fold(settings(), |frame, _| {
        let (id, value) = match count {
            40 => (0xf000, 0),
            _ => *rng.pick(&SETTINGS),
        };
        frame.set(id, value)
    });
    match rng.range(0..10) {
        0 => frame.stream(stream).octets(),
        1 => frame.flags(1).octets(),
        2 => settings_ack().octets(),
        3 => settings_ack().stream(stream).octets(),
        _ => frame.octets(),
    }
}

/// What servers tell of other origins (RFC 7838 §4, RFC 8336 §2).
fn advertisement(rng: &mut Rng, stream: u32) -> Vec<u8> {
    let name = *rng.pick(&["", "https://a"]);
    match rng.range(0..3) {
        0 => origin(&["https://a"])
            .stream(*rng.pick(&[0, stream]))
            .octets(),
        1 => altsvc(stream, name, "h2=\":1\"").octets(),
        _ => altsvc(0, name, "clear").octets(),
    }
}

/// A frame of any type whose payload is shorter or longer than the type has it.
fn wrong_length(rng: &mut Rng, stream: u32) -> Vec<u8> {
    let kind = rng.octet() % (kind::CONTINUATION + 1);
    let on_connection = [kind::SETTINGS, kind::PING, kind::GOAWAY].contains(&kind);
    let stream = if on_connection { 0 } else { stream };
    let length = *rng.pick(&[0, 1, 3, 5, 7, 9, 16_385]);
    unknown(kind, *rng.pick(&[0, 1, 4]), stream, vec![0; length]).octets()
}

fn padding(rng: &mut Rng, side: Side, stream: u32) -> Vec<u8> {
    let said = *rng.pick(&[0, 5, 6, 7, 255]);
    let head = headers(stream);
    let head = match side {
        Side::Client => head.get("/"),
        Side::Server => head.status(200),
    };
    match rng.range(0..4) {
        0 => data(stream, b"abcd").padded(1).pad_length(said).octets(),
        1 => head.padded(1).pad_length(said).octets(),
        2 => push_promise(stream, 20)
            .get("/")
            .padded(1)
            .pad_length(said)
            .octets(),
        _ => data(stream, b"").padded(said).octets(),
    }
}
