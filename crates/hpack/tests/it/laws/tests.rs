//! Runs every law on seeded octets, and shows that each one notices a fault.

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use super::*;

/// Octets without a pattern, the same in every run.
fn octets(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()[0]
    };
    let length = usize::from(next()) * 4;
    (0..length).map(|_| next()).collect()
}

fn runs(count: u64) -> impl Iterator<Item = Vec<u8>> {
    (0..count).map(octets)
}

/// Says whether a law fails for any of many octets.
fn fails(law: impl Fn(&[u8])) -> bool {
    runs(300).any(|data| catch_unwind(AssertUnwindSafe(|| law(&data))).is_err())
}

#[test]
fn no_octets_panic_holds() {
    runs(2000).for_each(|data| no_octets_panic(&data));
}

#[test]
fn no_octets_panic_notices_a_decoder_that_recovers() {
    assert!(fails(|data| stays_failed(
        data,
        |decoder, fragment, fields| {
            let result = decoder.decode(fragment, &mut collect(fields));
            if result.is_err() {
                *decoder = Decoder::new();
            }
            result
        }
    )));
}

#[test]
fn the_slow_decoder_agrees_holds() {
    runs(1500).for_each(|data| the_slow_decoder_agrees(&data));
}

#[test]
fn the_slow_decoder_notices_a_changed_octet() {
    assert!(fails(|data| agrees(data, |block| {
        let mut block = block.to_vec();
        if let Some(last) = block.last_mut() {
            *last ^= 0x01;
        }
        block
    })));
}

#[test]
fn what_was_encoded_decodes_to_itself_holds() {
    let (mut fields, mut references) = (0, 0);
    runs(20).for_each(|data| what_was_encoded_decodes_to_itself(&data));
    for data in runs(200) {
        let (more_fields, more_references) = survives(&data, |encoder, fields, block| {
            encoder.encode(fields.iter().map(borrow), block);
        });
        fields += more_fields;
        references += more_references;
    }
    assert!(fields > 10_000, "only {fields} fields");
    assert!(
        references * 10 >= fields * 3,
        "only {references} references in {fields} fields"
    );
}

#[test]
fn what_was_encoded_notices_a_lost_field() {
    assert!(fails(|data| {
        survives(data, |encoder, fields, block| {
            encoder.encode(fields.iter().skip(1).map(borrow), block);
        });
    }));
}

#[test]
fn what_was_encoded_notices_a_secret_that_is_not_kept() {
    assert!(fails(|data| {
        survives(data, |encoder, fields, block| {
            encoder.encode(
                fields
                    .iter()
                    .map(|(name, value, _)| HeaderField::new(name, value)),
                block,
            );
        });
    }));
}

#[test]
fn pieces_do_not_matter_holds() {
    runs(400).for_each(|data| pieces_do_not_matter(&data));
}

#[test]
fn pieces_do_not_matter_notices_a_lost_octet() {
    assert!(fails(|data| same_in_pieces(data, |block| {
        block.split_last().map_or(block, |(_, rest)| rest)
    })));
}

#[test]
fn limits_leave_the_tables_in_step_holds() {
    runs(1000).for_each(|data| limits_leave_the_tables_in_step(&data));
}

#[test]
fn limits_notice_a_field_too_many() {
    assert!(fails(|data| limited_is_a_beginning(data, |limits| {
        limits.fields(limits.fields.saturating_add(1))
    })));
    assert!(fails(|data| limited_is_a_beginning(data, |limits| {
        limits.list_octets(limits.list_octets.saturating_add(100))
    })));
    assert!(fails(|data| limited_is_a_beginning(data, |limits| {
        limits.string_octets(limits.string_octets.saturating_add(100))
    })));
}

#[test]
fn the_slow_huffman_code_agrees_holds() {
    for data in runs(300) {
        the_slow_huffman_code_agrees(&data);
        // Ones stand for long codes, EOS and padding.
        let ones: Vec<u8> = data
            .iter()
            .map(|octet| octet | octet << 1 | octet << 2)
            .collect();
        ones.chunks(7).for_each(the_slow_huffman_code_agrees);
    }
}

#[test]
fn the_slow_huffman_code_notices_a_lax_decoder() {
    assert!(fails(|data| huffman_agrees(data, |coded, octets| {
        huffman::decode(coded, octets).or(Ok(()))
    })));
}

#[test]
fn all_strings_of_one_and_two_symbols_are_coded_as_the_slow_code_does() {
    the_slow_huffman_code_agrees(&[]);
    for first in 0..=u8::MAX {
        the_slow_huffman_code_agrees(&[first]);
        for second in 0..=u8::MAX {
            // Both as symbols and as coded octets.
            the_slow_huffman_code_agrees(&[first, second]);
        }
    }
}

#[test]
fn all_blocks_of_one_and_two_octets_come_to_what_the_slow_decoder_says() {
    let check = |block: &[u8]| {
        let found = decode(&mut Decoder::new(), block, usize::MAX).map(|(fields, _)| fields);
        assert_eq!(found, Slow::new(4096).decode(block), "block {block:02x?}");
    };
    for first in 0..=u8::MAX {
        check(&[first]);
        (0..=u8::MAX).for_each(|second| check(&[first, second]));
    }
}
