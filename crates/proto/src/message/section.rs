//! A list of fields in one piece of memory (RFC 9113 §8.2).
//!
//! For each field: the lengths of name and value, four octets each, one octet for the sensitivity,
//! one for the class, then name and value. One allocation holds a whole section, which leaves it in
//! the order in which it came: no map to hash into, nothing to sort. The class was read when the
//! field came in, so that neither a copy nor a section that is passed on is read again.

use alloc::vec::Vec;
use core::fmt;

use hpack::HeaderField;

use super::class::Class;
use super::fields::{self, Fields, HEAD};

/// What a field counts for beyond its octets (RFC 9113 §6.5.2).
const OVERHEAD: usize = 32;

/// A list of fields, in order, with duplicates and never-indexed marks (RFC 9113 §8.2).
///
/// ```
/// use tress_proto::{FieldSection, HeaderField};
///
/// let mut section = FieldSection::new();
/// section.push(HeaderField::new(b"accept", b"text/html"));
/// section.push(HeaderField::sensitive(b"cookie", b"id=1"));
/// assert_eq!(section.get(b"accept"), Some(&b"text/html"[..]));
/// assert_eq!(section.len(), 2);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FieldSection {
    octets: Vec<u8>,
    len: u32,
}

impl FieldSection {
    /// Makes an empty list, which holds no memory yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            octets: Vec::new(),
            len: 0,
        }
    }

    /// Makes an empty list with room for so many octets, of which each field takes ten more than
    /// its name and its value have.
    #[must_use]
    pub fn with_capacity(octets: usize) -> Self {
        Self {
            octets: Vec::with_capacity(octets),
            len: 0,
        }
    }

    /// Adds a field at the end.
    ///
    /// # Panics
    ///
    /// If the name or the value has 4 GiB or more.
    pub fn push(&mut self, field: HeaderField<'_>) {
        self.push_classed(field, Class::of(field));
    }

    /// Adds a field whose class is known at the end.
    #[inline]
    pub(super) fn push_classed(&mut self, field: HeaderField<'_>, class: Class) {
        let HeaderField {
            name,
            value,
            sensitivity,
        } = field;
        let head = fields::head(length(name), length(value), sensitivity, class);
        self.octets
            .reserve(HEAD.saturating_add(name.len()).saturating_add(value.len()));
        self.octets.extend_from_slice(&head);
        self.octets.extend_from_slice(name);
        self.octets.extend_from_slice(value);
        self.len = self.len.saturating_add(1);
    }

    /// Walks through the fields, in order.
    #[must_use]
    pub fn iter(&self) -> Fields<'_> {
        Fields::new(&self.octets, self.len())
    }

    /// Returns the number of fields.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len as usize
    }

    /// Says whether there are no fields.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns what the list counts for: the octets of names and values, plus 32 for each field
    /// (RFC 9113 §6.5.2).
    #[must_use]
    pub fn size(&self) -> usize {
        self.octets
            .len()
            .saturating_add(self.len().saturating_mul(OVERHEAD - HEAD))
    }

    /// Returns the value of the first field of that name, which is in lower case.
    #[must_use]
    pub fn get(&self, name: &[u8]) -> Option<&[u8]> {
        self.iter()
            .find(|field| field.name == name)
            .map(|field| field.value)
    }

    /// Walks through the values of all fields of that name, in order.
    pub fn get_all<'a>(&'a self, name: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        self.iter()
            .filter(move |field| field.name == name)
            .map(|field| field.value)
    }

    /// Removes all fields, and keeps the memory.
    pub fn clear(&mut self) {
        self.octets.clear();
        self.len = 0;
    }

    /// Gives back the memory that the fields do not need.
    pub fn shrink_to_fit(&mut self) {
        self.octets.shrink_to_fit();
    }

    /// Returns the octets of memory that the fields need.
    pub(crate) fn octets(&self) -> usize {
        self.octets.len()
    }

    /// Returns the octets of memory that the list holds.
    pub(crate) fn capacity(&self) -> usize {
        self.octets.capacity()
    }
}

fn length(octets: &[u8]) -> u32 {
    u32::try_from(octets.len()).expect("a name or a value has less than 4 GiB")
}

impl fmt::Debug for FieldSection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl<'a> IntoIterator for &'a FieldSection {
    type Item = HeaderField<'a>;
    type IntoIter = Fields<'a>;

    fn into_iter(self) -> Fields<'a> {
        self.iter()
    }
}

impl<'a> Extend<HeaderField<'a>> for FieldSection {
    fn extend<I: IntoIterator<Item = HeaderField<'a>>>(&mut self, fields: I) {
        fields.into_iter().for_each(|field| self.push(field));
    }
}

impl<'a> FromIterator<HeaderField<'a>> for FieldSection {
    fn from_iter<I: IntoIterator<Item = HeaderField<'a>>>(fields: I) -> Self {
        let mut section = Self::new();
        section.extend(fields);
        section
    }
}
