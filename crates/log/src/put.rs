//! Numbers and texts of a log, appended.

use alloc::vec::Vec;

/// Seven bits of a number, in an octet that says whether there are more.
const BITS: u32 = 7;
const MORE: u8 = 1 << BITS;

/// Appends a number: seven bits an octet, the lowest first, and the highest bit of all octets but the last.
#[inline]
pub(crate) fn number(value: u64, out: &mut Vec<u8>) {
    let [low, ..] = value.to_le_bytes();
    if value < 1 << BITS {
        out.push(low);
    } else if value < 1 << (2 * BITS) {
        let [high, ..] = (value >> BITS).to_le_bytes();
        out.extend_from_slice(&[low | MORE, high]);
    } else {
        long(value, out);
    }
}

/// The same for a number of more than two octets.
fn long(value: u64, out: &mut Vec<u8>) {
    let mut rest = value;
    while rest >= 1 << BITS {
        let [low, ..] = rest.to_le_bytes();
        out.push(low | MORE);
        rest >>= BITS;
    }
    let [low, ..] = rest.to_le_bytes();
    out.push(low);
}

/// Appends a text behind its length.
#[inline]
pub(crate) fn text(octets: &[u8], out: &mut Vec<u8>) {
    number(octets.len() as u64, out);
    out.extend_from_slice(octets);
}

/// The first octets of an event, which are written in one step where their numbers are small: appending
/// each costs more than finding it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Word {
    octets: u64,
    bits: u32,
}

impl Word {
    /// Begins with an octet.
    #[inline]
    pub(crate) const fn new(octet: u8) -> Self {
        Self {
            octets: octet as u64,
            bits: 8,
        }
    }

    /// Up to three octets more.
    #[inline]
    const fn with(self, octets: u64, bits: u32) -> Self {
        Self {
            octets: self.octets | (octets << self.bits),
            bits: self.bits + bits,
        }
    }

    #[inline]
    pub(crate) const fn octet(self, octet: u8) -> Self {
        self.with(octet as u64, 8)
    }

    /// A number of one or two octets.
    #[inline]
    pub(crate) const fn small(self, value: u64) -> Self {
        match value {
            0..0x80 => self.with(value, 8),
            _ => self.with((value & 0x7f) | 0x80 | (value >> 7 << 8), 16),
        }
    }

    /// A number of at most three octets.
    #[inline]
    pub(crate) const fn medium(self, value: u64) -> Self {
        match value {
            0..SMALL => self.small(value),
            _ => self.with(
                (value & 0x7f) | 0x80 | ((value >> 7 & 0x7f | 0x80) << 8) | (value >> 14 << 16),
                24,
            ),
        }
    }

    /// Appends the octets, of which there are at most eight.
    #[inline]
    pub(crate) fn put(self, out: &mut Vec<u8>) {
        // Eight octets are written in one step, and those that are none of it are taken back.
        let end = out.len() + self.bits as usize / 8;
        out.extend_from_slice(&self.octets.to_le_bytes());
        out.truncate(end);
    }
}

/// Numbers below have at most two octets, and three.
pub(crate) const SMALL: u64 = 1 << (2 * BITS);
pub(crate) const MEDIUM: u64 = 1 << (3 * BITS);
