//! Blocks that are made to hurt: what they may cost, and that the table stays in step.

use core::time::Duration;
use std::time::Instant;

use allocation_counter::measure;
use tress_hpack::{DecodeError, Decoder, HeaderField, Limit, Limits, Representation, Summary};

use crate::support::{Owned, decode, decode_in_pieces, hex, lines};

/// Counts what it is handed.
#[derive(Default)]
struct Count {
    fields: usize,
    octets: usize,
}

impl tress_hpack::Sink for Count {
    fn field(&mut self, field: HeaderField<'_>, _: Representation, _: &mut u8) {
        self.fields += 1;
        self.octets += field.size();
    }
}

/// Decodes one block; returns the octets that it had allocated at most.
fn cost(decoder: &mut Decoder, block: &[u8], piece: usize, count: &mut Count) -> (u64, Summary) {
    let mut summary = Summary::default();
    let info = measure(|| {
        for fragment in block.chunks(piece) {
            decoder.decode(fragment, count).unwrap();
        }
        summary = decoder.finish().unwrap();
    });
    (info.bytes_max, summary)
}

fn limited(limits: Limits) -> Decoder {
    let mut decoder = Decoder::new();
    decoder.set_limits(limits);
    decoder
}

/// One entry of the size of the table, and 12,000 references to it.
#[test]
fn references_to_a_large_entry_are_handed_out_up_to_the_limit() {
    let mut block = hex("40 01 61 7f e0 1e");
    block.extend([b'v'; 4063]);
    block.extend([0xbe; 12_000]);
    let mut decoder = limited(Limits::default().list_octets(32_768));
    let mut count = Count::default();
    let (octets, summary) = cost(&mut decoder, &block, 16_384, &mut count);
    assert_eq!((count.fields, count.octets), (8, 8 * 4096));
    assert!(octets <= 16_384, "{octets} octets were allocated");
    assert_eq!((summary.fields, summary.octets), (12_001, 12_001 * 4096));
    assert_eq!(summary.exceeded, Some(Limit::ListOctets));
    assert_eq!(decoder.table().size(), 4096);
}

/// An empty value, and 16,000 references to it: each counts as 33 octets, and as a field.
#[test]
fn references_to_a_small_entry_are_handed_out_up_to_the_limit() {
    for name in ["40 01 61 00", "60 01 61"] {
        let mut block = hex(name);
        block.extend([0xbe; 16_000]);
        let limits = Limits::default().list_octets(32_768).fields(128);
        let mut count = Count::default();
        let (octets, summary) = cost(&mut limited(limits), &block, 16_384, &mut count);
        assert_eq!(count.fields, 128);
        assert!(octets <= 4096, "{octets} octets were allocated");
        assert_eq!(summary.exceeded, Some(Limit::Fields));
        assert_eq!(summary.fields, 16_001);
    }
}

#[test]
fn a_field_that_fits_exactly_is_handed_out() {
    let block = hex("40 01 61 01 62 be be");
    for (limits, fields) in [
        (Limits::default().list_octets(34 * 3), 3),
        (Limits::default().list_octets(34 * 3 - 1), 2),
        (Limits::default().fields(3), 3),
        (Limits::default().fields(2), 2),
        (Limits::default().string_octets(1), 3),
        (Limits::default().string_octets(0), 0),
    ] {
        let (found, summary) = decode_in_pieces(&mut limited(limits), &block, 99).unwrap();
        assert_eq!(
            (found.len(), summary.fields, summary.octets),
            (fields, 3, 102)
        );
        assert_eq!(summary.exceeded.is_some(), fields < 3);
    }
}

#[test]
fn nothing_is_handed_out_behind_a_field_that_passed_a_limit() {
    let block = hex("82 04 05 2f61626364 82");
    let mut decoder = limited(Limits::default().string_octets(4));
    assert_eq!(
        lines(&decode(&mut decoder, &block).unwrap_or_default()),
        [":method: GET"; 0]
    );
    let mut decoder = limited(Limits::default().string_octets(7));
    assert_eq!(decode(&mut decoder, &block).unwrap().len(), 3);
    let block = hex("83 04 08 2f61626364656667 83");
    let (fields, summary) = decode_in_pieces(&mut decoder, &block, 2).unwrap();
    assert_eq!(lines(&fields), [":method: POST"]);
    assert_eq!(summary.exceeded, Some(Limit::StringOctets));
}

#[test]
fn the_next_block_is_handed_out_again() {
    let mut decoder = limited(Limits::default().fields(1));
    assert_eq!(decode(&mut decoder, &hex("82 82")).unwrap().len(), 1);
    assert_eq!(decode(&mut decoder, &hex("84")).unwrap().len(), 1);
    assert_eq!(decoder.progress(), Summary::default());
}

#[test]
fn an_entry_that_was_not_handed_out_can_be_referred_to() {
    let mut decoder = limited(Limits::default().fields(1));
    let (fields, summary) = decode_in_pieces(&mut decoder, &hex("82 40 01 78 01 31"), 1).unwrap();
    assert_eq!((fields.len(), summary.exceeded), (1, Some(Limit::Fields)));
    assert_eq!(lines(&decode(&mut decoder, &hex("be")).unwrap()), ["x: 1"]);
}

/// A string that neither the caller nor the table can take is not kept, in whatever form it comes.
#[test]
fn a_huge_literal_is_not_buffered() {
    // 1,048,576 octets as they are; 1,048,575 coded ones, which are as many times 8 / 5 zeros.
    let (plain, coded) = ("7f 81 ff 3f", "ff 80 ff 3f");
    for (head, length) in [
        ("00 01 61", plain),
        ("40 01 61", plain),
        ("10 01 61", plain),
        ("44", plain),
        ("44", coded),
        ("04", coded),
    ] {
        let mut block = hex(&format!("{head} {length}"));
        let octets = if length == plain {
            1 << 20
        } else {
            (1 << 20) - 1
        };
        block.extend(core::iter::repeat_n(
            if length == plain { b'v' } else { 0 },
            octets,
        ));
        check_not_buffered(&block, head.starts_with('4'));
    }
    for (head, length) in [("00", plain), ("40", plain), ("40", coded)] {
        let mut block = hex(&format!("{head} {length}"));
        let octets = if length == plain {
            1 << 20
        } else {
            (1 << 20) - 1
        };
        block.extend(core::iter::repeat_n(
            if length == plain { b'n' } else { 0 },
            octets,
        ));
        block.extend(hex("01 61"));
        check_not_buffered(&block, head.starts_with('4'));
    }
}

#[track_caller]
fn check_not_buffered(block: &[u8], empties_the_table: bool) {
    for piece in [1000, 16_384, block.len()] {
        let mut decoder = limited(Limits::default().list_octets(32_768).string_octets(8192));
        decode(&mut decoder, &hex("40 01 78 01 31")).unwrap();
        let mut count = Count::default();
        let (octets, summary) = cost(&mut decoder, block, piece, &mut count);
        assert_eq!(count.fields, 0);
        assert_eq!(summary.exceeded, Some(Limit::StringOctets));
        assert!(summary.octets > 1 << 20);
        assert!(octets <= 32_768, "{octets} octets were allocated");
        assert_eq!(decoder.table().is_empty(), empties_the_table);
    }
}

/// The caller takes only short strings, but the table has to learn this one.
#[test]
fn a_literal_above_the_limit_still_becomes_an_entry() {
    let value = "78".repeat(3000);
    for piece in [1, 7, 10_000] {
        let mut decoder = limited(Limits::default().string_octets(10));
        let block = hex(&format!("40 01 61 7f b9 16 {value}"));
        let (fields, summary) = decode_in_pieces(&mut decoder, &block, piece).unwrap();
        assert_eq!(
            (fields.len(), summary.exceeded),
            (0, Some(Limit::StringOctets))
        );
        decoder.set_limits(Limits::default());
        let expected = Owned::new(b"a", &[b'x'; 3000]);
        assert_eq!(decode(&mut decoder, &hex("be")), Ok(vec![expected]));
    }
}

/// A literal of 64 KiB in pieces of one octet: the work grows as the literal does.
#[test]
fn a_literal_in_many_pieces_costs_linear_work() {
    for (head, octet) in [("04 7f", b'v'), ("04 ff", 0x00)] {
        let time = |octets: usize| {
            let mut block = hex(head);
            let mut length = octets - 127;
            while length >= 128 {
                block.push(u8::try_from(length % 128).unwrap() | 0x80);
                length /= 128;
            }
            block.push(u8::try_from(length).unwrap());
            block.extend(core::iter::repeat_n(octet, octets));
            let start = Instant::now();
            let (fields, _) = decode_in_pieces(&mut Decoder::new(), &block, 1).unwrap();
            assert_eq!(fields.len(), 1);
            start.elapsed()
        };
        let best = |octets| (0..5).map(|_| time(octets)).min().unwrap_or(Duration::MAX);
        let linear = (0..10).any(|_| best(65_530) < best(32_765).mul_f64(3.2));
        // Were each octet to cost a copy of those before, it would be four times.
        assert!(linear, "twice the octets take more than 3.2 times as long");
    }
}

/// Once buffers and table have their sizes, decoding allocates nothing.
#[test]
fn a_warm_decoder_allocates_nothing() {
    let blocks = [
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
        "8286 84be 5886 a8eb 1064 9cbf",
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
        "40 01 61 01 62 00 01 63 01 64 10 01 65 01 66",
    ];
    let blocks = blocks.map(hex);
    for piece in [1, 5, 1000] {
        let mut decoder = Decoder::new();
        let mut run = || {
            for block in blocks.iter().cycle().take(400) {
                for fragment in block.chunks(piece) {
                    decoder.decode(fragment, &mut Count::default()).unwrap();
                }
                decoder.finish().unwrap();
            }
        };
        run();
        assert_eq!(measure(run).count_total, 0, "in pieces of {piece}");
    }
}

/// Names of one octet fill the table with as many entries as it can have.
#[test]
fn the_table_takes_little_more_than_its_size() {
    let mut decoder = Decoder::new();
    let info = measure(|| {
        for round in 0..=u8::MAX {
            for value in 0..=u8::MAX {
                let block = [0x40, 1, round, 1, value];
                decoder.decode(&block, &mut Count::default()).unwrap();
            }
        }
        decoder.finish().unwrap();
    });
    assert_eq!(decoder.table().len(), 4096 / 34);
    assert_eq!(decoder.table().evictions(), 65_536 - 4096 / 34);
    assert!(info.bytes_max <= 16_384, "{} octets", info.bytes_max);
}

#[test]
fn a_table_of_any_size_takes_what_is_in_it() {
    let mut decoder = Decoder::with_max_size(usize::MAX);
    let info = measure(|| {
        for _ in 0..100 {
            decode(&mut decoder, &hex("40 01 61 01 62")).unwrap();
        }
    });
    assert_eq!(
        (decoder.table().len(), decoder.table().max_size()),
        (100, u32::MAX as usize)
    );
    assert!(
        info.bytes_current <= 16_384,
        "{} octets",
        info.bytes_current
    );
}

#[test]
fn a_table_that_was_emptied_by_a_size_update_takes_no_memory() {
    let mut decoder = Decoder::new();
    let mut block = hex("40 01 61 7f a1 1e");
    block.extend([b'v'; 4000]);
    let info = measure(|| {
        decode(&mut decoder, &block).unwrap();
        decode(&mut decoder, &hex("20 3f e1 1f")).unwrap();
    });
    assert!(
        info.bytes_current <= 256,
        "{} octets are kept",
        info.bytes_current
    );
}

#[test]
fn a_large_string_is_given_back_after_the_block() {
    let mut decoder = Decoder::new();
    let mut block = hex("04 ff 80 ff 03"); // 65,535 coded octets, 104,856 zeros.
    block.extend([0x00; 65_535]);
    let info = measure(|| {
        decoder.decode(&block, &mut Count::default()).unwrap();
        decoder.finish().unwrap();
    });
    assert!(
        info.bytes_current <= 4096,
        "{} octets are kept",
        info.bytes_current
    );
}

/// The mark of an entry is the caller's, lives with the entry, and starts anew with the next one.
#[test]
fn marks_live_as_long_as_their_entries() {
    let mut decoder = Decoder::with_max_size(64);
    let mut seen = Vec::new();
    let mut sink = |field: HeaderField<'_>, _: Representation, mark: &mut u8| {
        seen.push((field.name[0], *mark));
        *mark += 1;
    };
    for block in [
        "40 01 61 01 62 be be",
        "be 00 01 61 01 62 82 82",
        "40 01 61 01 62 be 82",
    ] {
        decoder.decode(&hex(block), &mut sink).unwrap();
        decoder.finish().unwrap();
    }
    let expected = [
        (b'a', 0),
        (b'a', 1),
        (b'a', 2),
        (b'a', 3),
        (b'a', 0),
        (b':', 0),
        (b':', 1),
        (b'a', 0),
        (b'a', 1),
        (b':', 2),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn an_error_behind_a_limit_is_still_found() {
    let mut decoder = limited(Limits::default().fields(0));
    assert_eq!(
        decode(&mut decoder, &hex("82 04 81 18")),
        Err(DecodeError::HuffmanPaddingNotOnes)
    );
}
