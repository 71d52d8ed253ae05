//! Heads of requests, with what belongs to them.

use proto::Request;
use session::Error;
use tress_http::http::header::{CONTENT_LENGTH, EXPECT};
use tress_http::http::request;
use tress_http::http::uri::Scheme;
use tress_http::request_from_http;

use super::body::Body;
use super::convert::ours;
use crate::client::Client;

/// The head of a request, with its length where that is known.
///
/// A URI without a scheme gets the one among the extensions, or else that of the connection.
pub(super) fn request(
    client: &Client,
    parts: &request::Parts,
    body: &Body,
) -> Result<Request, Error> {
    let usual = if client.is_secure {
        &Scheme::HTTPS
    } else {
        &Scheme::HTTP
    };
    let scheme = parts.extensions.get::<Scheme>().unwrap_or(usual);
    let head = request_from_http(parts, scheme).map_err(ours)?;
    Ok(match tress_http::request_length(parts, body.exact_len()) {
        Some(length) => head.field(CONTENT_LENGTH.as_str(), length.to_string()),
        None => head,
    })
}

/// Says whether content is to wait until the server asks for it.
pub(super) fn waits(parts: &request::Parts, body: &Body) -> bool {
    let says_so = parts.headers.contains_key(EXPECT);
    says_so && tress_http::expects_continue(&parts.headers) && !body.is_ended()
}
