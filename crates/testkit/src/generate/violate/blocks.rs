//! Field blocks that come in a wrong order, or cannot be decoded (RFC 9113 §4.3, RFC 7541 §6).

use crate::{Block, Rng, Wire, block, continuation, data, headers, ping, unknown};

/// A field block with something between its frames, or without its beginning or end.
pub(super) fn interrupted(rng: &mut Rng, stream: u32) -> Vec<Vec<u8>> {
    let whole = block().request("GET", "/").literal("x-cut", "in pieces");
    let mut pieces = whole.fragments(6).into_iter();
    let first = pieces.next().unwrap_or_default();
    let begun = headers(stream)
        .block(&first)
        .end()
        .no_end_headers()
        .octets();
    let mut said = vec![begun];
    let more = |piece: &Block| continuation(stream).block(piece).flags(0).octets();
    said.extend(pieces.map(|piece| more(&piece)));
    if let Some(flags) = said.last_mut().and_then(|last| last.get_mut(4)) {
        *flags = 4;
    }
    let place = rng.range(1..said.len());
    match rng.range(0..9) {
        0 => said.insert(place, ping([1; 8]).octets()),
        1 => said.insert(place, data(stream, b"x").octets()),
        2 => said.insert(place, unknown(0x50, 0, 0, b"").octets()),
        3 => said.insert(place, continuation(stream + 2).flags(0).octets()),
        4 => said.insert(place, continuation(0).flags(0).octets()),
        5 => said.insert(place, more(&block())),
        6 => drop(said.splice(place..place, (0..10).map(|_| more(&block())))),
        7 => drop(said.remove(0)),
        _ => {}
    }
    said
}

/// A field block whose octets mean nothing, or that leaves the tables out of step.
pub(super) fn undecodable(rng: &mut Rng, stream: u32) -> Vec<Vec<u8>> {
    let head = block().request("GET", "/");
    let block = match rng.range(0..12) {
        0 => head.indexed(0),
        1 => head.indexed(61 + 200),
        2 => head.literal_at(1000, "x"),
        3 => head.table_size(0),
        4 => block().table_size(4097).request("GET", "/"),
        5 => block()
            .table_size(0)
            .table_size(1)
            .table_size(2)
            .request("GET", "/"),
        6 => head.integer((0, 4), 0).integer((0, 7), 10).raw("short"),
        7 => head.raw([0xff; 11]),
        8 => head.literal("x", "y").raw([0x00]),
        9 => head.integer((0, 4), 16).huffman([0xff, 0xff, 0xff, 0xff]),
        10 => head.integer((0, 4), 16).huffman([0x00]),
        _ => block(),
    };
    let frame = headers(stream).block(&block);
    vec![match rng.chance(1, 2) {
        true => frame.end().octets(),
        false => frame.octets(),
    }]
}
