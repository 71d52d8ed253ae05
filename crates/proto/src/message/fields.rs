//! A walk through a list of fields (RFC 9113 §8.2).

use core::iter::FusedIterator;

use hpack::{HeaderField, PackedField, PackedFields};

use super::class::Class;

/// A walk through the fields of a [`FieldSection`](crate::FieldSection), in order.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    packed: PackedFields<'a>,
    left: usize,
}

impl<'a> Fields<'a> {
    pub(super) const fn new(octets: &'a [u8], left: usize) -> Self {
        Self {
            packed: PackedFields::new(octets),
            left,
        }
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
        let packed = self.next_packed()?;
        let field = packed.field();
        let mut mark = packed.mark();
        Some((field, Class::of_marked(field, &mut mark)))
    }

    #[inline]
    fn next_packed(&mut self) -> Option<PackedField<'a>> {
        let packed = self.packed.next()?;
        self.left = self.left.saturating_sub(1);
        Some(packed)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = HeaderField<'a>;

    #[inline]
    fn next(&mut self) -> Option<HeaderField<'a>> {
        self.next_packed().map(PackedField::field)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Fields<'_> {}
impl FusedIterator for Fields<'_> {}
