//! What becomes of a message between two vocabularies.

#![expect(
    clippy::unwrap_used,
    reason = "a test whose ground gives way has to stop"
)]

mod api;
mod content;
mod date;
mod law;
mod request;
mod response;

use tress_http::http::uri::Scheme;
use tress_http::http::{self, HeaderMap};
use tress_http::proto::{FieldSection, Request};
use tress_http::{ConvertError, request_from_http};

/// The fields as text, pseudo-header fields too, one after the other.
fn text(section: &FieldSection) -> Vec<String> {
    let octets = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    let line = |name, value| format!("{}: {}", octets(name), octets(value));
    section
        .iter()
        .map(|field| line(field.name, field.value))
        .collect()
}

/// What a client would send, with `https` as the scheme by default.
fn sent(request: http::request::Builder) -> Result<Request, ConvertError> {
    let (parts, ()) = request.body(()).unwrap().into_parts();
    request_from_http(&parts, &Scheme::HTTPS)
}

/// The values of a name, in order.
fn values(map: &HeaderMap, name: &str) -> Vec<String> {
    let values = map.get_all(name).iter();
    values
        .map(|value| value.to_str().unwrap().to_owned())
        .collect()
}
