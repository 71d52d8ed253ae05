//! Whether there is content, and how much (RFC 9110 §6.4.1, RFC 9110 §8.6).

use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method, StatusCode, request, response};

use crate::ConvertError;

/// Says whether a response has no content, whatever its fields say (RFC 9110 §6.4.1), or none may be
/// sent with it: with the status 205 (RFC 9110 §15.3.6).
///
/// A successful answer to CONNECT is another matter: what follows it is a tunnel, and no content.
#[must_use]
pub fn has_no_content(method: &Method, status: StatusCode) -> bool {
    let never = [
        StatusCode::NO_CONTENT,
        StatusCode::RESET_CONTENT,
        StatusCode::NOT_MODIFIED,
    ];
    never.contains(&status) || status.is_informational() || method == Method::HEAD
}

/// RFC 9110 §8.6: a length may not stand where there is never content. With 205 it could say only that
/// there is none (RFC 9110 §15.3.6), which the end of the stream says.
pub(crate) fn has_no_length(status: StatusCode) -> bool {
    let never = [StatusCode::NO_CONTENT, StatusCode::RESET_CONTENT];
    status.is_informational() || never.contains(&status)
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
    // RFC 9110 §9.3.6: what follows a successful CONNECT has no length.
    let is_tunnel = method == Method::CONNECT && status.is_success();
    let may = !is_tunnel && !is_said && !has_no_length(status);
    exact.filter(|&length| may && (length > 0 || !has_no_content(method, status)))
}
