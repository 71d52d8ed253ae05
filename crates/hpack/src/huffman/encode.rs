//! Encodes the Huffman code, four symbols in a step (RFC 7541 §5.2).

use super::table::{CODES, LENGTHS};

/// How many symbols are coded between two looks at the space.
const PIECE: usize = 32;

/// The space that a piece takes: 30 bits for a symbol, what is left of the last piece, and one store.
const CAPACITY: usize = PIECE * 30 / 8 + 8 + 8;

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

/// Writes the coded form of `octets` piece by piece, padded to a whole octet with ones.
#[inline]
pub(crate) fn encode_pieces(octets: &[u8], mut write: impl FnMut(&[u8])) {
    let mut bits = Bits::default();
    let mut space = [0; CAPACITY];
    let mut rest = octets;
    while let Some((piece, behind)) = rest.split_at_checked(PIECE) {
        let at;
        (bits, at) = bits.piece(piece, &mut space, 0).unwrap_or_default();
        write(space.get(..at).unwrap_or_default());
        rest = behind;
    }
    let (bits, at) = bits.piece(rest, &mut space, 0).unwrap_or_default();
    let at = bits.pad(&mut space, at).unwrap_or(at);
    write(space.get(..at).unwrap_or_default());
}

/// The octets that one store writes: so many must lie behind what is coded.
pub(crate) const STORE: usize = 8;

/// Writes the coded form of `octets` to the front of `space`, padded to a whole octet with ones;
/// returns its length. `None` if `space` ends before it, or less than [`STORE`] octets behind it.
#[inline]
pub(crate) fn encode_to(octets: &[u8], space: &mut [u8]) -> Option<usize> {
    let (bits, at) = Bits::default().piece(octets, space, 0)?;
    bits.pad(space, at)
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

/// Bits that do not fill an octet yet. A value, so that they stay in registers.
#[derive(Clone, Copy, Default)]
struct Bits {
    /// The bits, the first one highest; zeros below.
    window: u64,
    /// How many bits are held: fewer than 8 between two calls.
    held: u32,
}

impl Bits {
    /// Appends a piece; returns what does not fill an octet, and where the octets end.
    #[inline]
    fn piece(mut self, octets: &[u8], space: &mut [u8], mut at: usize) -> Option<(Self, usize)> {
        let mut rest = octets;
        while let Some((group, behind)) = rest.split_first_chunk::<4>() {
            (self, at) = self.group(group, space, at)?;
            rest = behind;
        }
        if rest.is_empty() {
            return Some((self, at));
        }
        self.group(rest, space, at)
    }

    /// Appends up to four symbols.
    #[inline(always)]
    fn group(self, octets: &[u8], space: &mut [u8], at: usize) -> Option<(Self, usize)> {
        let (code, length) = octets.iter().fold((0, 0), |(code, length), octet| {
            let (next, bits) = code_of(*octet);
            (code << (bits & 63) | next, length + bits)
        });
        if self.held + length < u64::BITS {
            self.push(code, length, space, at)
        } else {
            self.long_group(octets, space, at)
        }
    }

    /// Appends symbols whose codes do not fit into the window together.
    #[cold]
    fn long_group(self, octets: &[u8], space: &mut [u8], at: usize) -> Option<(Self, usize)> {
        octets.iter().try_fold((self, at), |(bits, at), octet| {
            let (code, length) = code_of(*octet);
            bits.push(code, length, space, at)
        })
    }

    /// Appends codes, and writes out whole octets.
    #[inline(always)]
    fn push(self, code: u64, length: u32, space: &mut [u8], at: usize) -> Option<(Self, usize)> {
        let held = self.held + length;
        let window = self.window | (code << 1).wrapping_shl(63 - held);
        *space.get_mut(at..)?.first_chunk_mut::<STORE>()? = window.to_be_bytes();
        let rest = Self {
            window: window.wrapping_shl(held & !7),
            held: held & 7,
        };
        Some((rest, at + (held >> 3) as usize))
    }

    /// Fills the last octet; returns where all ends.
    #[inline]
    fn pad(self, space: &mut [u8], at: usize) -> Option<usize> {
        if self.held == 0 {
            return Some(at);
        }
        // RFC 7541 §5.2: the padding is the beginning of EOS, which is all ones.
        let [octet, ..] = (self.window | u64::MAX >> self.held).to_be_bytes();
        *space.get_mut(at)? = octet;
        Some(at + 1)
    }
}
