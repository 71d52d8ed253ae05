//! Heads and trailers as text, as curl writes them: for `-i` and `-I`.

use alloc::vec::Vec;
use std::io::Write;

use blocking::proto::{Fields, Response, Trailers};

use crate::frames::Harmless;

/// The status line and the fields, and the empty line behind them.
pub(crate) fn response(head: &Response, is_for_terminal: bool) -> Vec<u8> {
    let mut text = alloc::format!("HTTP/2 {} \r\n", head.status()).into_bytes();
    fields(&mut text, head.fields(), is_for_terminal);
    text
}

/// The fields, and the empty line behind them.
pub(crate) fn trailers(trailers: &Trailers, is_for_terminal: bool) -> Vec<u8> {
    let mut text = Vec::new();
    fields(&mut text, trailers.fields(), is_for_terminal);
    text
}

/// A terminal gets nothing that it obeys; everybody else gets the octets.
fn fields(text: &mut Vec<u8>, fields: Fields<'_>, is_for_terminal: bool) {
    for field in fields {
        if is_for_terminal {
            let (name, value) = (Harmless(field.name), Harmless(field.value));
            // Memory takes whatever is written.
            let _ = write!(text, "{name}: {value}\r\n");
        } else {
            text.extend_from_slice(&[field.name, b": ", field.value, b"\r\n"].concat());
        }
    }
    text.extend_from_slice(b"\r\n");
}
