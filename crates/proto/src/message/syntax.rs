//! Which octets may stand where (RFC 9110 §5, RFC 9113 §8.2.1, RFC 9113 §8.3.1).
//!
//! One table for all: a bit for each class of characters. A string is in a class if all its octets
//! are, so the test is a chain of ANDs without a branch.

use super::words;

/// A field name: the characters of a token without the upper case (RFC 9113 §8.2.1).
pub(super) const NAME: u8 = 1 << 0;
/// A token (RFC 9110 §5.6.2).
pub(super) const TOKEN: u8 = 1 << 1;
/// A field value: HTAB, SP, visible ASCII and what is beyond ASCII (RFC 9110 §5.5).
pub(super) const VALUE: u8 = 1 << 2;
/// A scheme after its first letter (RFC 9113 §8.3.1).
pub(super) const SCHEME: u8 = 1 << 3;
/// An authority: a host, a port, and what stands around them (RFC 9113 §8.3.1).
pub(super) const AUTHORITY: u8 = 1 << 4;
/// A path and a query (RFC 9113 §8.3.1).
///
/// Laxer: RFC 3986 leaves out some visible characters that browsers send as they are.
pub(super) const PATH: u8 = 1 << 5;
/// A decimal digit.
pub(super) const DIGIT: u8 = 1 << 6;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 256")]
        let class = classes_of(octet as u8);
        #[expect(clippy::indexing_slicing, reason = "the loop ends at 256")]
        {
            classes[octet] = class;
        }
        octet += 1;
    }
    classes
};

const fn classes_of(octet: u8) -> u8 {
    match octet {
        b'0'..=b'9' => NAME | TOKEN | VALUE | SCHEME | AUTHORITY | PATH | DIGIT,
        b'a'..=b'z' => NAME | TOKEN | VALUE | SCHEME | AUTHORITY | PATH,
        b'A'..=b'Z' => TOKEN | VALUE | SCHEME | AUTHORITY | PATH,
        b'+' | b'-' | b'.' => NAME | TOKEN | VALUE | SCHEME | AUTHORITY | PATH,
        b'!' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'_' | b'~' => {
            NAME | TOKEN | VALUE | AUTHORITY | PATH
        }
        b'^' | b'`' | b'|' => NAME | TOKEN | VALUE | PATH,
        b'#' => NAME | TOKEN | VALUE,
        b'(' | b')' | b':' | b';' | b'=' | b'@' | b'[' | b']' => VALUE | AUTHORITY | PATH,
        b'"' | b',' | b'/' | b'<' | b'>' | b'?' | b'\\' | b'{' | b'}' => VALUE | PATH,
        b'\t' | b' ' | 0x80..=0xff => VALUE,
        0x00..=0x08 | 0x0a..=0x1f | 0x7f => 0,
    }
}

/// Says whether all octets are in the class.
pub(super) fn all(octets: &[u8], class: u8) -> bool {
    octets
        .iter()
        .fold(class, |left, &octet| left & classes(octet))
        != 0
}

/// Says whether this is a path with a slash in front, and perhaps a query (RFC 9113 §8.3.1).
#[inline]
pub(super) fn is_absolute_path(octets: &[u8]) -> bool {
    octets.starts_with(b"/") && (words::are_path(octets) || all(octets, PATH))
}

/// Says whether this is a field name, for the compiler.
pub(super) const fn is_name(octets: &[u8]) -> bool {
    let (mut left, mut rest) = (NAME, octets);
    while let [octet, behind @ ..] = rest {
        left &= classes_of(*octet);
        rest = behind;
    }
    left != 0 && !octets.is_empty()
}

fn classes(octet: u8) -> u8 {
    CLASSES.get(usize::from(octet)).copied().unwrap_or(0)
}

/// Says whether this is a method, or another token (RFC 9110 §5.6.2).
pub(super) fn is_token(octets: &[u8]) -> bool {
    !octets.is_empty() && all(octets, TOKEN)
}

/// Says whether this is a scheme (RFC 9113 §8.3.1).
pub(super) fn is_scheme(octets: &[u8]) -> bool {
    octets.first().is_some_and(u8::is_ascii_alphabetic) && all(octets, SCHEME)
}

/// Says whether this is white space, which no value starts or ends with (RFC 9113 §8.2.1).
pub(super) const fn is_whitespace(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t')
}
