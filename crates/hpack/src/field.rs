//! A header field and how carefully it is to be handled (RFC 7541 §1.3, RFC 7541 §7.1.3).

use core::fmt;

/// What an entry costs beyond its octets (RFC 7541 §4.1).
pub(crate) const OVERHEAD: usize = 32;

/// Says whether a field may ever be compressed against a table (RFC 7541 §7.1.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[expect(clippy::exhaustive_enums, reason = "the wire has one bit for it")]
pub enum Sensitivity {
    /// The encoder's policy decides.
    #[default]
    Normal,
    /// A literal on every hop, so that its value cannot be guessed from the size of a block.
    NeverIndexed,
}

/// A name and a value, borrowed from wherever they are (RFC 7541 §1.3).
///
/// Both are opaque octets here: whether they make a valid HTTP field is another layer's question.
/// `Debug` shows them as text, except for a value that is never to be indexed.
#[doc(alias("nghttp2_nv"))]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct HeaderField<'a> {
    /// The octets of the name.
    pub name: &'a [u8],
    /// The octets of the value.
    pub value: &'a [u8],
    /// Whether the field may be compressed against a table.
    pub sensitivity: Sensitivity,
}

impl<'a> HeaderField<'a> {
    /// Makes a field that the encoder's policy decides about.
    pub const fn new(name: &'a [u8], value: &'a [u8]) -> Self {
        Self {
            name,
            value,
            sensitivity: Sensitivity::Normal,
        }
    }

    /// Makes a field that is a literal on every hop (RFC 7541 §7.1.3).
    pub const fn sensitive(name: &'a [u8], value: &'a [u8]) -> Self {
        Self {
            name,
            value,
            sensitivity: Sensitivity::NeverIndexed,
        }
    }

    /// Returns the octets of name and value, plus 32 (RFC 7541 §4.1).
    pub const fn size(&self) -> usize {
        self.name
            .len()
            .saturating_add(self.value.len())
            .saturating_add(OVERHEAD)
    }
}

impl fmt::Debug for HeaderField<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}: ", self.name.escape_ascii())?;
        match self.sensitivity {
            Sensitivity::Normal => write!(f, "{}\"", self.value.escape_ascii()),
            Sensitivity::NeverIndexed => {
                write!(f, "<{} octets, never indexed>\"", self.value.len())
            }
        }
    }
}
