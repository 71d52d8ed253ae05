//! The corpus is what the comparison needs, and stays what it is.

use std::collections::BTreeSet;

use super::{Field, checksum, fields, sequences};
use crate::nghttp2::Deflater;

#[test]
fn the_corpus_has_not_changed() {
    assert_eq!(checksum(&sequences()), 0xd6b4_4426_3dad_59be);
}

#[test]
fn there_are_enough_sequences_and_lists() {
    let sequences = sequences();
    let lists: usize = sequences.iter().map(|sequence| sequence.lists.len()).sum();
    assert!(sequences.len() >= 30, "{}", sequences.len());
    assert!(lists >= 3000, "{lists}");
}

#[test]
fn a_field_has_as_many_octets_as_in_the_wild() {
    let sequences = sequences();
    let octets: usize = fields(&sequences).map(Field::octets).sum();
    let mean = octets as f64 / fields(&sequences).count() as f64;
    assert!((25.0..=35.0).contains(&mean), "{mean}");
}

#[test]
fn enough_fields_are_new_to_their_connection() {
    let (mut fresh, mut all) = (0, 0);
    for sequence in sequences() {
        let mut seen = BTreeSet::new();
        for field in sequence.lists.iter().flatten() {
            fresh += usize::from(seen.insert(field));
            all += 1;
        }
    }
    let share = fresh as f64 / all as f64;
    assert!((0.15..0.5).contains(&share), "{share}");
}

#[test]
fn the_peer_compresses_it_as_it_does_the_wild() {
    let sequences = sequences();
    let (mut wire, mut raw) = (0, 0);
    for sequence in &sequences {
        let mut deflater = Deflater::new(4096);
        for list in &sequence.lists {
            wire += deflater.deflate(list).len();
            raw += list.iter().map(Field::octets).sum::<usize>();
        }
    }
    let ratio = wire as f64 / raw as f64;
    assert!((0.28..=0.36).contains(&ratio), "{ratio}");
}
