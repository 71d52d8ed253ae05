//! Hexadecimal digits as octets, in the forms in which tools write them.

use alloc::vec::Vec;

/// What is no digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotHex {
    line: usize,
}

impl core::fmt::Display for NotHex {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "line {}: these are no pairs of hexadecimal digits",
            self.line
        )
    }
}

/// Reads digits. A place and a colon may stand before them, as of xxd, and text behind two blanks;
/// a line may begin with # as a comment.
pub(crate) fn parse(input: &[u8]) -> Result<Vec<u8>, NotHex> {
    let mut octets = Vec::new();
    for (line, text) in (1..).zip(input.split(|octet| *octet == b'\n')) {
        let wrong = NotHex { line };
        let text = core::str::from_utf8(text).map_err(|_| wrong)?.trim_end();
        if text.starts_with('#') {
            continue;
        }
        let text = match text.split_once(": ") {
            Some((place, rest)) if place.chars().all(|digit| digit.is_ascii_hexdigit()) => {
                let digits = rest.trim_start();
                digits.split_once("  ").map_or(digits, |(digits, _)| digits)
            }
            _ => text,
        };
        let mut high = None;
        for character in text
            .chars()
            .filter(|its| !its.is_whitespace() && *its != ':')
        {
            let digit = character
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok());
            let digit = digit.ok_or(wrong)?;
            high = match high {
                None => Some(digit),
                Some(high) => {
                    octets.push((high << 4) | digit);
                    None
                }
            };
        }
        if high.is_some() {
            return Err(wrong);
        }
    }
    Ok(octets)
}
