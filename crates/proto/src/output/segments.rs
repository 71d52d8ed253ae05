//! Segments that wait to be written.
//!
//! Frame heads, fields and small content are copied one behind the other; larger content stays the
//! application's, and goes out by reference.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use bytes::{Buf, Bytes};
use runtime::Chunks;

use crate::rests::Rests;

/// Content of up to this many octets is copied, so that a hundred small responses are one write.
const COPIED: usize = 1024;

/// Up to this many octets of space, the buffer is kept when all is written.
const KEPT: usize = 4096;

/// Above this many octets that have left, those behind them are moved to the front.
const LEFT: usize = 4096;

/// Octets in the order in which they leave.
#[derive(Debug)]
pub(super) struct Segments {
    /// What was copied; its first octets have left already.
    copied: Vec<u8>,
    left: usize,
    segments: VecDeque<Segment>,
    octets: usize,
    /// The most octets that were copied since the last look.
    needed: u32,
    /// How often nothing waited since then.
    rests: Rests,
    /// The octets that have left since the beginning.
    written: u64,
}

#[derive(Debug)]
enum Segment {
    /// So many of the copied octets.
    Copied(usize),
    Shared(Bytes),
}

impl Segments {
    pub(super) const fn new() -> Self {
        Self {
            copied: Vec::new(),
            left: 0,
            segments: VecDeque::new(),
            octets: 0,
            needed: 0,
            rests: Rests::new(),
            written: 0,
        }
    }

    /// How many octets wait.
    pub(super) const fn octets(&self) -> usize {
        self.octets
    }

    /// The octets that were ever appended.
    pub(super) const fn appended(&self) -> u64 {
        self.written + self.octets as u64
    }

    /// The octets that have left since the beginning.
    pub(super) const fn written_in_all(&self) -> u64 {
        self.written
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.octets == 0
    }

    /// Appends what `write` writes.
    pub(super) fn append(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let before = self.copied.len();
        write(&mut self.copied);
        let count = self.copied.len() - before;
        self.octets += count;
        match self.segments.back_mut() {
            Some(Segment::Copied(octets)) => *octets += count,
            _ => self.segments.push_back(Segment::Copied(count)),
        }
    }

    /// Appends content.
    pub(super) fn append_content(&mut self, content: Bytes) {
        if content.len() <= COPIED {
            self.append(|copied| copied.extend_from_slice(&content));
        } else {
            self.octets += content.len();
            self.segments.push_back(Segment::Shared(content));
        }
    }

    /// The copied octets that were appended last.
    pub(super) fn last(&self, octets: usize) -> &[u8] {
        let start = self.copied.len().saturating_sub(octets);
        self.copied.get(start..).unwrap_or_default()
    }

    /// The first of the octets that wait.
    pub(super) fn chunks(&self) -> Chunks<'_> {
        let mut copied = self.copied.get(self.left..).unwrap_or_default();
        let mut chunks = Chunks::new();
        for segment in &self.segments {
            let pushed = match segment {
                Segment::Copied(octets) => {
                    let (piece, rest) = copied.split_at_checked(*octets).unwrap_or_default();
                    copied = rest;
                    chunks.push(piece)
                }
                Segment::Shared(content) => chunks.push_shared(content),
            };
            if pushed.is_err() {
                break;
            }
        }
        chunks
    }

    /// Drops the first `octets`, which were written.
    pub(super) fn written(&mut self, octets: usize) {
        let mut octets = octets.min(self.octets);
        self.octets -= octets;
        self.written += octets as u64;
        while let Some(segment) = self.segments.front_mut() {
            let length = match segment {
                Segment::Copied(length) => *length,
                Segment::Shared(content) => content.len(),
            };
            let taken = octets.min(length);
            octets -= taken;
            match segment {
                Segment::Copied(length) => {
                    *length -= taken;
                    self.left += taken;
                }
                Segment::Shared(content) => content.advance(taken),
            }
            if taken < length {
                break;
            }
            self.segments.pop_front();
        }
        self.reclaim();
    }

    /// Drops everything. Returns how many octets that were.
    pub(super) fn clear(&mut self) -> usize {
        let octets = self.octets;
        *self = Self::new();
        octets
    }

    /// Makes the space of what was written usable again.
    fn reclaim(&mut self) {
        if self.left == self.copied.len() {
            let needed = u32::try_from(self.left).unwrap_or(u32::MAX);
            self.needed = self.needed.max(needed);
            self.copied.clear();
            self.left = 0;
        } else if self.left > self.copied.len() / 2 && self.left > LEFT {
            self.copied.drain(..self.left);
            self.left = 0;
        }
    }

    /// Gives memory back from time to time that was not needed since the last time, while nothing waits.
    #[inline]
    pub(super) fn rest(&mut self) {
        if self.rests.end_period() {
            self.look();
        }
    }

    #[cold]
    fn look(&mut self) {
        let needed = core::mem::take(&mut self.needed) as usize;
        if self.copied.capacity() > KEPT.max(4 * needed) {
            self.give_back();
        }
    }

    /// Gives all memory back while nothing waits.
    pub(super) fn give_back(&mut self) {
        if self.is_empty() {
            self.copied = Vec::new();
            self.segments = VecDeque::new();
        }
    }

    /// The octets of memory that it holds.
    pub(super) fn capacity(&self) -> usize {
        self.copied.capacity() + self.segments.capacity() * size_of::<Segment>()
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::{KEPT, LEFT, Segments};
    use crate::rests::PERIOD;

    fn append(segments: &mut Segments, octets: usize) {
        segments.append(|copied| copied.extend(vec![0; octets]));
    }

    /// Moving what is left costs as much as there is: it is worth it where most has gone.
    #[test]
    fn what_is_left_is_moved_once_more_than_half_of_much_has_gone() {
        let mut segments = Segments::new();
        append(&mut segments, 4 * LEFT);
        segments.written(2 * LEFT);
        assert_eq!(
            (segments.copied.len(), segments.left),
            (4 * LEFT, 2 * LEFT),
            "half"
        );
        segments.written(1);
        assert_eq!((segments.copied.len(), segments.left), (2 * LEFT - 1, 0));
        segments.written(LEFT);
        assert_eq!(segments.left, LEFT, "more than half, of little");
        assert_eq!(segments.octets(), LEFT - 1);
    }

    #[test]
    fn a_writer_that_is_never_done_takes_no_more_and_more_memory() {
        let mut segments = Segments::new();
        append(&mut segments, LEFT);
        for _ in 0..1000 {
            append(&mut segments, LEFT);
            segments.written(LEFT);
        }
        assert!(
            segments.copied.capacity() <= 8 * LEFT,
            "{}",
            segments.copied.capacity()
        );
    }

    /// Writes so many octets, and looks.
    fn turn(segments: &mut Segments, octets: usize) {
        append(segments, octets);
        segments.written(octets);
        segments.rest();
    }

    #[test]
    fn a_large_buffer_stays_while_it_is_needed_from_time_to_time() {
        let mut segments = Segments::new();
        for _ in 0..10 {
            turn(&mut segments, 16 * KEPT);
            (0..PERIOD - 1).for_each(|_| segments.rest());
            assert!(segments.capacity() >= 16 * KEPT);
        }
    }

    #[test]
    fn a_large_buffer_goes_once_it_was_not_needed_for_a_period() {
        let mut segments = Segments::new();
        turn(&mut segments, 16 * KEPT);
        (0..2 * PERIOD).for_each(|_| turn(&mut segments, 1));
        assert!(segments.copied.capacity() <= KEPT);
    }
}
