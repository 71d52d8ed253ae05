//! Where the streams live: slots in one slab, found by two sorted lists of identifiers.
//!
//! Identifiers of one side only grow, so that a new one is appended and an old one is found by
//! halving; a hash map would be larger, slower and open to chosen keys.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::num::NonZeroU32;

use frame::StreamId;

use super::Stream;

/// Where a stream lives, for as long as it does: one more than its place, so that a key that is not
/// there takes no octet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key(NonZeroU32);

/// All streams that are not forgotten.
#[derive(Debug)]
pub(crate) struct Store {
    slots: Vec<Option<Stream>>,
    free: Vec<Key>,
    odd: Index,
    even: Index,
    /// How often a stream was looked for, or looked at by its key.
    #[cfg(test)]
    looked_up: core::cell::Cell<u32>,
}

/// The streams of one side, by identifier.
#[derive(Debug)]
struct Index {
    /// Ascending. A stream that left leaves a tombstone.
    entries: VecDeque<(StreamId, Option<Key>)>,
    live: usize,
}

/// Makes space for one more where there is none: for the first alone, then for a quarter more, so that
/// little is in excess.
pub(super) fn make_space<T>(places: &mut Vec<T>) {
    let count = places.len();
    if count == places.capacity() {
        places.reserve_exact(if count == 0 { 1 } else { 16.max(count / 4) });
    }
}

impl Key {
    /// The key of the last of so many slots.
    fn of_last(slots: usize) -> Self {
        // More streams than there are identifiers cannot be open.
        let last = u32::try_from(slots).ok().and_then(NonZeroU32::new);
        Self(last.unwrap_or(NonZeroU32::MAX))
    }

    pub(super) const fn place(self) -> usize {
        self.0.get() as usize - 1
    }
}

impl Store {
    pub(crate) const fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            odd: Index::new(),
            even: Index::new(),
            #[cfg(test)]
            looked_up: core::cell::Cell::new(0),
        }
    }

    /// The key that the next stream has.
    pub(crate) fn next_key(&self) -> Key {
        let last = self.free.last().copied();
        last.unwrap_or_else(|| Key::of_last(self.slots.len() + 1))
    }

    /// Adds a stream, which has the next key, and whose identifier is greater than those of its side
    /// before it.
    pub(crate) fn insert(&mut self, stream: Stream) {
        let (id, key) = (stream.id(), stream.key());
        debug_assert_eq!(key, self.next_key(), "a stream with another's key");
        self.free.pop();
        match self.slots.get_mut(key.place()) {
            Some(slot) => *slot = Some(stream),
            None => {
                make_space(&mut self.slots);
                self.slots.push(Some(stream));
            }
        }
        self.index_mut(id).insert(id, key);
    }

    /// Makes an idle stream in the slot where it is to live, for it is large. Nobody finds it before it
    /// [opens](Self::open_prepared).
    #[inline]
    pub(crate) fn prepare(&mut self, id: StreamId, recv_window: u32) -> &mut Stream {
        if self.free.is_empty() {
            make_space(&mut self.slots);
            self.slots.push(None);
            self.free.push(Key::of_last(self.slots.len()));
        }
        let key = self.next_key();
        let slot = self.slots.get_mut(key.place());
        slot.expect("a slot is free")
            .insert(Stream::new(key, id, recv_window))
    }

    /// The stream that was prepared.
    #[inline]
    pub(crate) fn prepared(&mut self) -> Option<&mut Stream> {
        let key = self.next_key();
        self.slots.get_mut(key.place())?.as_mut()
    }

    /// The stream that was prepared is there from now on.
    #[inline]
    pub(crate) fn open_prepared(&mut self) {
        if let Some(id) = self.prepared().map(|stream| stream.id()) {
            let key = self.next_key();
            self.free.pop();
            self.index_mut(id).insert(id, key);
        }
    }

    /// The stream that was prepared is not to be. It must be in no list.
    pub(crate) fn drop_prepared(&mut self) {
        let key = self.next_key();
        if let Some(slot) = self.slots.get_mut(key.place()) {
            *slot = None;
        }
    }

    /// Takes a stream out. It must be in no list any more.
    pub(crate) fn remove(&mut self, key: Key) {
        let slot = self.slots.get_mut(key.place());
        let Some(slot) = slot else { return };
        let Some(id) = slot.as_ref().map(Stream::id) else {
            return;
        };
        // It is dropped where it is.
        *slot = None;
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

    /// The octets of one slot.
    #[cfg(test)]
    pub(crate) const fn slot_octets() -> usize {
        size_of::<Option<Stream>>()
    }

    /// The octets of memory of the slots.
    pub(crate) fn capacity(&self) -> usize {
        self.slots.capacity() * size_of::<Option<Stream>>()
    }

    /// Where a stream lives that is there.
    #[inline]
    pub(crate) fn find(&self, id: StreamId) -> Option<Key> {
        self.count_lookup();
        self.index(id).find(id)
    }

    /// Finds a stream and takes hold of it: the one look-up that a frame needs.
    #[inline]
    pub(crate) fn resolve(&mut self, id: StreamId) -> Option<&mut Stream> {
        self.count_lookup();
        let key = self.index(id).find(id)?;
        self.slots.get_mut(key.place())?.as_mut()
    }

    #[inline]
    pub(crate) fn get(&self, key: Key) -> Option<&Stream> {
        self.count_lookup();
        self.slots.get(key.place())?.as_ref()
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut Stream> {
        self.count_lookup();
        self.slots.get_mut(key.place())?.as_mut()
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
        self.slots.len() + self.odd.entries.len() + self.even.entries.len()
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "tests count")]
    const fn count_lookup(&self) {}

    #[cfg(test)]
    fn count_lookup(&self) {
        self.looked_up.set(self.looked_up.get() + 1);
    }

    /// How often a stream was looked up since this was asked last.
    #[cfg(test)]
    pub(crate) fn take_lookups(&self) -> u32 {
        self.looked_up.take()
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
    const fn new() -> Self {
        Self {
            entries: VecDeque::new(),
            live: 0,
        }
    }

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
