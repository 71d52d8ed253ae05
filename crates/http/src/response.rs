//! Responses (RFC 9113 §8.3.2).

use http::header::CONTENT_LENGTH;
use http::response::Parts;
use http::{StatusCode, Version};
use proto::Response;

use crate::fields::{self, Message};
use crate::{ConvertError, content};

/// Makes the response that a server sends; an informational one, too.
///
/// Fields that concern a connection of HTTP/1.1 are left out, as from requests; and a length, where
/// the status allows none (RFC 9110 §8.6). A value that is marked as sensitive is never indexed.
#[must_use]
pub fn response_from_http(parts: &Parts) -> Response {
    // Choice: a length of nothing is harmless and often said, but HTTP/2 refuses the message.
    let drop_length = content::has_no_length(parts.status);
    let fields = fields::leaving(&parts.headers).filter(|field| {
        let is_length = field.name == CONTENT_LENGTH.as_str().as_bytes();
        !(fields::is_te(field) || (drop_length && is_length))
    });
    Response::new(parts.status.as_u16()).with_all(fields)
}

/// Makes the response that a client has got; an informational one, too.
///
/// # Errors
///
/// If there are more fields than the map of `http` can hold.
pub fn response_into_http(response: &Response) -> Result<Parts, ConvertError> {
    let (mut parts, ()) = http::Response::new(()).into_parts();
    parts.status = StatusCode::from_u16(response.status()).map_err(ConvertError::Status)?;
    parts.version = Version::HTTP_2;
    parts.headers = fields::collect(response.fields())?;
    Ok(parts)
}
