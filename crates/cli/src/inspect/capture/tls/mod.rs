//! TLS 1.3 in a capture, read with the secrets of its sessions (RFC 8446 §5.2): what `SSLKEYLOGFILE` names.

mod hello;
mod key_log;
mod opener;
mod record;

use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(super) use self::key_log::KeyLog;
use self::key_log::Label;
use self::opener::{Opener, Suite};
use self::record::{HANDSHAKE, records};
use super::connections::Stream;

/// Content that was encrypted (RFC 8446 §5.2).
const APPLICATION_DATA: u8 = 23;

/// Messages of a handshake that change the keys (RFC 8446 §4).
const FINISHED: u8 = 20;
const KEY_UPDATE: u8 = 24;

/// What to do where there are no secrets.
const NO_KEYS: &str = "give the file that SSLKEYLOGFILE named to its client or server as --key-log FILE; \
    tress get --log and serve --log see it before it is encrypted";

/// What both sides have said, opened.
#[derive(Debug)]
pub(super) struct Opened {
    /// What it was encrypted with.
    pub(super) suite: &'static str,
    pub(super) up: Stream,
    pub(super) down: Stream,
}

/// Opens what both sides have sent.
///
/// # Errors
///
/// Why it cannot be read, in a few words.
pub(super) fn open(up: &Stream, down: &Stream, keys: &KeyLog) -> Result<Opened, String> {
    if keys.is_empty() {
        return Err(NO_KEYS.to_string());
    }
    let random = hello::client_random(up.octets()).ok_or("its beginning is missing")?;
    let suite = hello::suite(down.octets())?;
    let suite = Suite::of(suite).ok_or("its cipher suite is not known here")?;
    let opened = |stream, labels: [Label; 2]| {
        let [handshake, traffic] = labels.map(|label| keys.secret(&random, label));
        let secrets = handshake.zip(traffic);
        let (handshake, traffic) = secrets.ok_or("its secrets are not in the key log")?;
        side(stream, suite, handshake, traffic)
    };
    Ok(Opened {
        suite: suite.name,
        up: opened(up, [Label::ClientHandshake, Label::Client])?,
        down: opened(down, [Label::ServerHandshake, Label::Server])?,
    })
}

/// The content that one side has sent.
fn side(stream: &Stream, suite: Suite, handshake: &[u8], traffic: &[u8]) -> Result<Stream, String> {
    let wrong = "its secrets are of another cipher suite";
    let mut opener = Opener::new(suite, handshake).ok_or(wrong)?;
    let mut next = Some(Opener::new(suite, traffic).ok_or(wrong)?);
    let (mut content, mut messages) = (Stream::default(), Vec::new());
    for record in records(stream.octets()) {
        if record.kind != APPLICATION_DATA {
            // RFC 8446 §5: a hello, or what is there for the sake of middleboxes.
            continue;
        }
        let Some((kind, plain)) = opener.open(&record) else {
            // RFC 8446 §4.2.10: what was sent before the handshake has keys of its own.
            if next.is_some() && opener.is_new() {
                continue;
            }
            content.end("a record of TLS is not opened by its secrets".to_string());
            break;
        };
        match kind {
            HANDSHAKE => {
                messages.extend_from_slice(&plain);
                while let Some(message) = message(&mut messages) {
                    match message {
                        FINISHED => opener = next.take().unwrap_or(opener),
                        KEY_UPDATE => opener = opener.updated().ok_or(wrong)?,
                        _ => {}
                    }
                }
            }
            APPLICATION_DATA => content.push(&plain, stream.seen(record.end)),
            _ => {}
        }
    }
    // What is missing in the records is missing in their content.
    if let Some(note) = stream.note() {
        content.end(note);
    }
    match next {
        Some(_) if opener.is_new() => Err("its secrets do not open it".to_string()),
        _ => Ok(content),
    }
}

/// Takes a whole message of a handshake off; returns its type (RFC 8446 §4).
fn message(messages: &mut Vec<u8>) -> Option<u8> {
    let [kind, length @ ..] = *messages.first_chunk::<4>()?;
    let [high, middle, low] = length;
    let end = 4 + u32::from_be_bytes([0, high, middle, low]) as usize;
    if messages.len() < end {
        return None;
    }
    messages.drain(..end);
    Some(kind)
}

#[cfg(test)]
mod tests;
