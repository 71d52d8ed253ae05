//! Field blocks and their compression (RFC 9113 §4.3, RFC 7541).

use super::{ANSWERED, Case, FATAL, FATAL_COMPRESSION, Target};
use crate::{Block, Wire, block, code, continuation, data, headers, ping, rst_stream};

/// A request whose block ends so.
fn with(target: &Target, more: impl FnOnce(Block) -> Block) -> Vec<u8> {
    let block = more(target.control("GET"));
    headers(target.stream).block(&block).end().octets()
}

pub(super) const CASES: [Case; 16] = [
    Case::new(
        "index-0",
        "RFC 7541 §6.1",
        "a reference to entry 0",
        FATAL_COMPRESSION,
        |target| with(target, |block| block.indexed(0)),
    ),
    Case::new(
        "index-beyond-tables",
        "RFC 7541 §2.3.3",
        "a reference to an entry that is not there",
        FATAL_COMPRESSION,
        |target| with(target, |block| block.indexed(70)),
    ),
    Case::new(
        "name-beyond-tables",
        "RFC 7541 §2.3.3",
        "a name by an entry that is not there",
        FATAL_COMPRESSION,
        |target| with(target, |block| block.literal_at(100, "x")),
    ),
    Case::new(
        "integer-overflows",
        "RFC 7541 §5.1",
        "an index of more than 64 bits",
        FATAL_COMPRESSION,
        |target| with(target, |block| block.raw([0xff; 12]).raw([0x01])),
    ),
    Case::new(
        "string-beyond-block",
        "RFC 7541 §5.2",
        "a string that is longer than the block",
        FATAL_COMPRESSION,
        |target| with(target, |block| block.raw([0x00, 0x05, b'x'])),
    ),
    Case::new(
        "block-ends-in-integer",
        "RFC 7541 §5.1",
        "a block that ends in the middle of an integer",
        FATAL_COMPRESSION,
        |target| with(target, |block| block.raw([0xff])),
    ),
    Case::new(
        "huffman-eos",
        "RFC 7541 §5.2",
        "a Huffman-coded string with EOS in it",
        FATAL_COMPRESSION,
        |target| {
            with(target, |block| {
                block
                    .raw([0x00, 0x01, b'x'])
                    .huffman([0xff, 0xff, 0xff, 0xff])
            })
        },
    ),
    Case::new(
        "huffman-padding-of-zeros",
        "RFC 7541 §5.2",
        "a Huffman-coded string padded with zeros",
        FATAL_COMPRESSION,
        |target| {
            // "a" has the five bits 00011.
            with(target, |block| {
                block.raw([0x00, 0x01, b'x']).huffman([0x18])
            })
        },
    ),
    Case::new(
        "huffman-padding-of-8-bits",
        "RFC 7541 §5.2",
        "a Huffman-coded string with eight bits of padding",
        FATAL_COMPRESSION,
        |target| {
            with(target, |block| {
                block.raw([0x00, 0x01, b'x']).huffman([0x1f, 0xff])
            })
        },
    ),
    Case::new(
        "table-size-above-setting",
        "RFC 7541 §6.3",
        "a table larger than HEADER_TABLE_SIZE",
        FATAL_COMPRESSION,
        |target| {
            let block = block()
                .table_size(1 << 30)
                .raw(target.control("GET").octets());
            headers(target.stream).block(&block).end().octets()
        },
    ),
    Case::new(
        "table-size-behind-a-field",
        "RFC 7541 §4.2",
        "a change of the table's size behind a field",
        FATAL_COMPRESSION,
        |target| with(target, |block| block.table_size(0)),
    ),
    Case::new(
        "table-size-twice",
        "RFC 7541 §4.2",
        "two changes of the table's size in front",
        ANSWERED,
        |target| {
            let block = block()
                .table_size(0)
                .table_size(4096)
                .raw(target.control("GET").octets());
            headers(target.stream).block(&block).end().octets()
        },
    ),
    Case::new(
        "table-across-streams",
        "RFC 9113 §4.3",
        "a field that the block of another, reset stream put into the table",
        ANSWERED,
        |target| {
            let other = target.stream + 2;
            let reset = target.control("GET").indexing("x-case", "kept");
            // Trailers of the request that refer to it.
            (
                headers(target.stream).block(&target.control("POST")),
                headers(other).block(&reset),
                rst_stream(other, code::CANCEL),
                headers(target.stream).block(&block().indexed(62)).end(),
            )
                .octets()
        },
    ),
    Case::new(
        "block-in-fragments",
        "RFC 9113 §4.3",
        "a block in fragments of 40 octets",
        ANSWERED,
        |target| {
            let mut fragments = target.control("GET").fragments(40);
            let last = fragments.pop().unwrap_or_default();
            let mut wire = headers(target.stream).end().no_end_headers().octets();
            for fragment in &fragments {
                wire.extend(
                    continuation(target.stream)
                        .block(fragment)
                        .no_end_headers()
                        .octets(),
                );
            }
            wire.extend(continuation(target.stream).block(&last).octets());
            wire
        },
    ),
    Case::new(
        "block-interrupted-by-ping",
        "RFC 9113 §4.3",
        "PING in the middle of a field block",
        FATAL,
        |target| {
            let begun = target.get(target.stream).end().no_end_headers();
            (begun, ping(*b"middle.."), continuation(target.stream)).octets()
        },
    ),
    Case::new(
        "block-interrupted-by-data",
        "RFC 9113 §4.3",
        "DATA in the middle of a field block",
        FATAL,
        |target| {
            let begun = target.post(target.stream).no_end_headers();
            (begun, data(target.stream, "x"), continuation(target.stream)).octets()
        },
    ),
];
