//! Words of a line, without the machinery of `core::fmt`, which would cost most of a log.

use alloc::vec::Vec;

/// Appends a number in decimal digits.
pub(crate) fn number(value: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut place = digits.len();
    let mut rest = value;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + low(rest % 10);
        place -= 1;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(place..).unwrap_or_default());
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
