//! Buffers that a thread's connections take turns with.
//!
//! A connection that has nothing in its buffer gives it back before it waits, so that idle
//! connections hold none, and what is read into is hot and never cleared again.

use core::cell::Cell;

use runtime::Buffers;

thread_local! {
    static INPUT: Cell<Buffers> = const { Cell::new(Buffers::new()) };
    static OUTPUT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Does something with the buffers to read into.
pub(super) fn with_input(act: impl FnOnce(&mut Buffers)) {
    let mut buffers = INPUT.try_with(Cell::take).unwrap_or_default();
    act(&mut buffers);
    // A thread that ends keeps nothing.
    let _ = INPUT.try_with(|spare| spare.set(buffers));
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
}
