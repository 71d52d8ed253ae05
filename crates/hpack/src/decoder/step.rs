//! Where a fragment may leave off (RFC 7541 §6).

use crate::Representation;
use crate::integer::Partial;
use crate::string::{PartialHead, PartialString, Received};

/// What the next octet continues.
#[derive(Debug, Default)]
pub(super) enum Step {
    /// Nothing: it begins a representation.
    #[default]
    Boundary,
    /// The integer of a size update.
    SizeUpdate(Partial),
    /// The index of a field or of a name.
    Index(Representation, Partial),
    /// The head of a name.
    NameHead(Representation, PartialHead),
    /// The octets of a name.
    Name(Representation, PartialString),
    /// The head of a value.
    ValueHead(Representation, Name<'static>, PartialHead),
    /// The octets of a value.
    Value(Representation, Name<'static>, PartialString),
}

/// Where a name is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Name<'f> {
    /// In the entry with this index.
    Indexed(u32),
    /// In the block.
    Literal(Text<'f>),
}

/// Where a string of the block is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Text<'f> {
    /// In the fragment.
    Here(&'f [u8]),
    /// In its buffer.
    Buffered,
    /// Nowhere: neither the caller nor the table could take its so many octets.
    TooLong(usize),
}

impl From<Received> for Text<'_> {
    fn from(received: Received) -> Self {
        match received {
            Received::Buffered => Self::Buffered,
            Received::TooLong(octets) => Self::TooLong(octets),
        }
    }
}
