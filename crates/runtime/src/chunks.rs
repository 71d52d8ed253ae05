//! Octets in several pieces, to be written in one go.
//!
//! `Copy`, in a fixed array: a destructor in a [`WriteOperation`](crate::WriteOperation) would keep
//! the machine borrowed to the end of the `match`, where the result of the write is reported.

#[cfg(feature = "bytes")]
use bytes::Bytes;

/// Up to [`Chunks::MAX`] borrowed pieces of output, in order, none of them empty.
#[derive(Clone, Copy, Debug)]
pub struct Chunks<'a> {
    slices: [&'a [u8]; Chunks::MAX],
    /// Who else can hold on to the piece at the same place.
    #[cfg(feature = "bytes")]
    shared: [Option<&'a Bytes>; Chunks::MAX],
    len: usize,
}

/// The piece did not fit: all places are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct TooManyChunks;

impl core::fmt::Display for TooManyChunks {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("no place is left for another chunk")
    }
}

impl core::error::Error for TooManyChunks {}

impl<'a> Chunks<'a> {
    /// The greatest number of pieces.
    pub const MAX: usize = 16;

    /// Makes an empty list.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            slices: [&[]; Self::MAX],
            #[cfg(feature = "bytes")]
            shared: [None; Self::MAX],
            len: 0,
        }
    }

    /// Appends a piece; an empty one is left out.
    ///
    /// # Errors
    ///
    /// [`TooManyChunks`] when [`Chunks::MAX`] pieces are there already.
    pub fn push(&mut self, octets: &'a [u8]) -> Result<(), TooManyChunks> {
        if octets.is_empty() {
            return Ok(());
        }
        *self.slices.get_mut(self.len).ok_or(TooManyChunks)? = octets;
        self.len += 1;
        Ok(())
    }

    /// Appends a piece that a driver may hold on to beyond its turn with the machine, without a copy;
    /// an empty one is left out.
    ///
    /// # Errors
    ///
    /// [`TooManyChunks`] when [`Chunks::MAX`] pieces are there already.
    #[cfg(feature = "bytes")]
    #[cfg_attr(docsrs, doc(cfg(feature = "bytes")))]
    pub fn push_shared(&mut self, octets: &'a Bytes) -> Result<(), TooManyChunks> {
        let place = self.len;
        self.push(octets)?;
        if let Some(shared) = self.shared.get_mut(place).filter(|_| self.len > place) {
            *shared = Some(octets);
        }
        Ok(())
    }

    /// The pieces, in order, with what holds them where they came by
    /// [`push_shared`](Self::push_shared).
    #[cfg(feature = "bytes")]
    pub(crate) fn with_shared(&self) -> impl Iterator<Item = (&'a [u8], Option<&'a Bytes>)> {
        let slices = self.as_slices().iter().copied();
        slices.zip(self.shared)
    }

    /// Says whether no further piece fits.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.len == Self::MAX
    }

    /// The pieces, in order.
    #[must_use]
    pub fn as_slices(&self) -> &[&'a [u8]] {
        self.slices.get(..self.len).unwrap_or_default()
    }

    /// The number of octets in all pieces together.
    #[must_use]
    pub fn octets(&self) -> usize {
        self.as_slices().iter().map(|slice| slice.len()).sum()
    }

    /// Says whether there are no octets.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The pieces as [`IoSlice`](std::io::IoSlice)s, and how many of them are in use.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn io_slices(&self) -> ([std::io::IoSlice<'a>; Chunks::MAX], usize) {
        (self.slices.map(std::io::IoSlice::new), self.len)
    }
}

impl Default for Chunks<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> FromIterator<&'a [u8]> for Chunks<'a> {
    /// Takes the first pieces that fit.
    fn from_iter<I: IntoIterator<Item = &'a [u8]>>(pieces: I) -> Self {
        let mut chunks = Self::new();
        for piece in pieces {
            if chunks.push(piece).is_err() {
                break;
            }
        }
        chunks
    }
}
