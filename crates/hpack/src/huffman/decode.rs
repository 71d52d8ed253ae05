//! Decodes the Huffman code, twelve bits and up to two symbols in a step (RFC 7541 §5.2).
//!
//! Bits wait at the top of a 64-bit window. A group of four steps needs 48 of them, so that one
//! refill and one store of eight octets serve up to eight symbols, and nothing is asked in between:
//! before a longer code, the steps of a group stand still.

use super::table::{LENGTHS, LONG, LONG_SYMBOLS, LongCodes, STEP, STEPS};
use crate::DecodeError;

/// The longest padding in bits (RFC 7541 §5.2).
const MAX_PADDING: u32 = 7;

/// The length of the longest code in bits (RFC 7541 §B).
const LONGEST: u32 = 30;

/// Returns how much space decoding so many octets takes: 5 bits for a symbol, and one whole store.
pub(crate) const fn space(coded: usize) -> usize {
    coded.saturating_add(8).saturating_mul(8) / 5 + 8
}

/// Decodes a whole string to `out`, from `at` on.
#[inline]
pub(crate) fn decode_whole(
    coded: &[u8],
    out: &mut [u8],
    at: &mut usize,
) -> Result<(), DecodeError> {
    let mut bits = Bits::default();
    let rest = bits.words(coded, out, at)?;
    let end = match coded.last_chunk::<8>() {
        Some(word) => u64::from_be_bytes(*word),
        None => short_end(coded),
    };
    bits.last(end, rest.len(), out, at)
}

/// Reads fewer than eight octets into the lower bits of a word.
#[inline]
pub(crate) fn short_end(coded: &[u8]) -> u64 {
    coded
        .iter()
        .take(8)
        .fold(0, |word, octet| word << 8 | u64::from(*octet))
}

/// Bits that were taken from a coded string, and are not decoded yet.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bits {
    /// The bits, the next one highest. Below those held there may be a part of what comes next.
    window: u64,
    /// How many bits are held.
    held: u32,
}

impl Bits {
    /// Decodes as long as eight octets lie ahead; returns those that it did not take.
    #[inline]
    pub(crate) fn words<'c>(
        &mut self,
        mut coded: &'c [u8],
        out: &mut [u8],
        at: &mut usize,
    ) -> Result<&'c [u8], DecodeError> {
        let mut bits = *self;
        while let Some(word) = coded.first_chunk::<8>() {
            let taken = bits.refill(u64::from_be_bytes(*word));
            coded = coded.get(taken as usize..).unwrap_or_default();
            let entry = bits.group(out, at);
            if entry == 0 && bits.held >= LONGEST {
                bits.long(out, at)?;
            }
        }
        *self = bits;
        Ok(coded)
    }

    /// Decodes the end of a string, of which `octets` octets, fewer than eight, are not taken yet:
    /// the lowest ones of `end`.
    #[inline]
    pub(crate) fn last(
        mut self,
        end: u64,
        octets: usize,
        out: &mut [u8],
        at: &mut usize,
    ) -> Result<(), DecodeError> {
        let left = 8 * u32::try_from(octets).unwrap_or(0);
        // RFC 7541 §5.2: the padding is made of ones, so ones may follow the end as well.
        let mut ahead =
            end.checked_shl(64 - left).unwrap_or(0) | u64::MAX.checked_shr(left).unwrap_or(0);
        let mut real = self.held + left;
        loop {
            let taken = self.refill(ahead);
            ahead = !(!ahead << (8 * taken));
            let before = self;
            self.group(out, at);
            let Some(left) = real.checked_sub(before.held - self.held) else {
                return Err(before.fault(real));
            };
            // RFC 7541 §5.2: no code is made of seven ones or fewer, so these are the padding.
            if left <= MAX_PADDING && self.window >> (64 - MAX_PADDING) == 0x7f {
                return Ok(());
            }
            if left == real {
                real = self.last_long(real, out, at)?;
            } else {
                real = left;
            }
        }
    }

    /// Takes whole octets from the word ahead, until no further one fits; returns how many.
    #[inline]
    fn refill(&mut self, ahead: u64) -> u32 {
        self.window |= ahead >> (self.held & 63);
        let taken = (63 - self.held) >> 3;
        self.held += taken << 3;
        taken
    }

    /// Makes four steps; returns the table's entry of the last one, 0 before a longer code.
    #[inline]
    fn group(&mut self, out: &mut [u8], at: &mut usize) -> u32 {
        let mut symbols = 0;
        let mut entry = 0;
        // The sum of the entries: in the lowest octet that of their lengths, 48 at most, and in the next
        // one how far the next symbols are to be shifted, 64 at most. Neither carries.
        let mut sum = 0_u32;
        for _ in 0..4 {
            entry = STEPS
                .get((self.window >> (64 - STEP)) as usize)
                .copied()
                .unwrap_or(0);
            // Of what is shifted by, only six bits count; so nothing has to be masked.
            self.window = self.window.wrapping_shl(entry);
            symbols |= u64::from(entry >> 16).wrapping_shl(sum >> 8);
            sum = sum.wrapping_add(entry);
        }
        self.held = self.held.wrapping_sub(sum & 0xff);
        let shift = sum >> 8 & 0xff;
        if let Some(place) = out
            .get_mut(*at..)
            .and_then(|rest| rest.first_chunk_mut::<8>())
        {
            *place = symbols.to_le_bytes();
        }
        *at += (shift >> 3) as usize;
        entry
    }

    /// Decodes one of the longer codes; 30 bits must be held.
    #[cold]
    fn long(&mut self, out: &mut [u8], at: &mut usize) -> Result<(), DecodeError> {
        let (symbol, length) = self.longer_code().ok_or(DecodeError::HuffmanEos)?;
        if let Some(place) = out.get_mut(*at) {
            *place = symbol;
        }
        *at += 1;
        self.window <<= length;
        self.held -= length;
        Ok(())
    }

    /// Decodes one of the longer codes near the end, with `real` bits before it; returns those left.
    #[cold]
    fn last_long(&mut self, real: u32, out: &mut [u8], at: &mut usize) -> Result<u32, DecodeError> {
        let length = self.longer_code().map_or(LONGEST, |(_, length)| length);
        let left = real.checked_sub(length).ok_or_else(|| self.fault(real))?;
        self.long(out, at)?;
        Ok(left)
    }

    /// Finds the longer code at the top of the window: its symbol and length; none for EOS.
    fn longer_code(&self) -> Option<(u8, u32)> {
        let top = u32::try_from(self.window >> 32).ok()?;
        let LongCodes { length, base, .. } = LONG.iter().find(|codes| top < codes.end)?;
        let length = u32::from(*length);
        let place = (top >> (32 - length)).wrapping_sub(*base);
        Some((LONG_SYMBOLS.get(place as usize).copied()?, length))
    }

    /// Says what is wrong with a string whose last `real` bits do not end as they must.
    #[cold]
    fn fault(mut self, mut real: u32) -> DecodeError {
        loop {
            let entry = STEPS
                .get((self.window >> (64 - STEP)) as usize)
                .copied()
                .unwrap_or(0);
            let [_, _, symbol, _] = entry.to_le_bytes();
            let length = match entry {
                0 => self.longer_code().map_or(LONGEST, |(_, length)| length),
                _ => LENGTHS
                    .get(usize::from(symbol))
                    .copied()
                    .map_or(LONGEST, u32::from),
            };
            let Some(left) = real.checked_sub(length) else {
                break;
            };
            real = left;
            self.window <<= length;
        }
        if real > MAX_PADDING {
            DecodeError::HuffmanPaddingTooLong
        } else {
            DecodeError::HuffmanPaddingNotOnes
        }
    }
}
