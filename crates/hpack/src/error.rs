//! Everything that can be wrong with a block (RFC 7541 §2.3.3, RFC 7541 §4.2, RFC 7541 §5, RFC 7541 §6).

/// What is wrong with a field block.
///
/// Tables of both ends are out of step from here on, which HTTP/2 answers with a connection error
/// of type COMPRESSION_ERROR (RFC 9113 §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// An indexed field with index 0.
    #[error("index 0 does not exist (RFC 7541 §6.1)")]
    IndexZero,
    /// An index behind the last entry of the dynamic table.
    #[error("index {index} is behind the end of the tables (RFC 7541 §2.3.3)")]
    IndexOutOfRange {
        /// The index as received.
        index: u32,
    },
    /// An integer of 2^32 or more.
    #[error("an integer is above 2^32-1 (RFC 7541 §5.1)")]
    IntegerTooLarge,
    /// An integer with more than five octets after its prefix.
    #[error("an integer has more than 5 continuation octets (RFC 7541 §5.1)")]
    IntegerTooLong,
    /// The code of EOS in a string.
    #[error("a Huffman-coded string contains EOS (RFC 7541 §5.2)")]
    HuffmanEos,
    /// More than seven bits after the last symbol of a string.
    #[error("the padding of a Huffman-coded string is longer than 7 bits (RFC 7541 §5.2)")]
    HuffmanPaddingTooLong,
    /// A padding that is not the beginning of EOS.
    #[error("the padding of a Huffman-coded string is not all ones (RFC 7541 §5.2)")]
    HuffmanPaddingNotOnes,
    /// A table size that we did not allow.
    #[error("table size {size} is above the limit of {limit} (RFC 7541 §6.3)")]
    SizeUpdateAboveLimit {
        /// The size as received, in octets.
        size: u32,
        /// The limit, in octets.
        limit: u32,
    },
    /// A size update that is not at the beginning of its block.
    #[error("a table size update follows a field (RFC 7541 §4.2)")]
    SizeUpdateAfterField,
    /// A third size update in one block.
    #[error("a block has more than two table size updates (RFC 7541 §4.2)")]
    TooManySizeUpdates,
    /// No size update although the limit was lowered below the size in use.
    #[error("the limit was lowered, but no table size update to it came (RFC 7541 §4.2)")]
    SizeUpdateMissing,
    /// A block that ends inside a field or a size update.
    #[error("the block ends inside a representation (RFC 7541 §3.1)")]
    Truncated,
}

impl DecodeError {
    /// Returns the section with the rule that was broken, as in `RFC 7541 §6.1`.
    pub const fn section(&self) -> &'static str {
        match self {
            Self::IndexZero => "RFC 7541 §6.1",
            Self::IndexOutOfRange { .. } => "RFC 7541 §2.3.3",
            Self::IntegerTooLarge | Self::IntegerTooLong => "RFC 7541 §5.1",
            Self::HuffmanEos | Self::HuffmanPaddingTooLong | Self::HuffmanPaddingNotOnes => {
                "RFC 7541 §5.2"
            }
            Self::SizeUpdateAboveLimit { .. } => "RFC 7541 §6.3",
            Self::SizeUpdateAfterField | Self::TooManySizeUpdates | Self::SizeUpdateMissing => {
                "RFC 7541 §4.2"
            }
            Self::Truncated => "RFC 7541 §3.1",
        }
    }
}
