//! Where the streams live: slots in a slab, found by two sorted lists of identifiers.
//!
//! Identifiers of one side only grow, so that a new one is appended and an old one is found by
//! halving; a hash map would be larger, slower and open to chosen keys.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::num::NonZeroU32;

use frame::StreamId;

use super::Stream;
use super::links::{Link, Name};

/// Where a stream lives, for as long as it does: one more than its place, so that a key that is not
/// there takes no octet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key(NonZeroU32);

/// So many slots are allocated at once, as soon as there are as many: the first ones by and by.
const CHUNK: usize = 16;

/// All streams that are not forgotten.
#[derive(Debug)]
pub(crate) struct Store {
    /// Chunks of slots, all but the last one full, so that none is ever moved nor in excess.
    slots: Vec<Vec<Slot>>,
    free: Vec<Key>,
    odd: Index,
    even: Index,
}

#[derive(Debug)]
struct Slot {
    stream: Option<Stream>,
    links: [Link; Name::CHAINS],
}

/// The streams of one side, by identifier.
#[derive(Debug, Default)]
struct Index {
    /// Ascending. A stream that left leaves a tombstone.
    entries: VecDeque<(StreamId, Option<Key>)>,
    live: usize,
}

impl Key {
    /// The key of the last of so many slots.
    fn of_last(slots: usize) -> Self {
        // More streams than there are identifiers cannot be open.
        let last = u32::try_from(slots).ok().and_then(NonZeroU32::new);
        Self(last.unwrap_or(NonZeroU32::MAX))
    }

    const fn place(self) -> usize {
        self.0.get() as usize - 1
    }
}

impl Store {
    pub(crate) fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            odd: Index::default(),
            even: Index::default(),
        }
    }

    /// Adds a stream whose identifier is greater than those of its side before it.
    pub(crate) fn insert(&mut self, stream: Stream) -> Key {
        let id = stream.id;
        let slot = Slot {
            stream: Some(stream),
            links: [Link::default(); Name::CHAINS],
        };
        let key = match self.free.pop() {
            Some(key) => {
                if let Some(free) = self.slot_mut(key) {
                    *free = slot;
                }
                key
            }
            None => self.append(slot),
        };
        self.index_mut(id).insert(id, key);
        key
    }

    /// Takes a stream out. It must be in no list any more.
    pub(crate) fn remove(&mut self, key: Key) {
        let Some(slot) = self.slot_mut(key) else {
            return;
        };
        let Some(id) = slot.stream.as_ref().map(|stream| stream.id) else {
            return;
        };
        slot.stream = None;
        self.free.push(key);
        self.index_mut(id).remove(id);
    }

    /// Gives the memory back that was needed when there were streams. Says whether there are none.
    pub(crate) fn rest(&mut self) -> bool {
        let is_empty = self.odd.live + self.even.live == 0;
        if is_empty {
            *self = Self::new();
        }
        is_empty
    }

    /// The octets of memory of the slots.
    pub(crate) fn capacity(&self) -> usize {
        let slots: usize = self.slots.iter().map(Vec::capacity).sum();
        slots * size_of::<Slot>()
    }

    /// Adds a slot.
    fn append(&mut self, slot: Slot) -> Key {
        match self.slots.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => chunk.push(slot),
            last => {
                let room = if last.is_some() { CHUNK } else { 1 };
                let mut chunk = Vec::with_capacity(room);
                chunk.push(slot);
                self.slots.push(chunk);
            }
        }
        let last = self.slots.last().map_or(0, Vec::len);
        Key::of_last((self.slots.len() - 1) * CHUNK + last)
    }

    #[inline]
    fn slot(&self, key: Key) -> Option<&Slot> {
        let place = key.place();
        self.slots.get(place / CHUNK)?.get(place % CHUNK)
    }

    #[inline]
    fn slot_mut(&mut self, key: Key) -> Option<&mut Slot> {
        let place = key.place();
        self.slots.get_mut(place / CHUNK)?.get_mut(place % CHUNK)
    }

    pub(crate) fn find(&self, id: StreamId) -> Option<Key> {
        self.index(id).find(id)
    }

    #[inline]
    pub(crate) fn get(&self, key: Key) -> Option<&Stream> {
        self.slot(key)?.stream.as_ref()
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut Stream> {
        self.slot_mut(key)?.stream.as_mut()
    }

    #[inline]
    pub(super) fn link(&self, key: Key, chain: usize) -> Option<&Link> {
        self.slot(key)?.links.get(chain)
    }

    #[inline]
    pub(super) fn link_mut(&mut self, key: Key, chain: usize) -> Option<&mut Link> {
        self.slot_mut(key)?.links.get_mut(chain)
    }

    /// All streams: those of the client first, each side's in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Stream> {
        self.keys().filter_map(|key| self.get(key))
    }

    /// Where all streams live, in the same order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = Key> {
        self.odd
            .entries
            .iter()
            .chain(&self.even.entries)
            .filter_map(|(_, key)| *key)
    }

    /// How many places are taken by streams, by tombstones and by what they leave behind.
    #[cfg(test)]
    pub(super) fn places(&self) -> usize {
        self.slots.iter().map(Vec::len).sum::<usize>()
            + self.odd.entries.len()
            + self.even.entries.len()
    }

    fn index(&self, id: StreamId) -> &Index {
        if id.is_client_initiated() {
            &self.odd
        } else {
            &self.even
        }
    }

    fn index_mut(&mut self, id: StreamId) -> &mut Index {
        if id.is_client_initiated() {
            &mut self.odd
        } else {
            &mut self.even
        }
    }
}

impl Index {
    fn insert(&mut self, id: StreamId, key: Key) {
        debug_assert!(
            self.entries.back().is_none_or(|(last, _)| *last < id),
            "ascending"
        );
        self.entries.push_back((id, Some(key)));
        self.live += 1;
    }

    #[inline]
    fn find(&self, id: StreamId) -> Option<Key> {
        match self.entries.get(self.guess(id)?) {
            Some((found, key)) if *found == id => *key,
            // A new one is looked for in vain.
            None if self.entries.back().is_none_or(|(last, _)| *last < id) => None,
            _ => self.entries.get(self.search(id)?)?.1,
        }
    }

    /// Where a stream stands if there is no gap before it, for a side uses every second identifier.
    #[inline]
    fn guess(&self, id: StreamId) -> Option<usize> {
        let (first, _) = self.entries.front()?;
        Some(id.value().checked_sub(first.value())? as usize / 2)
    }

    fn search(&self, id: StreamId) -> Option<usize> {
        self.entries.binary_search_by_key(&id, |(id, _)| *id).ok()
    }

    /// Where a stream stands that is there.
    fn place(&self, id: StreamId) -> Option<usize> {
        let guess = self.guess(id)?;
        match self.entries.get(guess) {
            Some((found, _)) if *found == id => Some(guess),
            _ => self.search(id),
        }
    }

    fn remove(&mut self, id: StreamId) {
        let Some(place) = self.place(id) else {
            return;
        };
        if let Some(entry) = self.entries.get_mut(place) {
            self.live -= usize::from(entry.1.take().is_some());
        }
        while self.entries.front().is_some_and(|(_, key)| key.is_none()) {
            self.entries.pop_front();
        }
        // A few long-lived streams must not keep the tombstones of all that came after them.
        if self.entries.len() > 2 * self.live + 32 {
            self.entries.retain(|(_, key)| key.is_some());
        }
    }
}
