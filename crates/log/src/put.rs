//! Words of a line, without the machinery of `core::fmt`, which would cost most of a log.

use alloc::vec::Vec;

/// The digits of all numbers below a hundred.
static PAIRS: [[u8; 2]; 100] = pairs();

const fn pairs() -> [[u8; 2]; 100] {
    let mut pairs = [[b'0'; 2]; 100];
    let mut number = 0_u8;
    while number < 100 {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        {
            pairs[number as usize] = [b'0' + number / 10, b'0' + number % 10];
        }
        number += 1;
    }
    pairs
}

/// Appends a number in decimal digits.
#[inline]
pub(crate) fn number(value: u64, out: &mut Vec<u8>) {
    if value < 10 {
        return out.push(b'0' + low(value));
    }
    let mut digits = [0; 20];
    let mut place = digits.len();
    let mut rest = value;
    for pair in digits.rchunks_exact_mut(2) {
        let two = PAIRS.get(usize::from(low(rest % 100)));
        pair.copy_from_slice(two.unwrap_or(&[0; 2]));
        rest /= 100;
        place -= 2;
        if rest == 0 {
            break;
        }
    }
    // The first pair may begin with a zero.
    let digits = digits.get(place..).unwrap_or_default();
    out.extend_from_slice(digits.strip_prefix(b"0").unwrap_or(digits));
}

/// Appends a blank and a number.
pub(crate) fn next(value: u64, out: &mut Vec<u8>) {
    out.push(b' ');
    number(value, out);
}

/// Appends a blank and a word.
pub(crate) fn word(text: &str, out: &mut Vec<u8>) {
    out.push(b' ');
    out.extend_from_slice(text.as_bytes());
}

/// Appends a blank and a word, if it is so.
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
