//! Finds the entries of the dynamic table by their hashes.
//!
//! Entries are numbered as they come. A bucket holds the number of the newest entry with its hash,
//! and each entry the number of the one before it. The oldest entries leave first, and stand last
//! in their chains, so a chain simply ends at a number that has left: nothing is ever unlinked.

use alloc::vec;
use alloc::vec::Vec;

use super::habit::Reference;
use crate::HeaderField;
use crate::table::Dynamic;

#[cfg(test)]
mod tests;

/// How many candidates one look-up compares.
///
/// Choice: whoever can make names and values collide gets a worse compression, not our time.
const CANDIDATES: usize = 8;

/// The smallest number of buckets; a power of two.
const FEWEST_BUCKETS: usize = 16;

/// The numbers of the newest entries in a bucket.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    by_name: u32,
    by_field: u32,
}

/// What is known of an entry.
#[derive(Clone, Copy, Debug, Default)]
struct Link {
    name_hash: u32,
    field_hash: u32,
    /// The first entry of the static table with the same name, or 0.
    fixed: u8,
    /// The entries before it in both buckets.
    before: Bucket,
}

/// The look-up by name, and by name and value.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    buckets: Vec<Bucket>,
    /// The links of the entries, each in the place of its number, as many as there are buckets.
    links: Vec<Link>,
    /// How many entries there are.
    len: usize,
    /// The number of the newest entry; the first one has the number 1.
    newest: u32,
}

impl Lookup {
    /// Returns the place of the newest entry with this name.
    pub(super) fn find_name(&self, hash: u64, name: &[u8], table: &Dynamic) -> Option<usize> {
        let hash = folded(hash);
        let mut number = self.bucket(hash)?.by_name;
        for _ in 0..CANDIDATES {
            let place = self.place(number);
            let link = self.link(number)?;
            if link.name_hash == hash && table.name(place) == Some(name) {
                return Some(place);
            }
            number = link.before.by_name;
        }
        None
    }

    /// Returns the place of the newest entry with this name and value.
    #[inline]
    pub(super) fn find_field(
        &self,
        hash: u64,
        fixed: Option<u8>,
        field: &HeaderField<'_>,
        table: &Dynamic,
    ) -> Option<usize> {
        let (hash, fixed) = (folded(hash), fixed.unwrap_or(0));
        let mut number = self.bucket(hash)?.by_field;
        for _ in 0..CANDIDATES {
            let place = self.place(number);
            let link = self.link(number)?;
            if link.field_hash == hash && link.fixed == fixed {
                let (name, value) = table.get(place)?;
                if value == field.value && (fixed != 0 || name == field.name) {
                    return Some(place);
                }
            }
            number = link.before.by_field;
        }
        None
    }

    /// Adds the newest entry of the table, which has `len` entries now.
    pub(super) fn insert(
        &mut self,
        name_hash: u64,
        field_hash: u64,
        fixed: Option<u8>,
        len: usize,
    ) {
        self.truncate(len.saturating_sub(1));
        if len == 0 {
            return;
        }
        if self.len >= self.buckets.len() {
            self.grow();
        }
        self.len += 1;
        self.newest = self.newest.wrapping_add(1);
        let before = Bucket::default();
        let (name_hash, field_hash) = (folded(name_hash), folded(field_hash));
        let link = Link {
            name_hash,
            field_hash,
            fixed: fixed.unwrap_or(0),
            before,
        };
        let link = chain(&mut self.buckets, link, self.newest);
        let place = self.newest as usize & self.links.len().wrapping_sub(1);
        if let Some(place) = self.links.get_mut(place) {
            *place = link;
        }
    }

    /// Forgets the entries that left the table, which has `len` entries now.
    pub(super) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Returns the link of the entry with a number, unless that has left.
    #[inline]
    fn link(&self, number: u32) -> Option<&Link> {
        if self.place(number) >= self.len {
            return None;
        }
        let mask = self.links.len().wrapping_sub(1);
        self.links.get(number as usize & mask)
    }

    #[inline]
    fn bucket(&self, hash: u32) -> Option<&Bucket> {
        self.buckets
            .get(hash as usize & self.buckets.len().wrapping_sub(1))
    }

    /// Returns the place of the entry with a number; of one that has left, a place behind the end.
    #[inline]
    pub(super) fn place(&self, number: u32) -> usize {
        self.newest.wrapping_sub(number) as usize
    }

    /// The entry at a place, by its number, which stays the same.
    pub(super) fn reference(&self, place: usize) -> Reference {
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        Reference::Dynamic(self.newest.wrapping_sub(place))
    }

    /// Doubles the buckets and chains all entries anew, the oldest one first.
    #[cold]
    fn grow(&mut self) {
        let buckets = (2 * self.buckets.len()).max(FEWEST_BUCKETS);
        self.buckets.clear();
        // A number that has left already, so that empty chains end at once.
        let gone = self.newest.wrapping_sub(u32::MAX / 2);
        self.buckets.resize(
            buckets,
            Bucket {
                by_name: gone,
                by_field: gone,
            },
        );
        let mut links = vec![Link::default(); buckets];
        let count = u32::try_from(self.len).unwrap_or(0);
        for place in (0..count).rev() {
            let number = self.newest.wrapping_sub(place);
            let link = self.link(number).copied();
            if let (Some(link), Some(place)) =
                (link, links.get_mut(number as usize & (buckets - 1)))
            {
                *place = chain(&mut self.buckets, link, number);
            }
        }
        self.links = links;
    }
}

/// Makes an entry the first one in its buckets; returns its link to those before it.
fn chain(buckets: &mut [Bucket], mut link: Link, number: u32) -> Link {
    let mask = buckets.len().wrapping_sub(1);
    if let Some(bucket) = buckets.get_mut(link.name_hash as usize & mask) {
        link.before.by_name = core::mem::replace(&mut bucket.by_name, number);
    }
    if let Some(bucket) = buckets.get_mut(link.field_hash as usize & mask) {
        link.before.by_field = core::mem::replace(&mut bucket.by_field, number);
    }
    link
}

/// Folds a hash into what a link holds.
#[inline]
const fn folded(hash: u64) -> u32 {
    let [a, b, c, d, e, f, g, h] = hash.to_le_bytes();
    u32::from_le_bytes([a, b, c, d]) ^ u32::from_le_bytes([e, f, g, h])
}
