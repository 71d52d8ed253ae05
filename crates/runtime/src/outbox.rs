//! What is being written while the machine that showed it is free to be used by others.
//!
//! A machine that several tasks or threads share cannot stay borrowed during a write. So its pieces
//! are copied, except for those that can be held without it.

use alloc::vec::Vec;

use bytes::{Buf, Bytes};
use smallvec::SmallVec;

use crate::{Chunks, Runtime, WriteResult};

/// Pieces of output that a driver took from a machine, and writes by and by.
///
/// ```
/// use bytes::Bytes;
/// use tress_runtime::{Chunks, Outbox};
///
/// let content = Bytes::from_static(b"content");
/// let mut chunks = Chunks::new();
/// chunks.push(b"head ").unwrap();
/// chunks.push_shared(&content).unwrap();
/// let mut outbox = Outbox::new();
/// outbox.share(&chunks);
///
/// let (slices, count) = outbox.io_slices();
/// assert_eq!((&slices[0][..], &slices[1][..], count), (&b"head "[..], &b"content"[..], 2));
/// outbox.written(7);
/// assert_eq!((outbox.left(), &outbox.io_slices().0[0][..]), (5, &b"ntent"[..]));
/// ```
#[derive(Debug, Default)]
pub struct Outbox {
    /// The octets of all pieces that were copied, one behind the other.
    copied: Vec<u8>,
    /// All that was copied, since others hold pieces of it.
    frozen: Option<Bytes>,
    /// How many of them are written.
    past: usize,
    /// What is not written yet, the last piece first once all were taken.
    pieces: SmallVec<[Piece; 1]>,
    left: usize,
    /// How many octets it takes this time.
    most: usize,
    /// What was written and the machine was not notified of.
    unreported: usize,
}

#[derive(Debug)]
enum Piece {
    /// So many of the copied octets.
    Copied(usize),
    Shared(Bytes),
}

impl Outbox {
    /// How many octets it takes at most.
    ///
    /// Systems send segments of up to 64 KiB, heads included, and a write of exactly that much, or a
    /// little more, leaves a small one behind each large one, which costs up to half of the
    /// throughput. Two segments that are not quite full do not, and neither do two halves.
    pub const MOST: usize = 2 * Self::SEGMENT;

    /// How many of them are copied at most.
    pub const MOST_COPIED: usize = Self::SEGMENT;

    /// A segment that is not quite full, in octets.
    const SEGMENT: usize = 60 * 1024;

    /// Makes one that holds nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many octets are still to be written.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.left
    }

    /// Takes pieces instead of those that it holds: some by reference, where the transport writes
    /// several in one go. What does not fit is left to the machine, from the end.
    pub fn share(&mut self, chunks: &Chunks<'_>) {
        self.begin(chunks.octets());
        for (octets, shared) in chunks.with_shared() {
            let taken = match shared {
                Some(bytes) => self.hold(bytes),
                None => self.append(octets),
            };
            if taken < octets.len() {
                break;
            }
        }
        self.pieces.reverse();
    }

    /// Takes copies instead of what it holds, for a transport that writes one piece at a time.
    /// What does not fit is left to the machine, from the end.
    pub fn copy(&mut self, chunks: &Chunks<'_>) {
        self.begin(chunks.octets());
        for octets in chunks.as_slices() {
            if self.append(octets) < octets.len() {
                break;
            }
        }
        self.pieces.reverse();
    }

    /// Releases what it holds, and decides how much of so many octets is to go out at once.
    fn begin(&mut self, octets: usize) {
        self.clear();
        self.most = match octets {
            0..=Self::SEGMENT => octets,
            Self::MOST.. => Self::MOST,
            between => between.div_ceil(2),
        };
    }

    /// Copies as much as fits; returns how much that is.
    fn append(&mut self, octets: &[u8]) -> usize {
        let space = Self::MOST_COPIED.saturating_sub(self.copied.len());
        let fits = octets.len().min(space).min(self.most - self.left);
        let fits = octets.get(..fits).unwrap_or_default();
        self.copied.extend_from_slice(fits);
        self.left += fits.len();
        match self.pieces.last_mut() {
            Some(Piece::Copied(count)) => *count += fits.len(),
            _ if fits.is_empty() => {}
            _ => self.pieces.push(Piece::Copied(fits.len())),
        }
        fits.len()
    }

    /// Holds as much as fits; returns how much that is.
    fn hold(&mut self, bytes: &Bytes) -> usize {
        let fits = bytes.len().min(self.most - self.left);
        if fits > 0 {
            self.pieces.push(Piece::Shared(bytes.slice(..fits)));
            self.left += fits;
        }
        fits
    }

    /// What is to be written, and how many of the slices are in use.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn io_slices(&self) -> ([std::io::IoSlice<'_>; Chunks::MAX], usize) {
        let mut slices = [std::io::IoSlice::new(&[]); Chunks::MAX];
        let mut copied = self.copied.get(self.past..).unwrap_or_default();
        let mut count = 0;
        for (slice, piece) in slices.iter_mut().zip(self.pieces.iter().rev()) {
            *slice = std::io::IoSlice::new(match piece {
                Piece::Copied(octets) => {
                    let (piece, rest) = copied.split_at_checked(*octets).unwrap_or_default();
                    copied = rest;
                    piece
                }
                Piece::Shared(bytes) => bytes,
            });
            count += 1;
        }
        (slices, count)
    }

    /// What is to be written, as pieces that a transport may own until it is done with them: nothing
    /// is copied. They stay here, too, until they are [`written`](Self::written).
    ///
    /// The memory for copies is used again once all pieces of it were dropped.
    pub fn pieces(&mut self) -> impl Iterator<Item = Bytes> {
        self.freeze();
        self.pieces.iter().rev().filter_map(|piece| match piece {
            Piece::Shared(bytes) => Some(bytes.clone()),
            // None is left.
            Piece::Copied(_) => None,
        })
    }

    /// Makes pieces that were copied such that can be held by others.
    fn freeze(&mut self) {
        if self.copied.is_empty() {
            return;
        }
        let frozen = Bytes::from(core::mem::take(&mut self.copied));
        let mut copied = frozen.slice(core::mem::take(&mut self.past)..);
        for piece in self.pieces.iter_mut().rev() {
            if let Piece::Copied(octets) = *piece {
                *piece = Piece::Shared(copied.split_to(octets));
            }
        }
        self.frozen = Some(frozen);
    }

    /// Takes back memory of which nobody holds a piece any more.
    fn thaw(&mut self) {
        if let Some(frozen) = self.frozen.take().filter(Bytes::is_unique) {
            self.copied = frozen.into();
        }
    }

    /// Releases the first octets, which were written.
    pub fn written(&mut self, octets: usize) {
        let mut octets = octets.min(self.left);
        self.left -= octets;
        self.unreported += octets;
        while let Some(piece) = self.pieces.last_mut() {
            let taken = octets.min(piece.len());
            octets -= taken;
            match piece {
                Piece::Copied(count) => {
                    *count -= taken;
                    self.past += taken;
                }
                Piece::Shared(bytes) => bytes.advance(taken),
            }
            if piece.len() > 0 {
                return;
            }
            self.pieces.pop();
        }
    }

    /// Tells the machine what was written since the last time; returns how many octets that are.
    ///
    /// It comes before the next pieces are taken, which are then those behind.
    pub fn settle<M: Runtime + ?Sized>(&mut self, machine: &mut M) -> usize {
        let unreported = core::mem::take(&mut self.unreported);
        if unreported > 0 {
            machine.report_write_result(WriteResult::Ok(unreported));
        }
        unreported
    }

    /// Releases all it holds, and forgets what was written; the memory for copies stays.
    pub fn clear(&mut self) {
        self.pieces.clear();
        self.thaw();
        self.copied.clear();
        (self.past, self.left, self.unreported) = (0, 0, 0);
    }

    /// Takes the memory for copies away, and what is held with it.
    #[must_use]
    pub fn take_memory(&mut self) -> Vec<u8> {
        self.clear();
        core::mem::take(self).copied
    }

    /// Gives it memory for copies, instead of what it has.
    pub fn give_memory(&mut self, memory: Vec<u8>) {
        self.clear();
        self.copied = memory;
        self.copied.clear();
    }

    /// How many octets can be copied before it needs more memory.
    #[must_use]
    pub fn capacity(&self) -> usize {
        let frozen = self.frozen.as_ref().map_or(0, Bytes::len);
        self.copied.capacity().max(frozen)
    }

    /// Says whether something was written of which the machine was not told.
    pub(crate) const fn has_unreported(&self) -> bool {
        self.unreported > 0
    }
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Copied(count) => *count,
            Self::Shared(bytes) => bytes.len(),
        }
    }
}
