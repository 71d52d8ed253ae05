//! A list of fields in one piece of memory (RFC 9113 §8.2).
//!
//! Fields lie as in the tables of HPACK ([`PackedField`]), so that a reference to an entry is one copy,
//! and the octet of the mark is the class. One allocation holds a whole section, which leaves it in the
//! order in which it came: no map to hash into, nothing to sort. The class was read when the field came
//! in, so that neither a copy nor a section that is passed on is read again.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use hpack::{HeaderField, PackedField, PackedFields};

use super::class::Class;
use super::content_length;
use super::fields::Fields;
use super::tally::Tally;

/// What a field counts for beyond its octets (RFC 9113 §6.5.2).
const OVERHEAD: usize = 32;

/// The least memory that is worth asking for, in octets.
const LEAST: usize = 32;

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
pub struct FieldSection {
    /// The fields, and behind them memory that was initialised once: to write into it needs no look at
    /// what is left of it but one.
    octets: Option<Box<[u8]>>,
    /// How many octets the fields have: of four octets, for sections lie in every stream.
    used: u32,
    len: u32,
    /// What is known of the fields that the application added.
    tally: Tally,
}

impl FieldSection {
    /// Makes an empty list, which holds no memory yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            octets: None,
            used: 0,
            len: 0,
            tally: Tally::NEW,
        }
    }

    /// Makes an empty list with space for so many octets, of which each field takes ten more than
    /// its name and its value have.
    #[must_use]
    pub fn with_capacity(octets: usize) -> Self {
        Self {
            octets: memory(&[], octets.min(u32::MAX as usize)),
            ..Self::new()
        }
    }

    /// Adds a field at the end.
    ///
    /// # Panics
    ///
    /// If the section comes to 4 GiB or more.
    pub fn push(&mut self, field: HeaderField<'_>) {
        self.push_judged(field, Class::of(field));
    }

    /// Adds a regular field of the application at the end, whose name is to be in lower case
    /// (RFC 9113 §8.2).
    pub(super) fn push_named(&mut self, field: HeaderField<'_>) {
        match Class::of(field) {
            Class::Broken(_) if is_mixed(field.name) => {
                let name = field.name.to_ascii_lowercase();
                let field = HeaderField {
                    name: &name,
                    ..field
                };
                self.push(field);
            }
            class => self.push_judged(field, class),
        }
    }

    /// Adds a field of the application whose class is known at the end.
    #[inline]
    pub(super) fn push_judged(&mut self, field: HeaderField<'_>, class: Class) {
        self.tally.note(self.len, class, field.value);
        self.push_classed(field, class);
    }

    /// Adds a field whose class is known at the end.
    #[inline]
    pub(super) fn push_classed(&mut self, field: HeaderField<'_>, class: Class) {
        let HeaderField {
            name,
            value,
            sensitivity,
        } = field;
        let space = self.space(PackedField::HEAD + name.len() + value.len());
        if let Some((place, rest)) = space.split_first_chunk_mut() {
            // The memory of all fields has less than 4 GiB.
            *place =
                PackedField::head(low(name.len()), low(value.len()), sensitivity, class.mark());
            if let Some((to_name, to_value)) = rest.split_at_mut_checked(name.len()) {
                copy(to_name, name);
                copy(to_value, value);
            }
        }
    }

    /// Adds a field as it lies in a table, with its class.
    #[inline]
    pub(super) fn push_packed(&mut self, entry: PackedField<'_>, class: Class) {
        self.push_marked(entry, class.mark());
    }

    /// Adds a field as it lies in a table, with the mark of its class.
    #[inline]
    pub(super) fn push_marked(&mut self, entry: PackedField<'_>, mark: u8) {
        let entry = entry.as_bytes();
        let space = self.space(entry.len());
        space.copy_from_slice(entry);
        if let Some(place) = space.get_mut(PackedField::HEAD - 1) {
            *place = mark;
        }
    }

    /// Makes space for one field, which counts as there from now on.
    #[inline]
    fn space(&mut self, octets: usize) -> &mut [u8] {
        let start = self.octets();
        if self.capacity() - start < octets {
            self.grow(octets);
        }
        self.used = low(start + octets);
        self.len = self.len.saturating_add(1);
        let all = self.octets.as_deref_mut().unwrap_or_default();
        all.get_mut(start..start + octets).unwrap_or_default()
    }

    #[cold]
    fn grow(&mut self, octets: usize) {
        let least = self.octets() + octets;
        assert!(
            u32::try_from(least).is_ok(),
            "a section has less than 4 GiB"
        );
        let most = u32::MAX as usize;
        self.resize(least.max(2 * self.capacity()).clamp(LEAST, most));
    }

    /// Walks through the fields, in order.
    #[must_use]
    pub fn iter(&self) -> Fields<'_> {
        Fields::new(self.as_octets(), self.len())
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
        self.octets()
            .saturating_add(self.len().saturating_mul(OVERHEAD - PackedField::HEAD))
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
        self.used = 0;
        self.len = 0;
        self.tally = Tally::NEW;
    }

    /// Gives back the memory that the fields do not need.
    pub fn shrink_to_fit(&mut self) {
        self.resize(self.octets());
    }

    /// Returns the octets of memory that the fields need.
    pub(crate) const fn octets(&self) -> usize {
        self.used as usize
    }

    /// Walks through the fields as they lie: each in one piece, its value behind its name. The mark of each
    /// is the section's own.
    #[must_use]
    pub fn packed(&self) -> PackedFields<'_> {
        PackedFields::new(self.as_octets())
    }

    /// Hands over the memory, with more behind the fields.
    pub(super) fn into_octets(self) -> Box<[u8]> {
        self.octets.unwrap_or_default()
    }

    fn as_octets(&self) -> &[u8] {
        let all = self.octets.as_deref().unwrap_or_default();
        all.get(..self.octets()).unwrap_or_default()
    }

    /// Returns the octets of memory that the list holds.
    #[inline]
    pub(crate) fn capacity(&self) -> usize {
        self.octets.as_ref().map_or(0, |octets| octets.len())
    }

    /// Takes this much memory in the place of what there is.
    fn resize(&mut self, length: usize) {
        let octets = self.octets.take().map(Vec::from).unwrap_or_default();
        self.octets = filled(octets, length);
    }

    /// The length of the content that the section announces.
    pub(super) fn content_length(&self) -> Option<u64> {
        self.get(b"content-length").and_then(content_length::parse)
    }

    /// What is known of the fields that the application added.
    pub(super) const fn tally(&self) -> &Tally {
        &self.tally
    }
}

/// So much memory, which begins with these octets.
///
/// Asking for memory that is zero already takes the allocator longer than asking for any and filling it,
/// as long as there is little.
#[inline]
fn memory(front: &[u8], length: usize) -> Option<Box<[u8]>> {
    let mut octets = Vec::with_capacity(length);
    octets.extend_from_slice(front);
    filled(octets, length)
}

/// These octets and zeros behind them, in so much memory.
#[inline]
fn filled(mut octets: Vec<u8>, length: usize) -> Option<Box<[u8]>> {
    octets.reserve_exact(length.saturating_sub(octets.len()));
    octets.resize(length, 0);
    (length > 0).then(|| octets.into_boxed_slice())
}

/// Copies a string. Most are short, and a call that copies them costs more than the copy: two words
/// that overlap do as well.
#[inline]
fn copy(to: &mut [u8], from: &[u8]) {
    match from.len() {
        17..=32 => copy_ends::<16>(to, from),
        8..=16 => copy_ends::<8>(to, from),
        4..=7 => copy_ends::<4>(to, from),
        _ => to.copy_from_slice(from),
    }
}

/// Copies the first octets and the last ones, which are all of them.
#[inline]
fn copy_ends<const N: usize>(to: &mut [u8], from: &[u8]) {
    if let (Some(to), Some(from)) = (to.first_chunk_mut::<N>(), from.first_chunk()) {
        *to = *from;
    }
    if let (Some(to), Some(from)) = (to.last_chunk_mut::<N>(), from.last_chunk()) {
        *to = *from;
    }
}

/// A number of octets that is known to be less than 4 GiB.
#[inline]
const fn low(octets: usize) -> u32 {
    let [a, b, c, d, ..] = octets.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// Says whether a name of a regular field has letters in upper case.
fn is_mixed(name: &[u8]) -> bool {
    !name.starts_with(b":") && name.iter().any(u8::is_ascii_uppercase)
}

impl Default for FieldSection {
    fn default() -> Self {
        Self::new()
    }
}

impl FieldSection {
    /// Makes a copy with space for so many octets at least.
    #[inline]
    pub(super) fn clone_with_capacity(&self, octets: usize) -> Self {
        let fields = self.as_octets();
        Self {
            octets: memory(fields, octets.max(fields.len())),
            ..*self
        }
    }
}

impl Clone for FieldSection {
    /// Takes as much memory as the fields need.
    fn clone(&self) -> Self {
        Self {
            octets: (!self.is_empty()).then(|| self.as_octets().into()),
            ..*self
        }
    }

    /// Keeps the memory, if it is enough.
    fn clone_from(&mut self, source: &Self) {
        let fields = source.as_octets();
        if self.capacity() < fields.len() {
            self.octets = None;
            self.resize(fields.len());
        }
        let all = self.octets.as_deref_mut().unwrap_or_default();
        if let Some(place) = all.get_mut(..fields.len()) {
            place.copy_from_slice(fields);
        }
        (self.used, self.len, self.tally) = (source.used, source.len, source.tally);
    }
}

impl PartialEq for FieldSection {
    fn eq(&self, other: &Self) -> bool {
        self.as_octets() == other.as_octets()
    }
}

impl Eq for FieldSection {}

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
