//! What is kept of each stream beside the machine: who holds it, and who waits for it.
//!
//! There is no second way to find a stream: the machine's own slot for it holds a word, which is the
//! place here, for as long as anybody may ask. How it ended stands in that slot, too. Identifiers never
//! come again on a connection, so that one which is stale finds nothing.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::num::NonZeroU32;
use core::task::Waker;

use proto::StreamId;

use crate::error::Error;
use crate::holders::Holders;

/// So few new streams in a turn do not need the memory that many had.
const FEW: usize = 4;

/// What a task waits for on a stream: one waker for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "one for each way to wait")]
pub enum Interest {
    /// What arrives: heads, content, trailers, and their end.
    Recv,
    /// Capacity, that the stream is opened, and that it is over.
    Send,
}

/// The entries of the streams that somebody holds.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    places: Vec<Place>,
    /// The first place that is free.
    free: Option<u32>,
    used: usize,
    /// How many are new in this turn.
    opened: usize,
}

#[derive(Debug)]
enum Place {
    /// The next one that is free.
    Free(Option<u32>),
    Used(Entry),
}

/// What is kept of one stream.
#[derive(Debug)]
pub(crate) struct Entry {
    id: StreamId,
    pub(crate) holders: Holders,
    recv: Option<Waker>,
    send: Option<Waker>,
    /// Why content of ours failed.
    pub(crate) cause: Option<Box<Error>>,
}

impl Entry {
    /// Where a task that waits is kept.
    pub(crate) const fn place(&mut self, interest: Interest) -> &mut Option<Waker> {
        match interest {
            Interest::Recv => &mut self.recv,
            Interest::Send => &mut self.send,
        }
    }

    /// Takes all who wait.
    pub(crate) const fn take_wakers(&mut self) -> [Option<Waker>; 2] {
        [self.recv.take(), self.send.take()]
    }

    /// Says whether a handler of it runs and holds something of it.
    pub(crate) const fn is_in_hand(&self) -> bool {
        self.holders.is_handled() && self.holders.count() > 0
    }

    /// Says whether nobody has to do with it any more.
    pub(crate) const fn is_free(&self) -> bool {
        self.holders.count() == 0 && !self.holders.is_handled()
    }
}

impl Entries {
    /// Adds a stream, of which nobody holds anything yet; returns the word for the machine.
    pub(crate) fn open(&mut self, id: StreamId) -> NonZeroU32 {
        self.opened += 1;
        self.used += 1;
        let entry = Place::Used(Entry {
            id,
            holders: Holders::NONE,
            recv: None,
            send: None,
            cause: None,
        });
        let number = self.free.unwrap_or_else(|| number(self.places.len()));
        match self.places.get_mut(number as usize) {
            Some(place) => {
                if let Place::Free(next) = *place {
                    self.free = next;
                }
                *place = entry;
            }
            None => self.places.push(entry),
        }
        NonZeroU32::MIN.saturating_add(number)
    }

    /// How many places there is memory for.
    #[cfg(test)]
    pub(crate) const fn capacity(&self) -> usize {
        self.places.capacity()
    }

    /// The entry that a word of the machine's leads to.
    pub(crate) fn get_mut(&mut self, word: NonZeroU32, id: StreamId) -> Option<&mut Entry> {
        match self.places.get_mut(word.get() as usize - 1) {
            Some(Place::Used(entry)) if entry.id == id => Some(entry),
            _ => None,
        }
    }

    /// Takes an entry out.
    pub(crate) fn remove(&mut self, word: NonZeroU32) -> Option<Entry> {
        let place = self.places.get_mut(word.get() as usize - 1)?;
        match core::mem::replace(place, Place::Free(self.free)) {
            Place::Used(entry) => {
                self.free = Some(word.get() - 1);
                self.used -= 1;
                Some(entry)
            }
            Place::Free(next) => {
                *place = Place::Free(next);
                None
            }
        }
    }

    /// All that are there.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.places.iter_mut().filter_map(|place| match place {
            Place::Used(entry) => Some(entry),
            Place::Free(_) => None,
        })
    }

    /// A turn of the driver's is over. Gives memory back if it is not needed, and not likely to be
    /// soon.
    pub(crate) fn rest(&mut self) {
        if self.used == 0 && self.opened <= FEW && !self.places.is_empty() {
            self.places = Vec::new();
            self.free = None;
        }
        self.opened = 0;
    }
}

/// More streams than there are identifiers cannot be open.
fn number(places: usize) -> u32 {
    u32::try_from(places).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(value: u32) -> StreamId {
        StreamId::from_wire(value)
    }

    #[test]
    fn a_stale_word_finds_nothing() {
        let mut entries = Entries::default();
        let words = [1, 3, 5].map(|value| entries.open(id(value)));
        assert!(entries.remove(words[1]).is_some());
        assert!(entries.remove(words[1]).is_none());
        assert!(entries.get_mut(words[1], id(3)).is_none());
        let reused = entries.open(id(7));
        assert_eq!(reused, words[1]);
        assert!(entries.get_mut(reused, id(3)).is_none(), "another's place");
        assert!(entries.get_mut(reused, id(7)).is_some());
        assert!(entries.get_mut(words[2], id(5)).is_some());
    }

    #[test]
    fn places_are_used_again_in_any_order() {
        let mut entries = Entries::default();
        let words: Vec<_> = (0..100)
            .map(|value| entries.open(id(2 * value + 1)))
            .collect();
        words
            .iter()
            .rev()
            .for_each(|word| drop(entries.remove(*word)));
        for value in 100..200 {
            entries.open(id(2 * value + 1));
        }
        assert_eq!(
            (entries.places.len(), entries.iter_mut().count()),
            (100, 100)
        );
    }

    #[test]
    fn memory_is_given_back_once_there_are_no_streams_and_few_came_of_late() {
        let mut entries = Entries::default();
        let words: Vec<_> = (0..10)
            .map(|value| entries.open(id(2 * value + 1)))
            .collect();
        words
            .into_iter()
            .for_each(|word| drop(entries.remove(word)));
        entries.rest();
        assert_eq!(entries.places.len(), 10, "as many may come again");
        entries.rest();
        assert_eq!(entries.places.capacity(), 0);
        let word = entries.open(id(21));
        assert!(entries.get_mut(word, id(21)).is_some());
    }

    #[test]
    fn an_entry_is_small() {
        let octets = size_of::<Place>();
        assert!(octets <= 48, "{octets}");
    }
}
