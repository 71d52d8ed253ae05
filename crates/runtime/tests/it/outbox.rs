//! Pieces that are written by and by, without the machine that showed them.

use bytes::Bytes;
use tress_runtime::{Chunks, Outbox};

use crate::upgrade::Probe;

/// Pieces of many lengths, every other of them shared.
fn pieces() -> Vec<Bytes> {
    (0_u8..12)
        .map(|number| Bytes::from(vec![number; 1 + usize::from(number) * 7]))
        .collect()
}

fn chunks(pieces: &[Bytes]) -> Chunks<'_> {
    let mut chunks = Chunks::new();
    for (place, piece) in pieces.iter().enumerate() {
        let pushed = match place % 2 {
            0 => chunks.push(piece),
            _ => chunks.push_shared(piece),
        };
        assert!(pushed.is_ok());
    }
    chunks
}

/// What an outbox shows.
fn shown(outbox: &Outbox) -> Vec<u8> {
    let (slices, count) = outbox.io_slices();
    let slices = slices.iter().take(count);
    slices.flat_map(|slice| slice.to_vec()).collect()
}

#[test]
fn an_empty_piece_that_is_shared_does_not_stand_for_the_one_behind_it() {
    let empty = Bytes::new();
    let mut chunks = Chunks::new();
    chunks.push_shared(&empty).unwrap();
    chunks.push(b"head").unwrap();
    let mut outbox = Outbox::new();
    outbox.share(&chunks);
    assert_eq!(shown(&outbox), b"head");
}

#[test]
fn what_is_shared_and_what_is_copied_leave_in_order_whatever_a_write_takes() {
    let pieces = pieces();
    let all = pieces.concat();
    for step in 1..=all.len() {
        for is_shared in [true, false] {
            let mut outbox = Outbox::new();
            if is_shared {
                outbox.share(&chunks(&pieces));
            } else {
                outbox.copy(&chunks(&pieces));
            }
            let mut seen = Vec::new();
            while outbox.left() > 0 {
                let octets = shown(&outbox);
                assert_eq!(octets.len(), outbox.left());
                seen.extend_from_slice(&octets[..step.min(octets.len())]);
                outbox.written(step);
            }
            assert_eq!(seen, all);
            assert_eq!(shown(&outbox), []);
        }
    }
}

#[test]
fn what_is_shared_is_not_copied_and_is_released_once_it_is_written() {
    let content = Bytes::from(vec![7; 100]);
    let mut chunks = Chunks::new();
    chunks.push(b"head").unwrap();
    chunks.push_shared(&content).unwrap();
    let mut outbox = Outbox::new();
    outbox.share(&chunks);
    assert_eq!(outbox.io_slices().0[1].as_ptr(), content.as_ptr());
    outbox.written(103);
    assert!(!content.is_unique());
    outbox.written(1);
    assert!(content.is_unique());
}

#[test]
fn the_machine_is_notified_once_of_what_was_written() {
    let mut machine = Probe::default();
    let mut outbox = Outbox::new();
    outbox.copy(&[b"abcdef".as_slice()].into_iter().collect());
    outbox.written(2);
    outbox.written(1);
    assert_eq!(outbox.settle(&mut machine), 3);
    assert_eq!(outbox.settle(&mut machine), 0);
    // More than there was left was not written.
    outbox.written(9);
    assert_eq!(outbox.settle(&mut machine), 3);
    assert_eq!(machine.written, 6);
}

#[test]
fn a_copy_is_one_piece() {
    let mut outbox = Outbox::new();
    outbox.copy(&chunks(&pieces()));
    assert_eq!(outbox.io_slices().1, 1);
}

#[test]
fn what_is_copied_is_bounded_and_the_rest_is_left_to_the_machine() {
    let large = vec![1; Outbox::MOST_COPIED - 1];
    let shared = Bytes::from(vec![2; Outbox::MOST_COPIED - 10]);
    let mut chunks = Chunks::new();
    chunks.push(&large).unwrap();
    chunks.push_shared(&shared).unwrap();
    chunks.push(b"ab").unwrap();
    chunks.push(&large).unwrap();
    let mut outbox = Outbox::new();
    outbox.copy(&chunks);
    assert_eq!(outbox.left(), Outbox::MOST_COPIED);
    // Nothing behind what does not fit is taken.
    outbox.share(&chunks);
    assert_eq!(outbox.left(), Outbox::MOST_COPIED + shared.len());
    assert!(shown(&outbox).ends_with(&[2, 2, b'a']));
}

#[test]
fn what_is_a_little_more_than_a_segment_goes_out_in_halves() {
    for octets in [
        Outbox::MOST_COPIED,
        Outbox::MOST_COPIED + 1,
        Outbox::MOST - 1,
    ] {
        let octets = Bytes::from(vec![1; octets]);
        let mut chunks = Chunks::new();
        chunks.push_shared(&octets).unwrap();
        let mut outbox = Outbox::new();
        let half = octets.len().div_ceil(2);
        let taken = if octets.len() > Outbox::MOST_COPIED {
            half
        } else {
            octets.len()
        };
        outbox.copy(&chunks);
        assert_eq!(outbox.left(), taken);
        outbox.share(&chunks);
        assert_eq!(outbox.left(), taken);
    }
}

#[test]
fn one_write_is_no_longer_than_two_segments_that_are_not_quite_full() {
    let large = Bytes::from(vec![1; Outbox::MOST - 5]);
    let mut chunks = Chunks::new();
    chunks.push(b"head").unwrap();
    chunks.push_shared(&large).unwrap();
    chunks.push(b"tail").unwrap();
    let mut outbox = Outbox::new();
    outbox.share(&chunks);
    assert_eq!(outbox.left(), Outbox::MOST);
    assert_eq!(outbox.io_slices().1, 3);

    let mut only = Chunks::new();
    let longer = Bytes::from(vec![1; 2 * Outbox::MOST]);
    only.push_shared(&longer).unwrap();
    outbox.share(&only);
    assert_eq!(outbox.left(), Outbox::MOST);
    assert_eq!(outbox.io_slices().0[0].as_ptr(), longer.as_ptr());
}

#[test]
fn memory_for_copies_can_be_taken_away_and_given_again() {
    let mut outbox = Outbox::new();
    assert_eq!(outbox.capacity(), 0);
    outbox.give_memory(Vec::with_capacity(512));
    outbox.copy(&[b"abc".as_slice()].into_iter().collect());
    assert_eq!(shown(&outbox), b"abc");
    let memory = outbox.take_memory();
    assert_eq!((memory.len(), memory.capacity()), (0, 512));
    assert_eq!((outbox.left(), outbox.capacity()), (0, 0));
}

#[test]
fn the_shares_of_pieces_that_fit_stay_at_their_places() {
    let (shared, nothing) = (Bytes::from_static(b"s"), Bytes::new());
    let mut chunks = Chunks::new();
    chunks.push_shared(&nothing).unwrap();
    for _ in 0..Chunks::MAX {
        chunks.push_shared(&shared).unwrap();
    }
    assert!(chunks.push_shared(&shared).is_err());
    assert_eq!(chunks.octets(), Chunks::MAX);
}
