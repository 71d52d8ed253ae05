//! A gateway to HTTP/1.1, and what stands behind it.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::message::{FieldSection, Kind, Request, Response};

type Field = (Vec<u8>, Vec<u8>);

/// Content of no octets, in chunks.
const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// Writes the section as HTTP/1.1 and reads it again.
pub(super) fn as_http1(kind: Kind, section: &FieldSection) -> Result<(), String> {
    match kind {
        Kind::Request | Kind::PromisedRequest => request(&Request::from_section(section.clone())),
        Kind::Response => response(&Response::from_section(section.clone())),
        Kind::Trailers => trailers(section),
    }
}

fn request(request: &Request) -> Result<(), String> {
    let target = target(request);
    let mut fields = regular(request.section());
    if let Some(authority) = request.authority() {
        fields.retain(|(name, _)| name != b"host");
        fields.insert(0, (b"host".to_vec(), authority.to_vec()));
    }
    let content = request
        .content_length()
        .filter(|_| request.method() != b"CONNECT")
        .unwrap_or(0);
    let mut octets = [request.method(), b" ", &target, b" HTTP/1.1\r\n"].concat();
    write_fields(&mut octets, &fields);
    octets.extend((0..content).map(|_| b'x'));

    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Request::new(&mut headers);
    let head = complete(parsed.parse(&octets))?;
    same(parsed.method.unwrap().as_bytes(), request.method())?;
    same(parsed.path.unwrap().as_bytes(), &target)?;
    same_fields(parsed.headers, &fields)?;
    match request.method() {
        b"CONNECT" => Ok(()),
        _ => same_length(octets.len() - head, body(parsed.headers)?),
    }
}

fn target(request: &Request) -> Vec<u8> {
    let authority = request.authority().unwrap_or_default();
    match (request.scheme(), request.path()) {
        (Some(b"http" | b"https" | b"HTTPS"), Some(path)) => path.to_vec(),
        (Some(_), Some(b"*")) => b"*".to_vec(),
        (Some(scheme), Some(path)) => [scheme, b"://", authority, path].concat(),
        _ => authority.to_vec(),
    }
}

fn response(response: &Response) -> Result<(), String> {
    let mut fields = regular(response.section());
    let is_empty = matches!(response.status(), 100..=199 | 204 | 304);
    let content = response.content_length().filter(|_| !is_empty);
    if content.is_none() && !is_empty {
        fields.push((b"transfer-encoding".to_vec(), b"chunked".to_vec()));
    }
    let status = response.section().get(b":status").unwrap_or_default();
    let mut octets = [b"HTTP/1.1 ", status, b" \r\n"].concat();
    write_fields(&mut octets, &fields);
    match content {
        Some(content) => octets.extend((0..content).map(|_| b'x')),
        None if is_empty => {}
        None => octets.extend(LAST_CHUNK),
    }

    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Response::new(&mut headers);
    let head = complete(parsed.parse(&octets))?;
    same(format!("{}", parsed.code.unwrap()).as_bytes(), status)?;
    same_fields(parsed.headers, &fields)?;
    match is_empty {
        true => same_length(octets.len() - head, 0),
        false => same_length(octets.len() - head, body(parsed.headers)?),
    }
}

fn trailers(section: &FieldSection) -> Result<(), String> {
    let fields = regular(section);
    let mut octets = Vec::new();
    write_fields(&mut octets, &fields);

    let mut headers = [httparse::EMPTY_HEADER; 64];
    match httparse::parse_headers(&octets, &mut headers) {
        Ok(httparse::Status::Complete((read, parsed))) => {
            same_fields(parsed, &fields)?;
            same_length(octets.len() - read, 0)
        }
        other => Err(format!("{other:?}")),
    }
}

/// RFC 9113 §8.2.3: the pieces of a cookie become one again.
fn regular(section: &FieldSection) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for field in section.iter().filter(|field| !field.name.starts_with(b":")) {
        let before = fields.iter_mut().find(|(name, _)| name == b"cookie");
        match before.filter(|_| field.name == b"cookie") {
            Some((_, cookie)) => *cookie = [cookie, &b"; "[..], field.value].concat(),
            None => fields.push((field.name.to_vec(), field.value.to_vec())),
        }
    }
    // A piece may be empty, and then white space would stand at an end.
    for (_, cookie) in fields.iter_mut().filter(|(name, _)| name == b"cookie") {
        *cookie = cookie.trim_ascii().to_vec();
    }
    fields
}

fn write_fields(octets: &mut Vec<u8>, fields: &[Field]) {
    for (name, value) in fields {
        octets.extend([name, &b": "[..], value, b"\r\n"].concat());
    }
    octets.extend(b"\r\n");
}

fn complete(result: httparse::Result<usize>) -> Result<usize, String> {
    match result {
        Ok(httparse::Status::Complete(read)) => Ok(read),
        other => Err(format!("{other:?}")),
    }
}

/// The length of the content, as a server of HTTP/1.1 sees it; it takes no doubts.
fn body(headers: &[httparse::Header<'_>]) -> Result<usize, String> {
    let named = |name: &'static str| {
        headers
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(name))
    };
    let lengths: Vec<_> = named("content-length").map(|header| header.value).collect();
    let codings: Vec<_> = named("transfer-encoding")
        .map(|header| header.value)
        .collect();
    match (&lengths[..], &codings[..]) {
        ([], []) => Ok(0),
        ([], [b"chunked"]) => Ok(LAST_CHUNK.len()),
        ([length], []) if length.iter().all(u8::is_ascii_digit) => {
            let length = core::str::from_utf8(length).map_err(|error| format!("{error}"))?;
            length.parse().map_err(|error| format!("{error}: {length}"))
        }
        other => Err(format!("content that may end in two places: {other:?}")),
    }
}

fn same(one: &[u8], other: &[u8]) -> Result<(), String> {
    let differ = || format!("{} is not {}", one.escape_ascii(), other.escape_ascii());
    if one == other { Ok(()) } else { Err(differ()) }
}

fn same_length(one: usize, other: usize) -> Result<(), String> {
    if one == other {
        Ok(())
    } else {
        Err(format!("{one} octets follow, not {other}"))
    }
}

fn same_fields(parsed: &[httparse::Header<'_>], expected: &[Field]) -> Result<(), String> {
    same_length(parsed.len(), expected.len())?;
    parsed
        .iter()
        .zip(expected)
        .try_for_each(|(header, (name, value))| {
            same(header.name.as_bytes(), name)?;
            same(header.value, value)
        })
}
