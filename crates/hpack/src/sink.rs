//! Where decoded fields go.

use crate::{HeaderField, PackedField, Representation};

/// Takes the fields of a block, in order, as they are decoded (RFC 7541 §3.1).
///
/// Any `FnMut(HeaderField<'_>, Representation, &mut u8)` is a sink.
pub trait Sink {
    /// Takes one field.
    ///
    /// `representation` is the form in which it came. `mark` is an octet of the caller's: it lives
    /// in the table entry, starts at 0, and comes back with every reference to that entry, so that
    /// a judgement of a field ("this name is valid") can be reached once and kept. A field that is in
    /// no table has a fresh mark, which is lost.
    fn field(&mut self, field: HeaderField<'_>, representation: Representation, mark: &mut u8);

    /// Takes one field that came as a reference to an entry of a table, as it lies there.
    ///
    /// Its mark is the argument's, not the one in its own octets. Who stores fields in the same layout
    /// copies it; others leave this method out, and get it as any other [`field`](Self::field).
    #[inline]
    fn indexed(&mut self, entry: PackedField<'_>, mark: &mut u8) {
        self.field(entry.field(), Representation::Indexed, mark);
    }
}

impl<F> Sink for F
where
    F: FnMut(HeaderField<'_>, Representation, &mut u8),
{
    #[inline]
    fn field(&mut self, field: HeaderField<'_>, representation: Representation, mark: &mut u8) {
        self(field, representation, mark);
    }
}
