//! Buffers to read into, which readers take turns with.
//!
//! A machine may keep parts of a buffer: then that one waits here until nobody does, and is used again.

use alloc::vec;
use alloc::vec::Vec;

use bytes::Bytes;

use crate::Reader;

/// The buffers that the [`Reader`]s of one thread take turns with: one that nothing is held in needs none.
///
/// ```
/// use tress_runtime::{Buffers, Reader};
///
/// let (mut buffers, mut reader) = (Buffers::new(), Reader::new());
/// buffers.serve(&mut reader);
/// assert_eq!(reader.space().len(), Reader::LENGTH);
/// // Nothing came.
/// buffers.take_back(&mut reader);
/// assert_eq!(reader.capacity(), 0);
/// ```
#[derive(Debug, Default)]
pub struct Buffers {
    /// All of its length may be read into.
    spare: Vec<u8>,
    /// Parts of these are kept, or were; the oldest first.
    kept: Vec<Bytes>,
}

impl Buffers {
    /// A buffer that grew larger than this is not used again, in octets.
    pub const LARGEST: usize = 256 * 1024;

    /// How many buffers wait here at most until nobody keeps a part of them.
    pub const WAITING: usize = 4;

    /// Makes it without any.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            spare: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// Sees to it that a reader has a buffer that it may read into.
    pub fn serve(&mut self, reader: &mut Reader) {
        if reader.capacity() == 0 {
            reader.give_memory(self.take());
        } else {
            self.renew(reader);
        }
    }

    /// Gives a reader another buffer, if parts of the one that it has are kept. One that has none yet begins
    /// with a small one of its own.
    pub fn renew(&mut self, reader: &mut Reader) {
        if let Some(kept) = reader.renew(|| self.take()) {
            self.keep(kept);
        }
    }

    /// Takes the buffer of a reader, if nothing is held in it.
    pub fn take_back(&mut self, reader: &mut Reader) {
        let memory = reader.take_memory();
        if !memory.is_empty() && memory.len() <= Self::LARGEST {
            self.spare = memory;
        }
        if let Some(kept) = reader.take_kept() {
            self.keep(kept);
        }
    }

    /// Takes a buffer, whose content means nothing.
    fn take(&mut self) -> Vec<u8> {
        if !self.spare.is_empty() {
            return core::mem::take(&mut self.spare);
        }
        match self.kept.iter().position(Bytes::is_unique) {
            Some(at) => self.kept.remove(at).into(),
            None => vec![0; Reader::LENGTH],
        }
    }

    /// Keeps a buffer until nobody holds a part of it.
    fn keep(&mut self, kept: Bytes) {
        if kept.len() <= Self::LARGEST {
            if self.kept.len() >= Self::WAITING {
                self.kept.remove(0);
            }
            self.kept.push(kept);
        }
    }
}
