//! What the corpus is like, in numbers.

use core::fmt;
use std::collections::BTreeSet;

use super::{Field, Sequence};
use crate::nghttp2::Deflater;

/// Counts over a corpus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// The sequences.
    pub sequences: usize,
    /// The lists of all sequences.
    pub lists: usize,
    /// The fields of all lists.
    pub fields: usize,
    /// The octets of all names and values.
    pub octets: usize,
    /// The fields whose name and value did not come together in their sequence before, and are no
    /// entry of the static table: only a literal can say them.
    pub fresh: usize,
    /// The octets that nghttp2 makes of them, with a table of 4096 octets for each sequence.
    pub encoded: usize,
}

impl Figures {
    /// Counts a corpus.
    pub fn of(corpus: &[Sequence]) -> Self {
        let mut figures = Self {
            sequences: corpus.len(),
            ..Self::default()
        };
        for sequence in corpus {
            figures.add(sequence);
        }
        figures
    }

    fn add(&mut self, sequence: &Sequence) {
        let mut deflater = Deflater::new(4096);
        let mut seen = BTreeSet::new();
        for list in &sequence.lists {
            self.lists += 1;
            self.encoded += deflater.deflate(list).len();
            for field in list {
                self.fields += 1;
                self.octets += field.octets();
                self.fresh += usize::from(seen.insert(field) && needs_a_literal(field));
            }
        }
    }

    /// The octets of a field, on average.
    pub fn octets_a_field(&self) -> f64 {
        self.octets as f64 / self.fields as f64
    }

    /// The share of fields that are new to their sequence.
    pub fn fresh_share(&self) -> f64 {
        self.fresh as f64 / self.fields as f64
    }

    /// The size that nghttp2 gives them, as a share of their octets.
    pub fn ratio(&self) -> f64 {
        self.encoded as f64 / self.octets as f64
    }
}

/// Says whether the field takes more than one octet even from an encoder that has just begun.
fn needs_a_literal(field: &Field) -> bool {
    Deflater::new(4096)
        .deflate(core::slice::from_ref(field))
        .len()
        > 1
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            sequences,
            lists,
            fields,
            octets,
            ..
        } = self;
        writeln!(
            f,
            "corpus: {sequences} sequences, {lists} lists, {fields} fields, {octets} octets, {:.1} \
             octets a field",
            self.octets_a_field()
        )?;
        write!(
            f,
            "corpus: {:.1} % of the fields are literals never seen before; nghttp2 makes {:.3} of \
             the octets",
            self.fresh_share() * 100.0,
            self.ratio()
        )
    }
}
