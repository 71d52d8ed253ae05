//! The dynamic table: entries in the order of their arrival, within a size (RFC 7541 §2.3.2, RFC 7541 §4).
//!
//! All entries lie packed in one arena, oldest first. New ones go to its
//! end; when the end is reached, the living ones move to the front, which costs each octet one move
//! in the course of a whole arena. No entry owns memory.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::field::OVERHEAD;
use crate::{PackedField, Sensitivity};

/// The smallest arena in octets.
const SMALLEST_ARENA: usize = 256;

/// The dynamic table, of an encoder or a decoder.
#[derive(Debug)]
pub(crate) struct Dynamic {
    /// Octets of dead entries, then of living ones.
    arena: Vec<u8>,
    /// How many octets have left the front of the arena since the beginning.
    moved: usize,
    /// The entries, the newest one first.
    entries: VecDeque<Stored>,
    size: usize,
    max_size: usize,
    evictions: u64,
}

#[derive(Clone, Copy, Debug)]
struct Stored {
    /// Where the entry begins, counted from the first octet there ever was.
    start: usize,
    /// How long it is, its head included.
    length: u32,
    mark: u8,
}

impl Stored {
    /// What it counts for (RFC 7541 §4.1).
    #[inline]
    const fn size(self) -> usize {
        self.length as usize - PackedField::HEAD + OVERHEAD
    }
}

/// Where the name of a new entry comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'a> {
    /// From here.
    Octets(&'a [u8]),
    /// The entry at this place of the table, 0 being the newest.
    Entry(usize),
}

impl Dynamic {
    pub(crate) const fn new(max_size: usize) -> Self {
        Self {
            arena: Vec::new(),
            moved: 0,
            entries: VecDeque::new(),
            size: 0,
            max_size,
            evictions: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) const fn size(&self) -> usize {
        self.size
    }

    pub(crate) const fn max_size(&self) -> usize {
        self.max_size
    }

    pub(crate) const fn evictions(&self) -> u64 {
        self.evictions
    }

    /// Returns the entry at a place, 0 being the newest, and its mark.
    #[inline]
    pub(crate) fn entry_mut(&mut self, place: usize) -> Option<(PackedField<'_>, &mut u8)> {
        let stored = self.entries.get_mut(place)?;
        let start = stored.start.wrapping_sub(self.moved);
        let octets = self.arena.get(start..start + stored.length as usize)?;
        Some((PackedField::trusted(octets), &mut stored.mark))
    }

    /// Returns the entry at a place, 0 being the newest.
    #[inline]
    pub(crate) fn entry(&self, place: usize) -> Option<PackedField<'_>> {
        let stored = self.entries.get(place)?;
        let start = stored.start.wrapping_sub(self.moved);
        let octets = self.arena.get(start..start + stored.length as usize)?;
        Some(PackedField::trusted(octets))
    }

    /// Returns name and value of the entry at a place, 0 being the newest.
    #[inline]
    pub(crate) fn get(&self, place: usize) -> Option<(&[u8], &[u8])> {
        self.entry(place).map(PackedField::name_and_value)
    }

    /// Returns the name of the entry at a place, 0 being the newest.
    #[inline]
    pub(crate) fn name(&self, place: usize) -> Option<&[u8]> {
        self.get(place).map(|(name, _)| name)
    }

    /// Returns the octets of a name.
    #[inline]
    pub(crate) fn octets<'a>(&'a self, name: Source<'a>) -> Option<&'a [u8]> {
        match name {
            Source::Octets(octets) => Some(octets),
            Source::Entry(place) => self.name(place),
        }
    }

    /// Makes an entry the newest one; evicts old ones until it fits.
    #[inline]
    pub(crate) fn insert(&mut self, name: Source<'_>, value: &[u8], mark: u8) {
        let name_octets = self.octets(name).map_or(0, <[u8]>::len);
        let octets = name_octets.saturating_add(value.len());
        let (Ok(name_len), Ok(value_len), Ok(length), Some(left)) = (
            u32::try_from(name_octets),
            u32::try_from(value.len()),
            u32::try_from(octets.saturating_add(PackedField::HEAD)),
            self.max_size.checked_sub(octets.saturating_add(OVERHEAD)),
        ) else {
            // RFC 7541 §4.4: an entry larger than the table empties it, and is not an error.
            self.clear();
            return;
        };
        self.make_space(length as usize);
        let start = self.moved.wrapping_add(self.arena.len());
        let head = PackedField::head(name_len, value_len, Sensitivity::Normal, 0);
        self.arena.extend_from_slice(&head);
        // RFC 7541 §4.4: the entry that lends its name may be evicted, so the name is copied first.
        match name {
            Source::Octets(octets) => self.arena.extend_from_slice(octets),
            Source::Entry(place) => self.copy_name(place, name_octets),
        }
        self.arena.extend_from_slice(value);
        self.evict_to(left);
        self.size += octets + OVERHEAD;
        self.entries.push_front(Stored {
            start,
            length,
            mark,
        });
    }

    fn copy_name(&mut self, place: usize, length: usize) {
        if let Some(entry) = self.entries.get(place) {
            let start = entry.start.wrapping_sub(self.moved) + PackedField::HEAD;
            self.arena.extend_from_within(start..start + length);
        }
    }

    /// Changes the greatest size, and evicts what no longer fits (RFC 7541 §4.3).
    ///
    /// An empty table gives its memory back.
    pub(crate) fn set_max_size(&mut self, octets: usize) {
        self.max_size = octets;
        self.evict_to(octets);
        if self.entries.is_empty() {
            self.arena = Vec::new();
        }
    }

    /// Evicts every entry.
    pub(crate) fn clear(&mut self) {
        self.evict_to(0);
    }

    /// Evicts old entries until the table has at most this size.
    #[inline]
    fn evict_to(&mut self, size: usize) {
        while self.size > size {
            let Some(oldest) = self.entries.pop_back() else {
                return;
            };
            self.size -= oldest.size();
            self.evictions += 1;
        }
    }

    /// Makes sure that so many more octets fit into the arena.
    #[inline]
    fn make_space(&mut self, octets: usize) {
        if self.arena.capacity() - self.arena.len() < octets {
            self.make_space_by_moving(octets);
        }
    }

    #[cold]
    fn make_space_by_moving(&mut self, octets: usize) {
        let first = self.entries.back().map_or(self.arena.len(), |oldest| {
            oldest.start.wrapping_sub(self.moved)
        });
        let living = self.arena.len() - first;
        // Moving pays once as much is dead as is alive; until then the arena doubles, up to what
        // a full table and its next entry take.
        if living + octets > self.arena.capacity() || first < living {
            let most = self.max_size.saturating_mul(2).max(living + octets);
            let capacity = (2 * self.arena.capacity())
                .max(SMALLEST_ARENA)
                .max(living + octets);
            let mut arena = Vec::with_capacity(capacity.min(most));
            arena.extend(self.arena.iter().skip(first));
            self.arena = arena;
        } else {
            self.arena.drain(..first);
        }
        self.moved = self.moved.wrapping_add(first);
    }
}
