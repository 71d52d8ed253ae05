//! The Huffman code of string literals, usable by itself (RFC 7541 §5.2, RFC 7541 §B).

mod decode;
mod encode;
mod table;

use alloc::vec::Vec;

use bytes::BufMut;

pub(crate) use self::decode::{Bits, decode_whole, short_end, space};
pub use self::encode::encoded_len;
pub(crate) use self::encode::{STORE, encode_pieces, encode_to};
use self::table::{CODES, LENGTHS, LONG, LONG_SYMBOLS, STEPS};
use crate::DecodeError;

/// How many octets the tables of the code take.
pub(crate) const TABLE_OCTETS: usize = size_of_val(&STEPS)
    + size_of_val(&CODES)
    + size_of_val(&LENGTHS)
    + size_of_val(&LONG)
    + size_of_val(&LONG_SYMBOLS);

/// Appends the coded form of `octets`, padded to a whole octet (RFC 7541 §5.2).
///
/// # Panics
///
/// If `coded` has less space than [`encoded_len`] says.
pub fn encode(octets: &[u8], coded: &mut impl BufMut) {
    encode_pieces(octets, |piece| coded.put_slice(piece));
}

/// Appends the octets that `coded` stands for (RFC 7541 §5.2).
///
/// # Errors
///
/// If `coded` contains EOS, or its padding is longer than 7 bits or not all ones. Nothing is
/// appended then.
pub fn decode(coded: &[u8], octets: &mut Vec<u8>) -> Result<(), DecodeError> {
    let start = octets.len();
    octets.resize(start + space(coded.len()), 0);
    let mut at = start;
    let result = decode_whole(coded, octets, &mut at);
    octets.truncate(if result.is_ok() { at } else { start });
    result
}
