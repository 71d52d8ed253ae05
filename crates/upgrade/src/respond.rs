//! Writing a response of HTTP/1.1 (RFC 9112 §4).

use alloc::string::ToString;
use alloc::vec::Vec;

use proto::{Bytes, Response};

use crate::status;

/// RFC 9110 §15.2.1: the client may send what it holds back.
pub(crate) const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// RFC 7540 §3.2: what follows is HTTP/2.
pub(crate) const SWITCHING: &[u8] =
    b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n";

/// Makes an answer of a status alone, with its reason for a person.
pub(crate) fn plain(status: u16) -> (Response, Bytes) {
    let text = [status::reason(status), "\n"].concat();
    let response = Response::new(status).field("content-type", "text/plain");
    (response, Bytes::from(text.into_bytes()))
}

/// Writes the last response of a connection.
pub(crate) fn write(out: &mut Vec<u8>, response: &Response, content: &[u8], is_head: bool) {
    let is_final = (200..1000).contains(&response.status());
    let mut fields = response.fields();
    if !is_final || !fields.all(|field| is_sound(field.name, field.value)) {
        // What cannot be sent is a fault of the application, which the client cannot be told.
        let (response, content) = plain(status::INTERNAL);
        return write(out, &response, &content, is_head);
    }
    write_head(out, response);
    // RFC 9110 §8.6: these have no content, whatever the application gave.
    let has_content = !matches!(response.status(), 204 | 304);
    // RFC 9110 §15.3.6: it says so itself, and with a length of nothing.
    let content = if response.status() == 205 {
        &[]
    } else {
        content
    };
    if has_content {
        let len = content.len().to_string();
        push(out, &[b"content-length: ", len.as_bytes()]);
    }
    push(out, &[]);
    if has_content && !is_head {
        out.extend_from_slice(content);
    }
}

/// Writes all of the head that does not depend on the content.
fn write_head(out: &mut Vec<u8>, response: &Response) {
    let status = response.status();
    let (digits, reason) = (status.to_string(), status::reason(status));
    let line = [digits.as_bytes(), b" ", reason.as_bytes()].concat();
    push(out, &[b"HTTP/1.1 ", &line]);
    let mut options: &[u8] = b"close";
    for field in response.fields() {
        match field.name {
            // How the content ends, and what becomes of the connection, is not the application's.
            b"connection" | b"content-length" | b"keep-alive" | b"transfer-encoding" => continue,
            // RFC 9110 §7.8: who names a protocol names the field, too.
            b"upgrade" => options = b"upgrade, close",
            _ => {}
        }
        push(out, &[field.name, b": ", field.value]);
    }
    push(out, &[b"connection: ", options]);
}

fn push(out: &mut Vec<u8>, parts: &[&[u8]]) {
    for part in parts {
        out.extend_from_slice(part);
    }
    out.extend_from_slice(b"\r\n");
}

/// Says whether neither the name nor the value would end its line.
fn is_sound(name: &[u8], value: &[u8]) -> bool {
    let is_token = |octet: &u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(octet);
    let is_text = |octet: &u8| matches!(octet, b'\t' | 0x20..=0x7e | 0x80..);
    !name.is_empty() && name.iter().all(is_token) && value.iter().all(is_text)
}
