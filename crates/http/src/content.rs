//! Whether there is content, and how much (RFC 9110 §6.4.1, RFC 9110 §8.6).

use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method, StatusCode, request, response};
use proto::ResponseContent;

use crate::ConvertError;

/// Says whether a response has no content, whatever its fields say (RFC 9110 §6.4.1), or none may be
/// sent with it: with the status 205 (RFC 9110 §15.3.6). It is as [`ResponseContent`] has it.
///
/// A successful answer to CONNECT is another matter: what follows it is a tunnel, and no content.
#[must_use]
pub fn has_no_content(method: &Method, status: StatusCode) -> bool {
    let is_head = method == Method::HEAD;
    !ResponseContent::of(status.as_u16(), is_head, false).has_content()
}

/// Says whether no length may stand in the head (RFC 9110 §8.6).
pub(crate) fn has_no_length(status: StatusCode) -> bool {
    !ResponseContent::of(status.as_u16(), false, false).has_length()
}

/// Reads the length of the content: digits, and where they come twice, the same ones.
///
/// # Errors
///
/// If it is not a number of 64 bits, or there are several.
pub fn content_length(headers: &HeaderMap) -> Result<Option<u64>, ConvertError> {
    let mut lengths = headers
        .get_all(CONTENT_LENGTH)
        .iter()
        .map(|value| parse(value.as_bytes()).ok_or(ConvertError::ContentLength));
    let Some(first) = lengths.next().transpose()? else {
        return Ok(None);
    };
    for length in lengths {
        if length? != first {
            return Err(ConvertError::ContentLength);
        }
    }
    Ok(Some(first))
}

fn parse(value: &[u8]) -> Option<u64> {
    let digits = core::str::from_utf8(value.trim_ascii()).ok()?;
    // A sign in front is something that the standard library takes.
    let is_number = digits.bytes().all(|octet| octet.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

/// Returns the length that is to be added to a request whose content has exactly this many octets.
///
/// Choice: RFC 9110 §8.6 wants a length of nothing where the method means something by content,
/// and none elsewhere; that is POST, PUT and PATCH.
#[must_use]
pub fn request_length(parts: &request::Parts, exact: Option<u64>) -> Option<u64> {
    let means_content = [Method::POST, Method::PUT, Method::PATCH].contains(&parts.method);
    // RFC 9110 §9.3.6: a CONNECT has no content.
    let may = parts.method != Method::CONNECT && !parts.headers.contains_key(CONTENT_LENGTH);
    exact.filter(|&length| may && (length > 0 || means_content))
}

/// Returns the length that is to be added to a response whose content has exactly this many octets.
///
/// A handler that answers HEAD as GET says its length so; one without a body says nothing.
#[must_use]
pub fn response_length(
    method: &Method,
    parts: &response::Parts,
    exact: Option<u64>,
) -> Option<u64> {
    let is_said = parts.headers.contains_key(CONTENT_LENGTH);
    length_due(method, parts.status, is_said, exact)
}

/// The same, of a response whose fields were looked at already.
pub(crate) fn length_due(
    method: &Method,
    status: StatusCode,
    is_said: bool,
    exact: Option<u64>,
) -> Option<u64> {
    let (is_head, is_connect) = (method == Method::HEAD, method == Method::CONNECT);
    let content = ResponseContent::of(status.as_u16(), is_head, is_connect);
    content.length_due(exact).filter(|_| !is_said)
}
