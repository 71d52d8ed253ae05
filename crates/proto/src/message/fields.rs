//! A walk through a list of fields (RFC 9113 §8.2).

use core::iter::FusedIterator;

use hpack::{HeaderField, Sensitivity};

/// What stands before each field: two lengths and the sensitivity, in octets.
pub(super) const HEAD: usize = 4 + 4 + 1;

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
}

impl<'a> Iterator for Fields<'a> {
    type Item = HeaderField<'a>;

    fn next(&mut self) -> Option<HeaderField<'a>> {
        let (name, rest) = self.octets.split_first_chunk()?;
        let (value, rest) = rest.split_first_chunk()?;
        let (&never_indexed, rest) = rest.split_first()?;
        let (name, rest) = rest.split_at_checked(u32::from_le_bytes(*name) as usize)?;
        let (value, rest) = rest.split_at_checked(u32::from_le_bytes(*value) as usize)?;
        *self = Self {
            octets: rest,
            left: self.left.saturating_sub(1),
        };
        let sensitivity = match never_indexed {
            0 => Sensitivity::Normal,
            _ => Sensitivity::NeverIndexed,
        };
        Some(HeaderField {
            name,
            value,
            sensitivity,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Fields<'_> {}
impl FusedIterator for Fields<'_> {}
