//! A field in one piece, as the tables store it.
//!
//! A reference to an entry of a table is the most frequent representation there is. Where the table
//! and the list that the field goes to have the same layout, taking it is one copy, and comparing a
//! field with an entry is one comparison.

use core::fmt;
use core::iter::FusedIterator;

use crate::{HeaderField, Sensitivity};

/// A field in one piece of memory.
///
/// | octets | what |
/// |---|---|
/// | 0 to 3 | the length of the name, least significant octet first |
/// | 4 to 7 | the length of the value, likewise |
/// | 8 | 1 if the field is never to be indexed, else 0 |
/// | 9 | the mark that a [`Sink`](crate::Sink) left |
/// | 10 … | the name, and behind it the value |
///
/// ```
/// use tress_hpack::{HeaderField, PackedField};
///
/// let mut list = Vec::new();
/// list.extend(PackedField::head(1, 2, Default::default(), 7));
/// list.extend(b"abc");
/// let (packed, rest) = PackedField::split_from(&list).expect("it is whole");
/// assert_eq!(packed.field(), HeaderField::new(b"a", b"bc"));
/// assert_eq!((packed.mark(), rest), (7, &[][..]));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PackedField<'a> {
    octets: &'a [u8],
}

impl<'a> PackedField<'a> {
    /// The octets before the name.
    pub const HEAD: usize = 10;

    /// Returns what stands before a name and a value of these lengths.
    #[inline]
    #[must_use]
    pub const fn head(name: u32, value: u32, sensitivity: Sensitivity, mark: u8) -> [u8; 10] {
        let [a, b, c, d] = name.to_le_bytes();
        let [e, f, g, h] = value.to_le_bytes();
        [a, b, c, d, e, f, g, h, sensitivity as u8, mark]
    }

    /// Takes the first field off a list of such fields. `None` if there is no whole one.
    #[inline]
    #[must_use]
    pub fn split_from(octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (name, rest) = octets.split_first_chunk()?;
        let (value, _) = rest.split_first_chunk()?;
        let (name, value) = (u32::from_le_bytes(*name), u32::from_le_bytes(*value));
        let length = Self::HEAD
            .checked_add(name as usize)?
            .checked_add(value as usize)?;
        let (octets, rest) = octets.split_at_checked(length)?;
        Some((Self { octets }, rest))
    }

    /// A field whose layout is known to be right.
    #[inline]
    pub(crate) const fn trusted(octets: &'a [u8]) -> Self {
        Self { octets }
    }

    /// Returns all octets, head included.
    #[inline]
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.octets
    }

    /// Returns how many octets the name and the value have.
    #[inline]
    #[must_use]
    pub fn lengths(self) -> (usize, usize) {
        let name = self
            .octets
            .first_chunk()
            .map_or(0, |name| u32::from_le_bytes(*name));
        let text = self.octets.len().saturating_sub(Self::HEAD);
        (name as usize, text.saturating_sub(name as usize))
    }

    /// Returns name and value.
    #[inline]
    pub(crate) fn name_and_value(self) -> (&'a [u8], &'a [u8]) {
        let parts = self.octets.split_first_chunk().and_then(|(name, _)| {
            let text = self.octets.get(Self::HEAD..)?;
            text.split_at_checked(u32::from_le_bytes(*name) as usize)
        });
        parts.unwrap_or_default()
    }

    /// Returns the field.
    #[inline]
    #[must_use]
    pub fn field(self) -> HeaderField<'a> {
        let (name, value) = self.name_and_value();
        HeaderField {
            name,
            value,
            sensitivity: self.sensitivity(),
        }
    }

    /// Says whether the field may be compressed against a table.
    #[inline]
    #[must_use]
    pub fn sensitivity(self) -> Sensitivity {
        match self.octets.get(8) {
            Some(0) | None => Sensitivity::Normal,
            Some(_) => Sensitivity::NeverIndexed,
        }
    }

    /// Returns the mark.
    #[inline]
    #[must_use]
    pub fn mark(self) -> u8 {
        self.octets.get(9).copied().unwrap_or(0)
    }

    /// Says whether the names are the same.
    #[inline]
    pub(crate) fn has_same_name(self, other: Self) -> bool {
        self.octets.first_chunk::<4>() == other.octets.first_chunk()
            && self.name_and_value().0 == other.name_and_value().0
    }

    /// Says whether the field is that of a table's entry, which is none that is never to be indexed: one
    /// look at the lengths and at the sensitivity, and one at name and value.
    #[inline]
    pub(crate) fn is_entry(self, entry: Self) -> bool {
        // What stands before the mark, and the mark with what stands behind it.
        let parts = |its: Self| its.octets.split_first_chunk::<9>();
        match (parts(self), parts(entry)) {
            (Some((head, [_, text @ ..])), Some((other, [_, entry @ ..]))) => {
                head == other && are_equal(text, entry)
            }
            _ => false,
        }
    }
}

/// Says whether two strings are the same. Most are short, and a call that compares them costs more than
/// the comparison: two words that overlap do as well.
#[inline]
fn are_equal(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && match one.len() {
            17..=32 => ends::<16>(one) == ends(other),
            8..=16 => ends::<8>(one) == ends(other),
            _ => one == other,
        }
}

/// The first octets and the last ones.
#[inline]
fn ends<const N: usize>(string: &[u8]) -> Option<(&[u8; N], &[u8; N])> {
    Some((string.first_chunk()?, string.last_chunk()?))
}

impl fmt::Debug for PackedField<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.field().fmt(f)
    }
}

/// A walk through packed fields that lie behind each other.
#[derive(Clone, Debug)]
pub struct PackedFields<'a> {
    octets: &'a [u8],
}

impl<'a> PackedFields<'a> {
    /// Begins at the front of a list. The walk ends where no whole field is left.
    #[inline]
    #[must_use]
    pub const fn new(octets: &'a [u8]) -> Self {
        Self { octets }
    }

    /// What is left of the list, as it lies.
    pub(crate) const fn as_bytes(&self) -> &'a [u8] {
        self.octets
    }
}

impl<'a> Iterator for PackedFields<'a> {
    type Item = PackedField<'a>;

    #[inline]
    fn next(&mut self) -> Option<PackedField<'a>> {
        let (field, rest) = PackedField::split_from(self.octets)?;
        self.octets = rest;
        Some(field)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        // Two lengths, the sensitivity and the mark come before each.
        (0, Some(self.octets.len() / 10))
    }
}

impl FusedIterator for PackedFields<'_> {}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn what_is_cut_short_is_no_field() {
        let mut list = Vec::new();
        list.extend(PackedField::head(1, 2, Sensitivity::NeverIndexed, 0));
        list.extend(b"abc");
        for cut in 0..list.len() {
            assert_eq!(PackedField::split_from(&list[..cut]), None);
        }
        let (packed, _) = PackedField::split_from(&list).unwrap();
        assert_eq!(packed.field(), HeaderField::sensitive(b"a", b"bc"));
        let huge = PackedField::head(u32::MAX, u32::MAX, Sensitivity::Normal, 0);
        assert_eq!(PackedField::split_from(&huge), None);
    }

    #[test]
    fn fields_are_the_same_by_name_and_value_alone() {
        let packed = |name: &[u8], value: &[u8], mark| {
            let length = |octets: &[u8]| u32::try_from(octets.len()).unwrap();
            let head = PackedField::head(length(name), length(value), Sensitivity::Normal, mark);
            [&head[..], name, value].concat()
        };
        let (one, other, third) = (
            packed(b"a", b"bc", 1),
            packed(b"a", b"bc", 2),
            packed(b"ab", b"c", 1),
        );
        let is_same = |a, b| PackedField::trusted(a).is_entry(PackedField::trusted(b));
        assert!(is_same(&one, &other));
        assert!(!is_same(&one, &third), "the lengths differ");
    }

    #[test]
    fn a_field_is_an_entry_if_each_octet_is_the_same_and_it_may_be_indexed() {
        for length in 0..40_u8 {
            let of = |value: &[u8], sensitivity| {
                let head = PackedField::head(1, u32::from(length), sensitivity, 0);
                [&head[..], b"a", value].concat()
            };
            let value: Vec<u8> = (0..length).collect();
            let entry = of(&value, Sensitivity::Normal);
            let is_entry =
                |field: &[u8]| PackedField::trusted(field).is_entry(PackedField::trusted(&entry));
            assert!(is_entry(&entry.clone()));
            assert!(
                !is_entry(&of(&value, Sensitivity::NeverIndexed)),
                "{length}"
            );
            for place in 0..value.len() {
                let mut other = value.clone();
                other[place] ^= 1;
                assert!(
                    !is_entry(&of(&other, Sensitivity::Normal)),
                    "{place} of {length}"
                );
            }
        }
    }
}
