//! Responses (RFC 9113 §8.3.2).

use http::response::Parts;
use http::{Method, StatusCode, Version};
use proto::{Request, Response};

use crate::fields::{self, Meaning, Message};
#[cfg(doc)]
use crate::response_length;
use crate::values::Values;
use crate::{ConvertError, content, date};

/// Makes the response that a server sends; an informational one, too.
///
/// Fields that concern a connection of HTTP/1.1 are left out, as from requests; and a length, where
/// the status allows none (RFC 9110 §8.6). A value that is marked as sensitive is never indexed.
#[must_use]
pub fn response_from_http(parts: &Parts) -> Response {
    add_fields(Response::new(parts.status.as_u16()), parts).0
}

/// Makes the response that a server sends, with what the handler left to the server: the length of
/// content that has exactly `exact` octets, as [`response_length`] has it, and, if asked for, the date.
///
/// It takes the memory of the request, if there is one to give.
///
/// ```
/// use tress_http::http::{Method, Response};
/// use tress_http::complete_response;
///
/// let (parts, ()) = Response::builder().header("vary", "origin").body(())?.into_parts();
/// let response = complete_response(&parts, None, &Method::GET, Some(5), true);
/// assert_eq!(response.content_length(), Some(5));
/// assert_eq!(response.fields().count(), 3);
/// # Ok::<(), tress_http::http::Error>(())
/// ```
#[must_use]
pub fn complete_response(
    parts: &Parts,
    memory: Option<Request>,
    method: &Method,
    exact: Option<u64>,
    with_date: bool,
) -> Response {
    let status = parts.status.as_u16();
    let empty = match memory {
        Some(request) => request.into_response(status),
        None => Response::new(status),
    };
    let (mut response, said) = add_fields(empty, parts);
    if let Some(length) = content::length_due(method, parts.status, said.length, exact) {
        response = response.with_content_length(length);
    }
    if with_date && !said.date {
        response = date::with_date(response);
    }
    response
}

/// What the fields of a response say already, whether it is sent or left out.
#[derive(Clone, Copy, Debug, Default)]
struct Said {
    length: bool,
    date: bool,
}

/// Adds the fields of a response that have a place in HTTP/2.
fn add_fields(mut response: Response, parts: &Parts) -> (Response, Said) {
    // Choice: a length of nothing is harmless and often said, but HTTP/2 refuses the message.
    let drop_length = content::has_no_length(parts.status);
    let mut said = Said::default();
    for (meaning, field) in fields::leaving(&parts.headers) {
        match meaning {
            Meaning::Te => continue,
            Meaning::ContentLength => {
                said.length = true;
                if drop_length {
                    continue;
                }
            }
            Meaning::Date => said.date = true,
            Meaning::Host | Meaning::Other => {}
        }
        response = response.add(field);
    }
    (response, said)
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
    let fields = response.fields();
    let regular = fields.clone().map(|field| field.value);
    let mut values = Values::of(regular);
    parts.headers = fields::collect(fields, &mut values)?;
    Ok(parts)
}
