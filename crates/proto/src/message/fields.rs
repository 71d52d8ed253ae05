//! A walk through a list of fields (RFC 9113 §8.2).

use core::iter::FusedIterator;

use hpack::{HeaderField, Sensitivity};

use super::class::Class;

/// What stands before each field: two lengths, the sensitivity and the class, in octets.
pub(super) const HEAD: usize = 4 + 4 + 1 + 1;

/// Writes what stands before a field.
pub(super) fn head(name: u32, value: u32, sensitivity: Sensitivity, class: Class) -> [u8; HEAD] {
    let never_indexed = u8::from(sensitivity == Sensitivity::NeverIndexed);
    let mut head = [0; HEAD];
    // As one word, for one store.
    let lengths = u64::from(name) | u64::from(value) << 32;
    if let Some((octets, rest)) = head.split_first_chunk_mut() {
        *octets = lengths.to_le_bytes();
        rest.copy_from_slice(&[never_indexed, class.mark()]);
    }
    head
}

/// A walk through the fields of a [`FieldSection`](crate::FieldSection), in order.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    octets: &'a [u8],
    left: usize,
}

impl<'a> Fields<'a> {
    pub(super) const fn new(octets: &'a [u8], left: usize) -> Self {
        Self { octets, left }
    }

    /// Leaves out the pseudo-header fields, which come first.
    pub(super) fn regular(mut self) -> Self {
        let mut rest = self.clone();
        while rest
            .next()
            .is_some_and(|field| field.name.starts_with(b":"))
        {
            self = rest.clone();
        }
        self
    }

    /// The next field and its class.
    #[inline]
    pub(super) fn next_classed(&mut self) -> Option<(HeaderField<'a>, Class)> {
        let (field, mark) = self.next_marked()?;
        Some((field, Class::of_marked(field, &mut { mark })))
    }

    /// The next field and the mark of its class.
    #[inline]
    fn next_marked(&mut self) -> Option<(HeaderField<'a>, u8)> {
        let (name, rest) = self.octets.split_first_chunk()?;
        let (value, rest) = rest.split_first_chunk()?;
        let (&[never_indexed, mark], rest) = rest.split_first_chunk()?;
        let (name, rest) = rest.split_at_checked(u32::from_le_bytes(*name) as usize)?;
        let (value, rest) = rest.split_at_checked(u32::from_le_bytes(*value) as usize)?;
        self.octets = rest;
        self.left = self.left.saturating_sub(1);
        let sensitivity = match never_indexed {
            0 => Sensitivity::Normal,
            _ => Sensitivity::NeverIndexed,
        };
        let field = HeaderField {
            name,
            value,
            sensitivity,
        };
        Some((field, mark))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = HeaderField<'a>;

    #[inline]
    fn next(&mut self) -> Option<HeaderField<'a>> {
        self.next_marked().map(|(field, _)| field)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Fields<'_> {}
impl FusedIterator for Fields<'_> {}
