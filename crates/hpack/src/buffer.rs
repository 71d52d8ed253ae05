//! Storage for one string, used again for the next.

use alloc::vec::Vec;

/// What a buffer may keep when nothing is in it, in octets.
const RETAINED: usize = 4096;

/// The octets of one string. Storage past them is kept, so that it is cleared only when it grows.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    storage: Vec<u8>,
    len: usize,
}

impl Buffer {
    /// Forgets the octets.
    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    /// Returns the octets.
    #[inline]
    pub(crate) fn as_slice(&self) -> &[u8] {
        self.storage.get(..self.len).unwrap_or_default()
    }

    /// Appends octets.
    pub(crate) fn extend(&mut self, octets: &[u8]) {
        let (storage, len) = self.space(octets.len());
        if let Some(place) = storage.get_mut(*len..*len + octets.len()) {
            place.copy_from_slice(octets);
            *len += octets.len();
        }
    }

    /// Makes space for so many more octets; returns the storage and how much of it is in use.
    #[inline]
    pub(crate) fn space(&mut self, octets: usize) -> (&mut [u8], &mut usize) {
        let needed = self.len + octets;
        if self.storage.len() < needed {
            self.grow(needed);
        }
        (&mut self.storage, &mut self.len)
    }

    #[cold]
    fn grow(&mut self, needed: usize) {
        let doubled = self.storage.len().saturating_mul(2).max(64);
        self.storage.resize(needed.max(doubled), 0);
    }

    /// Gives back storage that only an unusual string needed.
    pub(crate) fn shrink(&mut self) {
        if self.storage.len() > RETAINED {
            *self = Self::default();
        }
    }
}
