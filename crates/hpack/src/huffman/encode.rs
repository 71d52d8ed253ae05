//! Encodes the Huffman code, four symbols in a step (RFC 7541 §5.2).

use alloc::vec::Vec;

use super::table::{CODES, LENGTHS};

/// Returns how many octets the coded form of `octets` has, padding included.
#[inline]
pub fn encoded_len(octets: &[u8]) -> usize {
    let bits = |octet: &u8| {
        LENGTHS
            .get(usize::from(*octet))
            .copied()
            .map_or(0, usize::from)
    };
    octets.iter().map(bits).sum::<usize>().div_ceil(8)
}

/// Appends the coded form of `octets`, padded to a whole octet with ones.
pub(crate) fn encode_into(octets: &[u8], out: &mut Vec<u8>) {
    let mut bits = Bits::default();
    let mut groups = octets.chunks_exact(4);
    for group in &mut groups {
        let (code, length) = group.iter().fold((0, 0), |(code, length), octet| {
            let (next, bits) = code_of(*octet);
            (code << (bits & 63) | next, length + bits)
        });
        if bits.held + length <= u64::BITS {
            bits.push(code, length, out);
        } else {
            group.iter().for_each(|octet| bits.push_octet(*octet, out));
        }
    }
    groups
        .remainder()
        .iter()
        .for_each(|octet| bits.push_octet(*octet, out));
    bits.finish(out);
}

/// Returns the code of an octet and its length in bits.
#[inline]
fn code_of(octet: u8) -> (u64, u32) {
    let code = CODES.get(usize::from(octet)).copied().map_or(0, u64::from);
    let length = LENGTHS
        .get(usize::from(octet))
        .copied()
        .map_or(0, u32::from);
    (code, length)
}

/// Bits that do not fill an octet yet.
#[derive(Default)]
struct Bits {
    /// The bits, the first one highest; zeros below.
    window: u64,
    /// How many bits are held: fewer than 8 between two calls.
    held: u32,
}

impl Bits {
    #[inline]
    fn push_octet(&mut self, octet: u8, out: &mut Vec<u8>) {
        let (code, length) = code_of(octet);
        self.push(code, length, out);
    }

    /// Appends a code, and writes out whole octets. The code must fit behind what is held.
    #[inline]
    fn push(&mut self, code: u64, length: u32, out: &mut Vec<u8>) {
        self.held += length;
        self.window |= code << (64 - self.held);
        let whole = self.held >> 3;
        let end = out.len() + whole as usize;
        out.extend_from_slice(&self.window.to_be_bytes());
        out.truncate(end);
        self.window = self.window.checked_shl(whole << 3).unwrap_or(0);
        self.held &= 7;
    }

    /// Writes out the rest.
    fn finish(self, out: &mut Vec<u8>) {
        if self.held > 0 {
            // RFC 7541 §5.2: the padding is the beginning of EOS, which is all ones.
            let [octet, ..] = (self.window | u64::MAX >> self.held).to_be_bytes();
            out.push(octet);
        }
    }
}
