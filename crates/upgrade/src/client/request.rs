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
    let (Some(authority), Some(path)) = (request.authority(), request.path()) else {
        return Err(RequestError::Target);
    };
    let is_http = request
        .scheme()
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"http"));
    if !is_http || request.protocol().is_some() {
        return Err(RequestError::Target);
    }
    let len = content.len().to_string();
    let is_said = |said: u64| u64::try_from(content.len()) == Ok(said);
    if !request.content_length().is_none_or(is_said) {
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
    for its in request.fields() {
        // These are said above and below; `te` would concern the connection.
        if !matches!(
            its.name,
            b"host" | b"content-length" | b"te" | b"http2-settings"
        ) {
            field(its.name, its.value);
        }
    }
    // RFC 9110 §8.6: a length is said where content could be meant.
    let is_meant = matches!(request.method(), b"POST" | b"PUT" | b"PATCH");
    if !content.is_empty() || request.content_length().is_some() || is_meant {
        field(b"content-length", len.as_bytes());
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(content);
    Ok(out)
}
