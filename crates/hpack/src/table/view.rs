//! What tools may see of a dynamic table (RFC 7541 §2.3.2).

use core::fmt;
use core::iter::FusedIterator;
use core::ops::Range;

use super::{Dynamic, STATIC_LENGTH};
use crate::field::OVERHEAD;

/// A look at the dynamic table of an encoder or a decoder (RFC 7541 §2.3.2).
#[derive(Clone, Copy)]
pub struct DynamicTable<'a> {
    table: &'a Dynamic,
}

impl<'a> DynamicTable<'a> {
    pub(crate) const fn new(table: &'a Dynamic) -> Self {
        Self { table }
    }

    /// Returns how many entries there are.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Says whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.table.len() == 0
    }

    /// Returns the size of all entries in octets, 32 for each included (RFC 7541 §4.1).
    pub fn size(&self) -> usize {
        self.table.size()
    }

    /// Returns the size that the entries may have, in octets (RFC 7541 §4.2).
    pub fn max_size(&self) -> usize {
        self.table.max_size()
    }

    /// Returns how many entries have been evicted since the beginning (RFC 7541 §4.3, RFC 7541 §4.4).
    pub fn evictions(&self) -> u64 {
        self.table.evictions()
    }

    /// Returns what tells whether the table is the same later: entries are only added and evicted, so that
    /// one of as many of both is.
    pub fn state(&self) -> TableState {
        TableState {
            len: self.table.len(),
            evictions: self.table.evictions(),
            max_size: self.table.max_size(),
        }
    }

    /// Returns the entries, the newest one first.
    pub fn entries(&self) -> Entries<'a> {
        Entries {
            table: self.table,
            places: 0..self.table.len(),
        }
    }
}

/// What a dynamic table is at a moment: between two that are equal, of one table, nothing was added, evicted
/// or resized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TableState {
    len: usize,
    evictions: u64,
    max_size: usize,
}

impl fmt::Debug for DynamicTable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicTable")
            .field("size", &self.size())
            .field("max_size", &self.max_size())
            .field("evictions", &self.evictions())
            .field("entries", &self.entries())
            .finish()
    }
}

/// One entry of a dynamic table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Entry<'a> {
    /// The index that refers to it in a block, from 62 on (RFC 7541 §2.3.3).
    pub index: usize,
    /// The octets of the name.
    pub name: &'a [u8],
    /// The octets of the value.
    pub value: &'a [u8],
    /// The octets of both, plus 32 (RFC 7541 §4.1).
    pub size: usize,
}

/// The entries of a dynamic table, the newest one first.
#[derive(Clone)]
pub struct Entries<'a> {
    table: &'a Dynamic,
    places: Range<usize>,
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let place = self.places.next()?;
        let (name, value) = self.table.get(place)?;
        let size = name.len() + value.len() + OVERHEAD;
        Some(Entry {
            index: STATIC_LENGTH + 1 + place,
            name,
            value,
            size,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.places.size_hint()
    }
}

impl ExactSizeIterator for Entries<'_> {}

impl FusedIterator for Entries<'_> {}

impl fmt::Debug for Entries<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |octets: &[u8]| alloc::format!("{}", octets.escape_ascii());
        f.debug_map()
            .entries(self.clone().map(|e| (text(e.name), text(e.value))))
            .finish()
    }
}
