//! What a decoder must refuse, and what it must not.

use tress_hpack::{DecodeError, Decoder, HeaderField, Representation};

use crate::support::{decode, decode_fresh, decode_in_pieces, hex, lines};

/// Decodes blocks with a fresh decoder; all but the last one must be right.
#[track_caller]
fn last_error(blocks: &[&str]) -> DecodeError {
    let mut decoder = Decoder::new();
    let (last, before) = blocks.split_last().unwrap();
    for block in before {
        decode(&mut decoder, &hex(block)).unwrap();
    }
    let mut in_pieces = Decoder::new();
    for block in before {
        decode_in_pieces(&mut in_pieces, &hex(block), 1).unwrap();
    }
    let error = decode(&mut decoder, &hex(last)).unwrap_err();
    assert_eq!(
        decode_in_pieces(&mut in_pieces, &hex(last), 1).unwrap_err(),
        error
    );
    error
}

#[track_caller]
fn refused(block: &str, error: DecodeError, section: &str) {
    assert_eq!(decode_fresh(&hex(block)).unwrap_err(), error);
    assert_eq!(error.section(), section);
    assert!(error.to_string().contains(section));
}

#[test]
fn index_0_is_refused() {
    refused("80", DecodeError::IndexZero, "RFC 7541 §6.1");
    refused("82 80", DecodeError::IndexZero, "RFC 7541 §6.1");
}

#[test]
fn an_index_behind_both_tables_is_refused() {
    let section = "RFC 7541 §2.3.3";
    refused("be", DecodeError::IndexOutOfRange { index: 62 }, section);
    refused(
        "7e 01 61",
        DecodeError::IndexOutOfRange { index: 62 },
        section,
    );
    refused(
        "0f 2f 01 61",
        DecodeError::IndexOutOfRange { index: 62 },
        section,
    );
    refused(
        "1f 2f 01 61",
        DecodeError::IndexOutOfRange { index: 62 },
        section,
    );
    refused(
        "ff ff ff ff ff 0e",
        DecodeError::IndexOutOfRange { index: 0xf000_007e },
        section,
    );
}

#[test]
fn the_last_index_of_each_table_is_taken() {
    assert_eq!(
        lines(&decode_fresh(&hex("bd")).unwrap()),
        ["www-authenticate: "]
    );
    let one_entry = hex("40 01 61 01 62 be");
    assert_eq!(lines(&decode_fresh(&one_entry).unwrap()), ["a: b", "a: b"]);
    let error = DecodeError::IndexOutOfRange { index: 63 };
    refused("40 01 61 01 62 bf", error, "RFC 7541 §2.3.3");
}

#[test]
fn an_evicted_entry_has_no_index_any_more() {
    let error = DecodeError::IndexOutOfRange { index: 62 };
    assert_eq!(last_error(&["40 01 61 01 62", "20 be"]), error);
}

#[test]
fn an_integer_above_32_bits_is_refused() {
    let section = "RFC 7541 §5.1";
    for block in [
        "ff 81 ff ff ff 0f",          // 2^32 as an index
        "7f c1 ff ff ff 0f",          // 2^32 as the index of a name
        "3f e1 ff ff ff 0f",          // 2^32 as a table size
        "00 7f 81 ff ff ff 0f",       // 2^32 as the length of a name
        "00 01 61 ff 81 ff ff ff 0f", // 2^32 as the length of a value
        "ff ff ff ff ff 7f",
        "ff ff ff ff ff ff ff ff ff ff 01",
    ] {
        refused(block, DecodeError::IntegerTooLarge, section);
    }
}

#[test]
fn an_integer_of_32_bits_is_read() {
    let section = "RFC 7541 §2.3.3";
    let index = u32::MAX;
    refused(
        "ff 80 ff ff ff 0f",
        DecodeError::IndexOutOfRange { index },
        section,
    );
    let error = DecodeError::SizeUpdateAboveLimit {
        size: u32::MAX,
        limit: 4096,
    };
    refused("3f e0 ff ff ff 0f", error, "RFC 7541 §6.3");
}

#[test]
fn an_integer_with_more_than_five_continuation_octets_is_refused() {
    for block in [
        "ff 80 80 80 80 80 00",
        "7f 80 80 80 80 80 00",
        "0f 80 80 80 80 80 00",
        "1f 80 80 80 80 80 00",
        "3f 80 80 80 80 80 00",
        "00 7f 80 80 80 80 80 00",
        "00 01 61 7f 80 80 80 80 80 00",
    ] {
        refused(block, DecodeError::IntegerTooLong, "RFC 7541 §5.1");
    }
}

#[test]
fn an_integer_with_zeros_in_front_is_read() {
    assert_eq!(decode_fresh(&hex("3f 80 80 80 80 00")), Ok(vec![]));
    assert_eq!(
        lines(&decode_fresh(&hex("0f 80 80 80 80 00 01 61")).unwrap()),
        ["accept-charset: a"]
    );
}

#[test]
fn eos_in_a_string_is_refused() {
    let section = "RFC 7541 §5.2";
    refused("00 84 ffff fffc 00", DecodeError::HuffmanEos, section);
    refused("00 84 ffff ffff 00", DecodeError::HuffmanEos, section);
    refused("04 84 ffff ffff", DecodeError::HuffmanEos, section);
    // Behind "a", and with much behind it.
    refused(
        "04 8c 1fff ffff ff 1fff ffff ff 1fff",
        DecodeError::HuffmanEos,
        section,
    );
}

#[test]
fn padding_of_more_than_seven_bits_is_refused() {
    let section = "RFC 7541 §5.2";
    refused("04 81 ff", DecodeError::HuffmanPaddingTooLong, section);
    refused("04 82 1fff", DecodeError::HuffmanPaddingTooLong, section);
    refused("04 83 ffffff", DecodeError::HuffmanPaddingTooLong, section);
    // An octet of a symbol, and 27 ones.
    refused(
        "04 84 1fffffff",
        DecodeError::HuffmanPaddingTooLong,
        section,
    );
}

#[test]
fn padding_that_is_not_all_ones_is_refused() {
    let section = "RFC 7541 §5.2";
    refused("04 81 18", DecodeError::HuffmanPaddingNotOnes, section);
    refused("04 81 1e", DecodeError::HuffmanPaddingNotOnes, section);
    refused(
        "81 04 81 1b".trim_start_matches("81 "),
        DecodeError::HuffmanPaddingNotOnes,
        section,
    );
}

#[test]
fn padding_of_up_to_seven_ones_is_taken() {
    assert_eq!(
        lines(&decode_fresh(&hex("04 81 1f")).unwrap()),
        [":path: a"]
    );
    assert_eq!(
        lines(&decode_fresh(&hex("04 85 18c6318c63")).unwrap()),
        [":path: aaaaaaaa"]
    );
    assert_eq!(
        lines(&decode_fresh(&hex("04 81 57")).unwrap()),
        [":path: %"]
    );
    assert_eq!(lines(&decode_fresh(&hex("04 80")).unwrap()), [":path: "]);
}

#[test]
fn a_size_update_above_the_limit_is_refused() {
    let error = DecodeError::SizeUpdateAboveLimit {
        size: 4097,
        limit: 4096,
    };
    refused("3f e2 1f", error, "RFC 7541 §6.3");
    assert_eq!(decode_fresh(&hex("3f e1 1f")), Ok(vec![]));

    let mut decoder = Decoder::new();
    decoder.set_max_size(8192);
    assert_eq!(decode(&mut decoder, &hex("3f e1 3f")), Ok(vec![]));
    assert_eq!(decoder.table().max_size(), 8192);
}

#[test]
fn a_size_update_after_a_field_is_refused() {
    let section = "RFC 7541 §4.2";
    refused("82 20", DecodeError::SizeUpdateAfterField, section);
    refused("20 82 20", DecodeError::SizeUpdateAfterField, section);
    refused(
        "40 01 61 01 62 3f e1 1f",
        DecodeError::SizeUpdateAfterField,
        section,
    );
}

#[test]
fn a_third_size_update_in_a_block_is_refused() {
    refused("20 20 20", DecodeError::TooManySizeUpdates, "RFC 7541 §4.2");
    let many = "20".repeat(16_000);
    refused(&many, DecodeError::TooManySizeUpdates, "RFC 7541 §4.2");
}

#[test]
fn two_size_updates_are_taken_in_each_block() {
    let mut decoder = Decoder::new();
    for _ in 0..3 {
        assert_eq!(
            lines(&decode(&mut decoder, &hex("20 3f e1 1f 82")).unwrap()),
            [":method: GET"]
        );
        assert_eq!(decoder.table().max_size(), 4096);
    }
}

#[test]
fn a_size_update_is_due_when_the_limit_is_lowered_below_the_size_in_use() {
    for block in ["82", "", "40 01 61 01 62"] {
        let mut decoder = Decoder::new();
        decode(&mut decoder, &hex("40 01 61 01 62")).unwrap();
        decoder.set_max_size(100);
        assert_eq!(
            decode(&mut decoder, &hex(block)),
            Err(DecodeError::SizeUpdateMissing)
        );
    }
    assert_eq!(DecodeError::SizeUpdateMissing.section(), "RFC 7541 §4.2");
}

#[test]
fn a_size_update_that_is_due_may_go_to_any_size_within_the_limit() {
    for (block, size) in [("3f 45 82", 100), ("20 82", 0), ("20 3f 45", 100)] {
        let mut decoder = Decoder::new();
        decoder.set_max_size(100);
        assert!(decode(&mut decoder, &hex(block)).is_ok());
        assert_eq!(decoder.table().max_size(), size);
        assert!(decode(&mut decoder, &hex("82")).is_ok(), "it is due once");
    }
}

#[test]
fn the_smallest_limit_of_several_is_due_too() {
    let lowered_and_raised = || {
        let mut decoder = Decoder::new();
        decoder.set_max_size(100);
        decoder.set_max_size(4096);
        decoder
    };
    let mut decoder = lowered_and_raised();
    assert_eq!(
        decode(&mut decoder, &hex("82")),
        Err(DecodeError::SizeUpdateMissing)
    );
    let mut decoder = lowered_and_raised();
    assert_eq!(
        decode(&mut decoder, &hex("3f e1 1f 82")),
        Err(DecodeError::SizeUpdateMissing)
    );
    let mut decoder = lowered_and_raised();
    assert!(decode(&mut decoder, &hex("3f 45 3f e1 1f 82")).is_ok());
    assert_eq!(decoder.table().max_size(), 4096);
}

#[test]
fn no_size_update_is_due_while_the_size_in_use_is_within_the_limit() {
    let mut decoder = Decoder::new();
    decode(&mut decoder, &hex("3f 45")).unwrap();
    decoder.set_max_size(100);
    assert!(decode(&mut decoder, &hex("82")).is_ok());
    decoder.set_max_size(65_536);
    assert!(decode(&mut decoder, &hex("82")).is_ok());
}

#[test]
fn a_block_that_ends_inside_a_representation_is_refused() {
    let section = "RFC 7541 §3.1";
    for block in [
        "ff",
        "ff 80",
        "3f",
        "40",
        "40 01",
        "40 01 61",
        "40 01 61 02 62",
        "04",
        "04 82 1f",
    ] {
        refused(block, DecodeError::Truncated, section);
    }
}

#[test]
fn a_failed_decoder_stays_failed() {
    let mut decoder = Decoder::new();
    let mut calls = 0;
    let mut sink = |_: HeaderField<'_>, _: Representation, _: &mut u8| calls += 1;
    assert_eq!(
        decoder.decode(&hex("82 80 82"), &mut sink),
        Err(DecodeError::IndexZero)
    );
    assert_eq!(
        decoder.decode(&hex("82"), &mut sink),
        Err(DecodeError::IndexZero)
    );
    assert_eq!(decoder.decode(&[], &mut sink), Err(DecodeError::IndexZero));
    assert_eq!(decoder.finish(), Err(DecodeError::IndexZero));
    assert_eq!(calls, 1, "what was right before the error was handed out");
}

#[test]
fn duplicate_entries_are_no_error() {
    let block = hex("40 01 61 01 62 40 01 61 01 62 be bf");
    assert_eq!(lines(&decode_fresh(&block).unwrap()), ["a: b"; 4]);
}

#[test]
fn an_entry_larger_than_the_table_empties_it() {
    let mut decoder = Decoder::with_max_size(64);
    decode(&mut decoder, &hex("40 01 61 01 62")).unwrap();
    assert_eq!(decoder.table().len(), 1);
    let long = format!("be 40 01 63 21 {}", "78".repeat(33));
    let fields = decode(&mut decoder, &hex(&long)).unwrap();
    assert_eq!(
        lines(&fields),
        ["a: b".to_owned(), format!("c: {}", "x".repeat(33))]
    );
    assert!(decoder.table().is_empty());
    assert_eq!(decoder.table().evictions(), 1);
}

#[test]
fn an_entry_as_large_as_the_table_stays_alone_in_it() {
    let mut decoder = Decoder::with_max_size(64);
    decode(&mut decoder, &hex("40 01 61 01 62")).unwrap();
    decode(
        &mut decoder,
        &hex(&format!("40 01 63 1f {}", "78".repeat(31))),
    )
    .unwrap();
    assert_eq!((decoder.table().len(), decoder.table().size()), (1, 64));
}

#[test]
fn an_entry_may_take_its_name_from_one_that_it_evicts() {
    let mut decoder = Decoder::with_max_size(64);
    decode(&mut decoder, &hex("40 04 6e616d65 01 62")).unwrap();
    for _ in 0..40 {
        let fields = decode(&mut decoder, &hex("7e 03 636363 be")).unwrap();
        assert_eq!(lines(&fields), ["name: ccc", "name: ccc"]);
        assert_eq!((decoder.table().len(), decoder.table().size()), (1, 39));
    }
}
