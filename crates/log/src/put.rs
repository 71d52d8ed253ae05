//! Words of a line, without the machinery of `core::fmt`, which would cost most of a log.

use alloc::vec::Vec;

/// One more than what eight digits say.
pub(crate) const EIGHT: u64 = 100_000_000;

/// The digits of a number below [`EIGHT`], the first in the lowest octet, all found at once.
const fn eight(value: u64) -> u64 {
    let halves = (value / 10_000) | ((value % 10_000) << 32);
    // A hundredth and a tenth, by multiplication that is exact for numbers so small.
    let hundreds = ((halves * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let pairs = hundreds | ((halves - 100 * hundreds) << 16);
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | ((pairs - 10 * tens) << 8)
}

/// What makes digits of their values.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// Appends a number in decimal digits.
#[inline]
pub(crate) fn number(value: u64, out: &mut Vec<u8>) {
    if value < 10 {
        return out.push(b'0' + low(value));
    }
    if value >= EIGHT {
        number(value / EIGHT, out);
        return padded(value % EIGHT, out);
    }
    let digits = eight(value);
    // A value that is not 0 has a digit that is not.
    let zeros = digits.trailing_zeros() / 8;
    let text = ((digits | ZEROS) >> (8 * zeros)).to_le_bytes();
    // Eight octets are written in one step, and those that are none of it are taken back.
    let end = out.len() + text.len() - zeros as usize;
    out.extend_from_slice(&text);
    out.truncate(end);
}

/// Appends a number below [`EIGHT`] in eight digits.
#[inline]
pub(crate) fn padded(value: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(&(eight(value) | ZEROS).to_le_bytes());
}

/// Appends a blank and a number.
#[inline]
pub(crate) fn next(value: u64, out: &mut Vec<u8>) {
    if value < 10 {
        return out.extend_from_slice(&[b' ', b'0' + low(value)]);
    }
    out.push(b' ');
    number(value, out);
}

/// Appends a blank and a word.
#[inline]
pub(crate) fn word(text: &str, out: &mut Vec<u8>) {
    out.push(b' ');
    out.extend_from_slice(text.as_bytes());
}

/// Appends a blank and a word, if it is so.
#[inline]
pub(crate) fn flag(is_set: bool, text: &str, out: &mut Vec<u8>) {
    if is_set {
        word(text, out);
    }
}

/// Appends an octet as two hexadecimal digits.
pub(crate) fn hex(octet: u8, out: &mut Vec<u8>) {
    out.extend_from_slice(&[hex_digit(octet >> 4), hex_digit(octet & 0xf)]);
}

const fn hex_digit(value: u8) -> u8 {
    if value < 10 {
        b'0' + value
    } else {
        b'a' + value - 10
    }
}

/// A digit's value, which fits.
const fn low(value: u64) -> u8 {
    value.to_le_bytes()[0]
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use super::{EIGHT, next, number, padded};

    #[test]
    fn numbers_have_their_digits() {
        let around = (0..20).flat_map(|power| {
            let ten = 10_u64.pow(power);
            [ten - 1, ten, ten + 1, ten.saturating_mul(7)]
        });
        let others =
            (0..5000).map(|step: u64| step.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (step % 64));
        for value in around
            .chain(0..20_000)
            .chain(others)
            .chain([u64::MAX, EIGHT - 1])
        {
            let mut out = Vec::new();
            number(value, &mut out);
            assert_eq!(out, value.to_string().as_bytes());
            out.clear();
            next(value, &mut out);
            assert_eq!(out, alloc::format!(" {value}").as_bytes());
            out.clear();
            padded(value % EIGHT, &mut out);
            assert_eq!(out, alloc::format!("{:08}", value % EIGHT).as_bytes());
        }
    }
}
