//! The head of the requests: what the command line says of it, and what it need not say.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use blocking::proto::Request;

use super::data::Data;
use super::url::Url;
use crate::exit::{Failure, Result};
use tress_log::is_secret;

/// What HTTP/1.1 says about a connection, and HTTP/2 does not (RFC 9113 §8.2.2).
const CONNECTION_FIELDS: &[&str] = &[
    "connection",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "upgrade",
];

/// A header field of the command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    name: String,
    value: String,
}

impl Field {
    /// In lower case.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

/// Reads `name: value` as often as it was given.
pub(crate) fn parse(texts: &[String]) -> Result<Vec<Field>> {
    texts.iter().map(|text| parse_one(text)).collect()
}

fn parse_one(text: &str) -> Result<Field> {
    let wrong = |reason: &str| {
        Failure::usage(format_args!("cannot send the field {text:?}: {reason}"))
            .hint("write -H 'name: value'")
    };
    let (name, value) = text
        .split_once(':')
        .ok_or_else(|| wrong("it has no colon"))?;
    // RFC 9113 §8.2.1: names are in lower case.
    let name = name.trim().to_ascii_lowercase();
    let is_token = |octet: u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(wrong("its name is not one"));
    }
    if CONNECTION_FIELDS.contains(&name.as_str()) {
        return Err(wrong("HTTP/2 has no such field (RFC 9113 §8.2.2)"));
    }
    if value
        .bytes()
        .any(|octet| matches!(octet, 0 | b'\r' | b'\n'))
    {
        return Err(wrong("its value has a line break or a NUL"));
    }
    let value = value.trim_matches([' ', '\t']).to_string();
    Ok(Field { name, value })
}

/// Makes a request. What the command line says replaces what is said without it.
pub(crate) fn request<'a>(
    method: &str,
    url: &Url,
    fields: impl Iterator<Item = &'a Field> + Clone,
    data: Option<&Data>,
) -> Request {
    let of = |name: &str| fields.clone().find(|field| field.name == name);
    let own = url.origin.authority();
    // RFC 9113 §8.3.1: the authority stands in the place of the field host.
    let authority = of("host").map_or(own.as_str(), |host| &host.value);
    let mut request = Request::new(method, url.origin.scheme.as_str(), authority, &url.path);
    if of("user-agent").is_none() {
        request = request.field("user-agent", concat!("tress/", env!("CARGO_PKG_VERSION")));
    }
    if of("accept").is_none() {
        request = request.field("accept", "*/*");
    }
    for Field { name, value } in fields.clone().filter(|field| field.name != "host") {
        request = if is_secret(name.as_bytes()) {
            request.sensitive_field(name, value)
        } else {
            request.field(name, value)
        };
    }
    match data
        .and_then(Data::len)
        .filter(|_| of("content-length").is_none())
    {
        Some(len) => request.field("content-length", len.to_string()),
        None => request,
    }
}

#[cfg(test)]
mod tests;
