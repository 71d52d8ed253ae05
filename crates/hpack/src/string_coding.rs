//! The forms of a string literal (RFC 7541 §5.2).

/// Says how string literals are written (RFC 7541 §5.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum StringCoding {
    /// Each string in the Huffman code if that makes it shorter, else plain.
    #[default]
    Shorter,
    /// All strings plain: less work for both ends.
    Plain,
    /// All strings in the Huffman code, even if that makes them longer.
    Huffman,
}
