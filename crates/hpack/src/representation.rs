//! The forms in which a field stands in a block, and their first octets (RFC 7541 §6).

/// The form in which a field stands in a block (RFC 7541 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 7541 has these four and cannot be extended"
)]
pub enum Representation {
    /// A reference to an entry of a table (RFC 7541 §6.1).
    Indexed,
    /// A literal that becomes an entry of the dynamic table (RFC 7541 §6.2.1).
    IncrementalIndexing,
    /// A literal that leaves the dynamic table alone (RFC 7541 §6.2.2).
    WithoutIndexing,
    /// A literal that every hop must leave one (RFC 7541 §6.2.3).
    NeverIndexed,
}

/// The first octet of a dynamic table size update, without its integer (RFC 7541 §6.3).
pub(crate) const SIZE_UPDATE: u8 = 0x20;

/// How many bits of its first octet belong to the integer of a size update (RFC 7541 §6.3).
pub(crate) const SIZE_UPDATE_BITS: u32 = 5;

impl Representation {
    /// Reads the form of a literal off its first octet.
    pub(crate) const fn of_literal(first: u8) -> Self {
        if first & 0x40 != 0 {
            Self::IncrementalIndexing
        } else if first & 0x10 != 0 {
            Self::NeverIndexed
        } else {
            Self::WithoutIndexing
        }
    }

    /// Returns the first octet without its integer.
    pub(crate) const fn pattern(self) -> u8 {
        match self {
            Self::Indexed => 0x80,
            Self::IncrementalIndexing => 0x40,
            Self::WithoutIndexing => 0x00,
            Self::NeverIndexed => 0x10,
        }
    }

    /// Returns how many bits of the first octet belong to the integer.
    pub(crate) const fn bits(self) -> u32 {
        match self {
            Self::Indexed => 7,
            Self::IncrementalIndexing => 6,
            Self::WithoutIndexing | Self::NeverIndexed => 4,
        }
    }
}
