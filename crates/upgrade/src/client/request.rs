//! Writing the request that asks for the upgrade (RFC 7540 §3.2).

use alloc::string::ToString;
use alloc::vec::Vec;

use proto::{Config, Request};

use crate::error::RequestError;
use crate::wish;

/// Writes the request, whose rules as a message were checked.
pub(super) fn write(
    config: &Config,
    request: &Request,
    content: &[u8],
) -> Result<Vec<u8>, RequestError> {
    let (authority, path) = target(request).ok_or(RequestError::Target)?;
    let len = content.len().to_string();
    let said = request.field_value("content-length");
    if said.is_some_and(|said| said != len.as_bytes()) {
        return Err(RequestError::Length);
    }
    let settings = wish::encode(&config.http2_settings());
    let mut out = [request.method(), b" ", path, b" HTTP/1.1\r\n"].concat();
    let mut field = |name: &[u8], value: &[u8]| {
        out.extend([name, b": ", value, b"\r\n"].concat());
    };
    field(b"host", authority);
    field(b"connection", b"upgrade, http2-settings");
    field(b"upgrade", b"h2c");
    field(b"http2-settings", settings.as_bytes());
    for its in request.fields().filter(|field| is_passed_on(field.name)) {
        field(its.name, its.value);
    }
    // RFC 9110 §8.6: a length is said where content could be meant.
    let is_meant = matches!(request.method(), b"POST" | b"PUT" | b"PATCH");
    if !content.is_empty() || said.is_some() || is_meant {
        field(b"content-length", len.as_bytes());
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(content);
    Ok(out)
}

/// The authority and the path, if the request is for an `http` URI.
fn target(request: &Request) -> Option<(&[u8], &[u8])> {
    let is_http = request.scheme()?.eq_ignore_ascii_case(b"http") && request.protocol().is_none();
    Some((request.authority()?, request.path()?)).filter(|_| is_http)
}

/// Says whether a field is not said elsewhere; `te` would concern the connection.
fn is_passed_on(name: &[u8]) -> bool {
    !matches!(
        name,
        b"host" | b"content-length" | b"te" | b"http2-settings"
    )
}
