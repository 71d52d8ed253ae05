//! Chunks are used again, and small content keeps none.

use alloc::vec::Vec;

use bytes::BytesMut;

use crate::stream::pieces::Pieces;

const FRAME: usize = 16 * 1024;

/// Copies frames that each hold their number.
fn copy(pieces: &mut Pieces, count: u8) -> Vec<BytesMut> {
    let copied = (0..count).map(|number| pieces.copy(&[number; FRAME]));
    copied.collect()
}

fn assert_numbered(copied: &[BytesMut]) {
    for (number, piece) in (0..).zip(copied) {
        assert_eq!(piece.len(), FRAME);
        assert!(piece.iter().all(|octet| *octet == number), "{number}");
    }
}

#[test]
fn the_first_pieces_and_the_small_ones_share_no_chunk() {
    let mut pieces = Pieces::default();
    assert_numbered(&copy(&mut pieces, 4));
    for _ in 0..100 {
        assert_eq!(pieces.copy(&[7; 1000]), [7; 1000][..]);
    }
    assert_eq!(pieces.octets(), 0);
    drop(pieces.copy(&[0; FRAME]));
    assert_eq!(pieces.octets(), 64 * 1024);
}

#[test]
fn pieces_that_are_held_are_left_alone() {
    let mut pieces = Pieces::default();
    let held = copy(&mut pieces, 100);
    let more = copy(&mut pieces, 100);
    assert_numbered(&held);
    assert_numbered(&more);
    assert_eq!(pieces.octets(), 5 * 64 * 1024);
}

#[test]
fn pieces_that_are_taken_soon_take_one_chunk_or_two_for_ever() {
    for (at_once, chunks) in [(1, 1), (4, 1), (3, 2)] {
        let mut pieces = Pieces::default();
        drop(copy(&mut pieces, 4));
        for _ in 0..1000 {
            assert_numbered(&copy(&mut pieces, at_once));
        }
        assert_eq!(pieces.octets(), chunks * 64 * 1024, "{at_once}");
        pieces.rest();
        assert_eq!(pieces.octets(), 0);
    }
}

#[test]
fn a_chunk_that_is_free_again_is_used_before_another_is_made() {
    let mut pieces = Pieces::default();
    let mut held = copy(&mut pieces, 4 + 12);
    assert_eq!(pieces.octets(), 3 * 64 * 1024);
    // The first chunk is let go of; the others are not.
    held.drain(4..8);
    let more = copy(&mut pieces, 4);
    assert_numbered(&more);
    assert_eq!(pieces.octets(), 3 * 64 * 1024);
}
