//! Integers with a prefix of N bits (RFC 7541 §5.1).

use alloc::vec::Vec;

use crate::DecodeError;

/// How many octets may follow the prefix: enough for 2^32-1, also with zeros in front.
const MAX_CONTINUATION: u32 = 5;

/// What reading something comes to: all of it, or what to go on with when more octets came.
#[derive(Debug)]
pub(crate) enum Progress<T, P> {
    Done(T),
    More(P),
}

/// An integer of which some octets are still to come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Partial {
    value: u64,
    octets: u32,
}

/// Reads an integer that begins in `first`, with a prefix of `bits`.
#[inline]
pub(crate) fn decode(
    first: u8,
    bits: u32,
    input: &mut &[u8],
) -> Result<Progress<u32, Partial>, DecodeError> {
    let mask = u8::MAX >> (8 - bits);
    let value = first & mask;
    if value < mask {
        return Ok(Progress::Done(u32::from(value)));
    }
    Partial {
        value: u64::from(mask),
        octets: 0,
    }
    .resume(input)
}

impl Partial {
    /// Reads on.
    #[cold]
    pub(crate) fn resume(mut self, input: &mut &[u8]) -> Result<Progress<u32, Self>, DecodeError> {
        while let Some((&octet, rest)) = input.split_first() {
            *input = rest;
            self.value += u64::from(octet & 0x7f) << (7 * self.octets);
            self.octets += 1;
            // Choice: RFC 7541 §5.1 leaves both limits to us; no index, size or length needs more.
            let value = u32::try_from(self.value).map_err(|_| DecodeError::IntegerTooLarge)?;
            if octet & 0x80 == 0 {
                return Ok(Progress::Done(value));
            }
            if self.octets == MAX_CONTINUATION {
                return Err(DecodeError::IntegerTooLong);
            }
        }
        Ok(Progress::More(self))
    }
}

/// Appends an integer with a prefix of `bits`, below the `pattern` of the first octet's other bits.
#[inline]
pub(crate) fn encode(value: usize, bits: u32, pattern: u8, out: &mut Vec<u8>) {
    let mask = u8::MAX >> (8 - bits);
    match u8::try_from(value) {
        Ok(value) if value < mask => out.push(pattern | value),
        _ => encode_long(value, mask, pattern, out),
    }
}

/// Appends an integer that does not fit into its prefix.
fn encode_long(value: usize, mask: u8, pattern: u8, out: &mut Vec<u8>) {
    out.push(pattern | mask);
    let mut left = value - usize::from(mask);
    loop {
        let [low, ..] = left.to_le_bytes();
        left >>= 7;
        if left == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

/// Returns how many octets an integer with a prefix of `bits` takes.
pub(crate) fn encoded_len(value: usize, bits: u32) -> usize {
    let mask = usize::from(u8::MAX >> (8 - bits));
    match value.checked_sub(mask) {
        None => 1,
        Some(left) => 2 + left.checked_ilog2().map_or(0, |bit| bit as usize / 7),
    }
}
