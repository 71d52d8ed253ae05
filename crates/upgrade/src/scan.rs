//! Where a head ends (RFC 9112 §2.1).
//!
//! What is not whole stays with the driver, which offers it again with more behind it: octets that
//! were looked at are not looked at twice, so that a head in pieces of one octet costs no more than
//! one in one piece.

/// Looks for the empty line that ends a head.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Scan {
    seen: usize,
    line: usize,
    has_text: bool,
}

/// What there is of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// It goes on.
    Part,
    /// It has so many octets.
    Whole(usize),
    /// It holds what no head holds.
    Broken,
    /// It is longer than it may be.
    TooLong,
}

impl Scan {
    /// Looks at what came behind that which was looked at before.
    pub(crate) fn find(&mut self, input: &[u8], limit: usize) -> Found {
        let within = input.get(..limit).unwrap_or(input);
        while let Some(&octet) = within.get(self.seen) {
            let before = self.seen.checked_sub(1).and_then(|at| within.get(at));
            let is_after_cr = before == Some(&b'\r') && self.seen > self.line;
            self.seen += 1;
            // Stricter: RFC 9112 §2.2 lets LF end a line; two readings of one message are one too
            // many.
            if is_after_cr != (octet == b'\n') || !is_text(octet) {
                return Found::Broken;
            }
            if octet != b'\n' {
                continue;
            }
            let is_empty = self.seen == self.line + 2;
            self.line = self.seen;
            if is_empty && self.has_text {
                return Found::Whole(self.seen);
            }
            // RFC 9112 §2.2: empty lines before the first one are overlooked.
            self.has_text |= !is_empty;
        }
        if input.len() >= limit {
            Found::TooLong
        } else {
            Found::Part
        }
    }

    /// Says whether nothing was looked at yet.
    pub(crate) fn is_fresh(&self) -> bool {
        self.seen == 0
    }
}

/// Cuts the first line off, with how many octets it takes; `None` if it goes on.
///
/// # Errors
///
/// It is longer than `limit`, or holds what no line holds.
pub(crate) fn line(input: &[u8], limit: usize) -> Result<Option<(&[u8], usize)>, Broken> {
    let within = input.get(..limit).unwrap_or(input);
    let end = within.iter().position(|&octet| octet == b'\n');
    let line = end.and_then(|end| within.get(..end)).unwrap_or(within);
    let text = line.strip_suffix(b"\r").unwrap_or(line);
    if !text.iter().all(|&octet| octet != b'\r' && is_text(octet)) {
        return Err(Broken);
    }
    match end {
        Some(end) if text.len() < line.len() => Ok(Some((text, end + 1))),
        None if input.len() < limit => Ok(None),
        _ => Err(Broken),
    }
}

/// A line is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken;

/// Says whether the octet may stand in a head: neither a control nor half a delimiter.
const fn is_text(octet: u8) -> bool {
    matches!(octet, b'\t' | b'\r' | b'\n' | 0x20..=0x7e | 0x80..)
}
