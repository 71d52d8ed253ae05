//! How long the content of a message is (RFC 9112 §6.3).

use proto::FieldSection;

use crate::head::{RequestHead, ResponseHead, members};
use crate::status;

/// How the end of the content is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// By its length.
    Length(u64),
    /// By its last chunk (RFC 9112 §7.1).
    Chunked,
    /// By the end of the connection.
    UntilEof,
}

impl Framing {
    /// Reads the framing of a request, where two readings of it would let one request hide in
    /// another.
    ///
    /// # Errors
    ///
    /// The status to answer with.
    pub(crate) fn of_request(head: &RequestHead) -> Result<Self, u16> {
        let fields = head.fields();
        if fields.get(b"transfer-encoding").is_none() {
            let length = length(fields).map_err(|Ambiguous| status::BAD_REQUEST)?;
            return Ok(Self::Length(length.unwrap_or(0)));
        }
        // Stricter: RFC 9112 §6.1 lets a server go on after both, or after any coding in HTTP/1.0.
        if fields.get(b"content-length").is_some() || !head.is_http_1_1() {
            return Err(status::BAD_REQUEST);
        }
        let last = members(fields, b"transfer-encoding").last();
        if !last.is_some_and(is_chunked) {
            return Err(status::BAD_REQUEST);
        }
        if members(fields, b"transfer-encoding").count() > 1 {
            return Err(status::NOT_IMPLEMENTED);
        }
        Ok(Self::Chunked)
    }

    /// Reads the framing of a response.
    ///
    /// # Errors
    ///
    /// It can be read in two ways.
    pub(crate) fn of_response(head: &ResponseHead, is_head: bool) -> Result<Self, Ambiguous> {
        let fields = &head.fields;
        if is_head || matches!(head.status, 100..=199 | 204 | 304) {
            return Ok(Self::Length(0));
        }
        let length = length(fields)?;
        let last = members(fields, b"transfer-encoding").last();
        let count = members(fields, b"transfer-encoding").count();
        match (last, length) {
            (Some(_), Some(_)) => Err(Ambiguous),
            (Some(last), None) if is_chunked(last) && count == 1 => Ok(Self::Chunked),
            (Some(_), None) => Err(Ambiguous),
            (None, Some(length)) => Ok(Self::Length(length)),
            (None, None) => Ok(Self::UntilEof),
        }
    }
}

/// The end of the content can be read in two ways, or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ambiguous;

fn is_chunked(coding: &[u8]) -> bool {
    coding.eq_ignore_ascii_case(b"chunked")
}

/// Stricter: RFC 9110 §8.6 lets equal lengths stand for one.
fn length(fields: &FieldSection) -> Result<Option<u64>, Ambiguous> {
    let mut lengths = fields.get_all(b"content-length");
    match (lengths.next(), lengths.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => number(value, 10).map(Some).ok_or(Ambiguous),
        (Some(_), Some(_)) => Err(Ambiguous),
    }
}

/// Reads digits, and nothing but digits.
pub(crate) fn number(digits: &[u8], radix: u32) -> Option<u64> {
    let text = core::str::from_utf8(digits).ok()?;
    // Without this a sign would pass.
    let is_digits = text.chars().all(|digit| digit.is_digit(radix));
    u64::from_str_radix(text, radix).ok().filter(|_| is_digits)
}
