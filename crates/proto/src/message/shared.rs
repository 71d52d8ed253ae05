//! Fields in memory that others may share, so that names and values need no copies of their own.

use bytes::Bytes;

use super::fields::Fields;
use super::section::FieldSection;

/// A list of fields, of which parts can be kept without a copy: each keeps all of it.
#[derive(Clone, Debug)]
pub struct SharedSection {
    /// The fields, and memory behind them: to cut that off would be a reference to all of it.
    octets: Bytes,
    used: usize,
    len: usize,
}

impl From<FieldSection> for SharedSection {
    fn from(section: FieldSection) -> Self {
        let (used, len) = (section.octets(), section.len());
        let octets = Bytes::from(section.into_octets());
        Self { octets, used, len }
    }
}

impl SharedSection {
    /// Walks through the fields, in order.
    #[must_use]
    pub fn iter(&self) -> Fields<'_> {
        let used = self.octets.get(..self.used).unwrap_or_default();
        Fields::new(used, self.len)
    }

    /// Keeps a name or a value of its [fields](Self::iter).
    ///
    /// # Panics
    ///
    /// If it is no part of them.
    #[must_use]
    pub fn keep(&self, part: &[u8]) -> Bytes {
        self.octets.slice_ref(part)
    }
}

impl<'a> IntoIterator for &'a SharedSection {
    type Item = hpack::HeaderField<'a>;
    type IntoIter = Fields<'a>;

    fn into_iter(self) -> Fields<'a> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use hpack::HeaderField;

    use super::*;

    #[test]
    fn parts_of_a_section_outlive_it_in_its_own_memory() {
        let mut section = FieldSection::with_capacity(100);
        section.push(HeaderField::new(b"name", b"value"));
        section.push(HeaderField::new(b"empty", b""));
        let shared = SharedSection::from(section);
        let fields: alloc::vec::Vec<_> = shared.iter().collect();
        let (value, empty) = (shared.keep(fields[0].value), shared.keep(fields[1].value));
        assert_eq!(value.as_ptr(), fields[0].value.as_ptr(), "no copy");
        assert_eq!(shared.into_iter().len(), 2);
        drop(shared);
        assert_eq!((&value[..], &empty[..]), (&b"value"[..], &b""[..]));
    }
}
