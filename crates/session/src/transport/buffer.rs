//! Buffers that a thread's connections take turns with.
//!
//! A connection that has nothing in its buffer gives it back before it waits, so that idle
//! connections hold none, and what is read into is hot and never cleared again.

use core::cell::Cell;

use runtime::Reader;

/// A buffer that grew larger than this is not kept.
const LARGEST: usize = 256 * 1024;

thread_local! {
    static INPUT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static OUTPUT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Takes a buffer full of octets of no meaning, to read into.
pub(super) fn take_input() -> Vec<u8> {
    let buffer = INPUT.try_with(Cell::take).unwrap_or_default();
    if buffer.is_empty() {
        vec![0; Reader::LENGTH]
    } else {
        buffer
    }
}

/// Gives back a buffer that was read into.
pub(super) fn give_input(buffer: Vec<u8>) {
    if !buffer.is_empty() && buffer.len() <= LARGEST {
        // A thread that ends keeps nothing.
        let _ = INPUT.try_with(|spare| spare.set(buffer));
    }
}

/// Takes an empty buffer, to write from.
pub(super) fn take_output() -> Vec<u8> {
    OUTPUT.try_with(Cell::take).unwrap_or_default()
}

/// Gives back a buffer that was written from.
pub(super) fn give_output(buffer: Vec<u8>) {
    if buffer.capacity() > 0 {
        // A thread that ends keeps nothing.
        let _ = OUTPUT.try_with(|spare| spare.set(buffer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A connection that had nothing to write has taken nothing from the others.
    #[test]
    fn a_buffer_without_space_is_not_kept_in_place_of_one_with_space() {
        give_output(Vec::with_capacity(100));
        give_output(Vec::new());
        assert!(take_output().capacity() >= 100);
        assert_eq!(take_output().capacity(), 0, "it was the only one");
    }

    #[test]
    fn a_buffer_that_grew_large_is_not_kept() {
        give_input(vec![0; LARGEST]);
        assert_eq!(take_input().len(), LARGEST);
        give_input(vec![0; LARGEST + 1]);
        assert_eq!(take_input().len(), Reader::LENGTH, "a new one");
    }
}
