//! Encodes the Huffman code, four symbols in a step (RFC 7541 §5.2).

use super::table::{CODES, LENGTHS};

/// How many symbols are coded between two looks at the room.
const PIECE: usize = 32;

/// The room that a piece takes: 30 bits for a symbol, what is left of the last piece, and one store.
const ROOM: usize = PIECE * 30 / 8 + 8 + 8;

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
    let mut room = [0; ROOM];
    let mut rest = octets;
    while let Some((piece, behind)) = rest.split_at_checked(PIECE) {
        let mut at = 0;
        bits.piece(piece, &mut room, &mut at);
        write(room.get(..at).unwrap_or_default());
        rest = behind;
    }
    let mut at = 0;
    bits.piece(rest, &mut room, &mut at);
    bits.pad(&mut room, &mut at);
    write(room.get(..at).unwrap_or_default());
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
    /// Appends a piece.
    #[inline]
    fn piece(&mut self, octets: &[u8], room: &mut [u8; ROOM], at: &mut usize) {
        let mut groups = octets.chunks_exact(4);
        for group in &mut groups {
            self.group(group, room, at);
        }
        self.group(groups.remainder(), room, at);
    }

    /// Appends up to four symbols.
    #[inline]
    fn group(&mut self, octets: &[u8], room: &mut [u8; ROOM], at: &mut usize) {
        let (code, length) = octets.iter().fold((0, 0), |(code, length), octet| {
            let (next, bits) = code_of(*octet);
            (code << (bits & 63) | next, length + bits)
        });
        if self.held + length < u64::BITS {
            self.push(code, length, room, at);
        } else {
            self.long_group(octets, room, at);
        }
    }

    /// Appends symbols whose codes do not fit into the window together.
    #[cold]
    fn long_group(&mut self, octets: &[u8], room: &mut [u8; ROOM], at: &mut usize) {
        for octet in octets {
            let (code, length) = code_of(*octet);
            self.push(code, length, room, at);
        }
    }

    /// Appends codes, and writes out whole octets. There must be room for one bit behind them.
    #[inline]
    fn push(&mut self, code: u64, length: u32, room: &mut [u8; ROOM], at: &mut usize) {
        self.held += length;
        self.window |= (code << 1).wrapping_shl(63 - self.held);
        if let Some(place) = room
            .get_mut(*at..)
            .and_then(|rest| rest.first_chunk_mut::<8>())
        {
            *place = self.window.to_be_bytes();
        }
        let whole = self.held & !7;
        *at += (whole >> 3) as usize;
        self.window = self.window.wrapping_shl(whole);
        self.held &= 7;
    }

    /// Fills the last octet.
    #[inline]
    fn pad(&mut self, room: &mut [u8; ROOM], at: &mut usize) {
        if self.held > 0 {
            // RFC 7541 §5.2: the padding is the beginning of EOS, which is all ones.
            let [octet, ..] = (self.window | u64::MAX >> self.held).to_be_bytes();
            if let Some(place) = room.get_mut(*at) {
                *place = octet;
            }
            *at += 1;
        }
    }
}
