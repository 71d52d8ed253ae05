//! What an encoder writes: forms, policies, sizes, and what it costs.

use core::time::Duration;
use std::time::Instant;

use allocation_counter::measure;
use tress_hpack::{
    Decoder, Encoder, HeaderField, Indexing, PackedField, PackedFields, StringCoding,
    default_policy, huffman,
};

use crate::support::{Owned, decode, encode, hex, lines};

/// Encodes one field with plain strings.
fn plain(encoder: &mut Encoder, name: &[u8], value: &[u8]) -> Vec<u8> {
    encoder.set_string_coding(StringCoding::Plain);
    encode(encoder, &[Owned::new(name, value)])
}

#[test]
fn a_field_is_a_literal_first_and_a_reference_then() {
    let mut encoder = Encoder::new();
    assert_eq!(plain(&mut encoder, b"a", b"b"), hex("40 01 61 01 62"));
    assert_eq!(plain(&mut encoder, b"a", b"b"), hex("be"));
    assert_eq!(plain(&mut encoder, b"a", b"c"), hex("7e 01 63"));
    assert_eq!(plain(&mut encoder, b"a", b"b"), hex("bf"));
    assert_eq!(plain(&mut encoder, b"a", b"c"), hex("be"));
}

#[test]
fn every_entry_of_the_static_table_is_found() {
    let mut decoder = Decoder::new();
    for index in 1..=61 {
        let block = [0x80 | index];
        let fields = decode(&mut decoder, &block).unwrap();
        let never = ["authorization: ", "proxy-authorization: ", "cookie: "];
        if never.contains(&lines(&fields)[0].as_str()) {
            let expected = if index > 15 {
                vec![0x1f, index - 15, 0]
            } else {
                vec![0x10, index, 0]
            };
            assert_eq!(encode(&mut Encoder::new(), &fields), expected);
        } else {
            assert_eq!(encode(&mut Encoder::new(), &fields), block);
        }
    }
}

#[test]
fn secrets_are_literals_that_stay_literals() {
    let mut encoder = Encoder::new();
    for _ in 0..2 {
        assert_eq!(
            plain(&mut encoder, b"authorization", b"x"),
            hex("1f 08 01 78")
        );
        assert_eq!(
            plain(&mut encoder, b"proxy-authorization", b"x"),
            hex("1f 22 01 78")
        );
        assert_eq!(plain(&mut encoder, b"cookie", b"x"), hex("1f 11 01 78"));
        let mut block = Vec::new();
        encoder.encode([HeaderField::sensitive(b":method", b"GET")], &mut block);
        assert_eq!(
            block,
            hex("12 03 474554"),
            "not even an entry of the static table is used"
        );
    }
    assert!(encoder.table().is_empty());
    let (short, long) = ([b'c'; 19], [b'c'; 20]);
    assert_eq!(
        default_policy(&HeaderField::new(b"cookie", &short)),
        Indexing::NeverIndex
    );
    assert_eq!(
        default_policy(&HeaderField::new(b"cookie", &long)),
        Indexing::Index
    );
}

/// A proxy hands on what its decoder gave it.
#[test]
fn what_came_as_never_indexed_goes_on_as_never_indexed() {
    let block = hex("10 01 61 01 62");
    let fields = decode(&mut Decoder::new(), &block).unwrap();
    let mut encoder = Encoder::with_policy(|_| Indexing::Index);
    for _ in 0..2 {
        assert_eq!(encode(&mut encoder, &fields), block);
    }
}

#[test]
fn volatile_fields_make_no_entries() {
    let names = [
        (":path", "04"),
        ("age", "0f 06"),
        ("content-length", "0f 0d"),
        ("etag", "0f 13"),
        ("if-modified-since", "0f 19"),
        ("if-none-match", "0f 1a"),
        ("location", "0f 1f"),
        ("set-cookie", "0f 28"),
    ];
    let mut encoder = Encoder::new();
    for (name, head) in names {
        assert_eq!(
            plain(&mut encoder, name.as_bytes(), b"x"),
            hex(&format!("{head} 01 78"))
        );
        let field = HeaderField::new(name.as_bytes(), b"x");
        assert_eq!(default_policy(&field), Indexing::DoNotIndex);
    }
    assert!(encoder.table().is_empty());
    assert_eq!(plain(&mut encoder, b":path", b"/index.html"), hex("85"));
    assert_eq!(
        default_policy(&HeaderField::new(b"x-any", b"x")),
        Indexing::Index
    );
}

#[test]
fn the_policy_is_the_callers() {
    let policy = |field: &HeaderField<'_>| match field.name {
        b"a" => Indexing::NeverIndex,
        b"b" => Indexing::DoNotIndex,
        _ => Indexing::Index,
    };
    let mut encoder = Encoder::with_policy(policy);
    assert_eq!(plain(&mut encoder, b"a", b"x"), hex("10 01 61 01 78"));
    assert_eq!(plain(&mut encoder, b"b", b"x"), hex("00 01 62 01 78"));
    assert_eq!(plain(&mut encoder, b"authorization", b"x"), hex("57 01 78"));
}

#[test]
fn an_entry_of_more_than_three_quarters_of_the_table_is_not_made() {
    let mut encoder = Encoder::new();
    encoder.set_preferred_size(100);
    assert_eq!(encode(&mut encoder, &[]), hex("3f 45"));
    plain(&mut encoder, b"a", &[b'x'; 42]);
    assert_eq!(encoder.table().size(), 75);
    plain(&mut encoder, b"b", &[b'x'; 43]);
    assert_eq!(
        encoder.table().size(),
        75,
        "an entry of 76 octets is not made"
    );
}

#[test]
fn oversized_fields_leave_both_tables_in_step() {
    let mut encoder = Encoder::with_policy(|_| Indexing::Index);
    let mut decoder = Decoder::new();
    for octets in [0, 3000, 4063, 4064, 5000, 100_000] {
        let field = Owned::new(b"a", &vec![b'x'; octets]);
        for _ in 0..2 {
            let block = encode(&mut encoder, core::slice::from_ref(&field));
            assert_eq!(decode(&mut decoder, &block), Ok(vec![field.clone()]));
            assert!(encoder.table().entries().eq(decoder.table().entries()));
        }
    }
}

#[test]
fn a_table_of_size_0_takes_nothing() {
    let mut encoder = Encoder::new();
    encoder.set_peer_max_size(0);
    let mut decoder = Decoder::new();
    decoder.set_max_size(0);
    let fields = [
        Owned::new(b"a", b"b"),
        Owned::new(b":method", b"GET"),
        Owned::new(b"a", b"b"),
    ];
    encoder.set_string_coding(StringCoding::Plain);
    for block in [
        "20 00 01 61 01 62 82 00 01 61 01 62",
        "00 01 61 01 62 82 00 01 61 01 62",
    ] {
        assert_eq!(encode(&mut encoder, &fields), hex(block));
        assert_eq!(decode(&mut decoder, &hex(block)), Ok(fields.to_vec()));
    }
    assert!(encoder.table().is_empty());
}

#[test]
fn a_change_of_the_size_is_signaled_once() {
    let mut encoder = Encoder::new();
    let get = [Owned::new(b":method", b"GET")];
    assert_eq!(encode(&mut encoder, &get), hex("82"));
    encoder.set_peer_max_size(4096);
    assert_eq!(encode(&mut encoder, &get), hex("82"), "nothing has changed");
    encoder.set_peer_max_size(100);
    assert_eq!(encode(&mut encoder, &get), hex("3f 45 82"));
    assert_eq!(encode(&mut encoder, &get), hex("82"));
    assert_eq!(encoder.table().max_size(), 100);
}

#[test]
fn the_smallest_size_is_signaled_before_the_final_one() {
    let mut encoder = Encoder::new();
    plain(&mut encoder, b"a", b"b");
    for size in [500, 0, 1000] {
        encoder.set_peer_max_size(size);
    }
    assert_eq!(
        plain(&mut encoder, b"a", b"b"),
        hex("20 3f c9 07 40 01 61 01 62")
    );
    // Down to where it was, and up again.
    encoder.set_peer_max_size(4096);
    encoder.set_peer_max_size(1000);
    assert_eq!(plain(&mut encoder, b"a", b"b"), hex("be"));
    encoder.set_peer_max_size(40);
    encoder.set_peer_max_size(1000);
    assert_eq!(plain(&mut encoder, b"a", b"b"), hex("3f 09 3f c9 07 be"));
}

#[test]
fn the_size_in_use_is_the_smaller_one_of_ours_and_the_peers() {
    let mut encoder = Encoder::new();
    encoder.set_peer_max_size(usize::MAX);
    assert_eq!(
        encode(&mut encoder, &[]),
        [0; 0],
        "the peer may offer what it likes"
    );
    encoder.set_preferred_size(65_536);
    assert_eq!(encode(&mut encoder, &[]), hex("3f e1 ff 03"));
    assert_eq!(encoder.table().max_size(), 65_536);
    encoder.set_peer_max_size(2048);
    assert_eq!(encode(&mut encoder, &[]), hex("3f e1 0f"));
}

/// The peer offers a table of 4 GiB, and gets the one that we want.
#[test]
fn a_huge_table_that_the_peer_offers_is_not_filled() {
    let mut encoder = Encoder::new();
    let mut block = Vec::with_capacity(1 << 17);
    let info = measure(|| {
        encoder.set_peer_max_size(u32::MAX as usize);
        for value in 0..10_000_u32 {
            encoder.encode([HeaderField::new(b"x", &value.to_be_bytes())], &mut block);
        }
    });
    assert_eq!(encoder.table().max_size(), 4096);
    assert_eq!(encoder.table().len(), 4096 / 37);
    assert!(info.bytes_max <= 32_768, "{} octets", info.bytes_max);
    // No size update, which would begin with 001.
    assert_eq!(block.first().map(|octet| octet >> 5), Some(0b010));
}

#[test]
fn strings_are_huffman_coded_only_if_that_makes_them_shorter() {
    let mut encoder = Encoder::with_policy(|_| Indexing::DoNotIndex);
    let field = |value: &[u8]| [Owned::new(b":path", value)];
    assert_eq!(
        encode(&mut encoder, &field(b"www.example.com")),
        hex("04 8c f1e3c2e5f23a6ba0ab90f4ff")
    );
    assert_eq!(encode(&mut encoder, &field(b"307")), hex("04 03 333037"));
    assert_eq!(encode(&mut encoder, &field(b"\x00")), hex("04 01 00"));
    assert_eq!(encode(&mut encoder, &field(b"")), hex("04 00"));
    encoder.set_string_coding(StringCoding::Huffman);
    assert_eq!(encode(&mut encoder, &field(b"307")), hex("04 83 640eff"));
    encoder.set_string_coding(StringCoding::Plain);
    assert_eq!(
        encode(&mut encoder, &field(b"no-cache")),
        hex("04 08 6e6f2d6361636865")
    );
}

#[test]
fn a_block_is_never_longer_than_its_bound() {
    let mut fields = vec![Owned::new(b"", b"")];
    for octets in [1, 126, 127, 128, 254, 255, 16_509, 16_510, 16_511, 70_000] {
        fields.push(Owned::new(&vec![b'n'; octets], &vec![0xff; octets]));
    }
    for coding in [
        StringCoding::Plain,
        StringCoding::Shorter,
        StringCoding::Huffman,
    ] {
        for field in &fields {
            let mut encoder = Encoder::with_policy(|_| Indexing::DoNotIndex);
            encoder.set_string_coding(coding);
            encoder.set_preferred_size(0);
            encoder.set_preferred_size(3000);
            let bound = encoder.bound([field.borrow()]);
            let mut space = vec![0; bound];
            let mut block = space.as_mut_slice();
            encoder.encode([field.borrow()], &mut block);
            let left = block.len();
            assert!(
                left <= 20 + 2 * field.value.len() * 30 / 8,
                "{left} octets too many"
            );
        }
    }
}

#[test]
#[should_panic(expected = "advance out of bounds")]
fn a_block_without_space_is_the_callers_fault() {
    let mut space = [0; 3];
    Encoder::new().encode([HeaderField::new(b"a", b"b")], &mut space.as_mut_slice());
}

#[test]
fn a_warm_encoder_allocates_nothing() {
    let lists = |round: usize| {
        let path = [b'/', b'a' + u8::try_from(round % 26).unwrap(), b'x'];
        [
            Owned::new(b":method", b"GET"),
            Owned::new(b":path", &path),
            Owned::new(b"user-agent", b"Mozilla/5.0"),
            Owned::new(b"x-request-id", &path),
            Owned::new(b"authorization", b"Bearer 0123456789"),
        ]
    };
    let lists: Vec<_> = (0..400).map(lists).collect();
    let mut encoder = Encoder::with_policy(|field| match field.name {
        b"authorization" => Indexing::NeverIndex,
        _ => Indexing::Index,
    });
    let mut block = Vec::with_capacity(1 << 16);
    let mut run = || {
        for list in &lists {
            block.clear();
            encoder.encode(list.iter().map(Owned::borrow), &mut block);
        }
    };
    run();
    assert_eq!(measure(run).count_total, 0);
}

#[test]
fn a_large_table_is_searched_in_constant_time() {
    // All have one name, and no value comes twice while it is in the table.
    let time = |fields: u32| {
        let mut encoder = Encoder::new();
        encoder.set_peer_max_size(1 << 22);
        encoder.set_preferred_size(1 << 22);
        let mut block = Vec::with_capacity(1 << 20);
        let start = Instant::now();
        for value in 0..fields {
            encoder.encode([HeaderField::new(b"x", &value.to_be_bytes())], &mut block);
        }
        start.elapsed()
    };
    let best = |fields| (0..3).map(|_| time(fields)).min().unwrap_or(Duration::MAX);
    // Sixteen times, if all that collide were looked at; what else the machine does costs something, too.
    let linear = (0..10).any(|_| best(32_000) < best(8_000).mul_f64(10.0));
    assert!(
        linear,
        "four times the fields take more than ten times as long"
    );
}

#[test]
fn huffman_appends_to_what_is_there() {
    let mut octets = b"before".to_vec();
    huffman::decode(&hex("1f"), &mut octets).unwrap();
    assert_eq!(octets, b"beforea");
    huffman::decode(&hex("18"), &mut octets).unwrap_err();
    assert_eq!(octets, b"beforea", "an error appends nothing");
    huffman::encode(b"a", &mut octets);
    assert_eq!(octets, b"beforea\x1f");
}

/// The same fields, as they lie in a table.
fn packed(fields: &[Owned]) -> Vec<u8> {
    let mut octets = Vec::new();
    for field in fields {
        let [name, value] = [&field.name, &field.value].map(|text| text.len().try_into().unwrap());
        octets.extend(PackedField::head(name, value, field.sensitivity, 0));
        octets.extend([&field.name[..], &field.value].concat());
    }
    octets
}

#[test]
fn a_list_that_comes_again_is_the_block_that_it_is_without_the_one_before() {
    let mut seed = 1_u32;
    let mut below = |most: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) % most
    };
    let (mut one, mut other) = (Encoder::new(), Encoder::new());
    one.set_repeated_lists(true);
    let mut last: Vec<Owned> = Vec::new();
    let mut repeated = 0;
    for turn in 0..5_000 {
        if below(40) == 0 {
            let size = below(200) as usize;
            for encoder in [&mut one, &mut other] {
                encoder.set_peer_max_size(size);
            }
        }
        if below(200) == 0 {
            let coding = [StringCoding::Plain, StringCoding::Huffman][below(2) as usize];
            for encoder in [&mut one, &mut other] {
                encoder.set_string_coding(coding);
            }
        }
        if below(4) == 0 {
            let count = below(5);
            last = (0..count)
                .map(|_| {
                    let name = [&b":path"[..], b"a", b"b", b"cookie"][below(4) as usize];
                    Owned::new(name, &vec![b'x'; below(40) as usize])
                })
                .collect();
        } else {
            repeated += 1;
        }
        let (mut known, mut made) = (Vec::new(), Vec::new());
        one.encode_packed(PackedFields::new(&packed(&last)), &mut known);
        other.encode(last.iter().map(Owned::borrow), &mut made);
        assert_eq!(known, made, "{turn}: {last:?}");
    }
    assert!(repeated > 3_000);
}

#[test]
fn a_short_list_that_comes_again_costs_no_work_and_no_memory() {
    let list = [
        Owned::new(b":method", b"GET"),
        Owned::new(b":path", b"/a/path"),
        Owned::new(b"user-agent", b"tress"),
    ];
    let octets = packed(&list);
    let mut encoder = Encoder::new();
    encoder.set_repeated_lists(true);
    let mut block = Vec::with_capacity(1024);
    for _ in 0..4 {
        encoder.encode_packed(PackedFields::new(&octets), &mut block);
    }
    let spent = measure(|| {
        block.clear();
        encoder.encode_packed(PackedFields::new(&octets), &mut block);
    });
    assert_eq!(spent.count_total, 0);
    // And what it says is said.
    let mut decoder = Decoder::new();
    let mut blocks = Vec::new();
    let mut fresh = Encoder::new();
    fresh.set_repeated_lists(true);
    for _ in 0..4 {
        blocks.clear();
        fresh.encode_packed(PackedFields::new(&octets), &mut blocks);
        assert_eq!(decode(&mut decoder, &blocks).unwrap(), list);
    }
}
