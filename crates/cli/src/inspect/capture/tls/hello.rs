//! What a handshake says in cleartext: whose secrets its own are, and the cipher suite.

use super::record::{HANDSHAKE, records};

/// The types of the messages (RFC 8446 §4).
const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;

/// The extension that names the version, and TLS 1.3 (RFC 8446 §4.2.1).
const SUPPORTED_VERSIONS: u16 = 43;
const TLS_1_3: &[u8] = &[3, 4];

/// The random value of the client, under which a key log has the secrets (RFC 8446 §4.1.2).
pub(super) fn client_random(octets: &[u8]) -> Option<[u8; 32]> {
    hello(octets, CLIENT_HELLO)?
        .get(2..)?
        .first_chunk()
        .copied()
}

/// The cipher suite of a session of TLS 1.3 (RFC 8446 §4.1.3). One that asks for another hello names the same.
pub(super) fn suite(octets: &[u8]) -> Result<u16, &'static str> {
    let missing = "the answer of its server is missing";
    let hello = hello(octets, SERVER_HELLO).ok_or(missing)?;
    let (suite, extensions) = parts(hello).ok_or(missing)?;
    match has_tls_1_3(extensions) {
        true => Ok(suite),
        false => Err("it is older than TLS 1.3, which alone is read here"),
    }
}

/// What the first message holds, if it is of this type; as much of it as its record has.
fn hello(octets: &[u8], kind: u8) -> Option<&[u8]> {
    let first = records(octets).next()?;
    let body = first.body.strip_prefix(&[kind])?;
    (first.kind == HANDSHAKE).then_some(body.get(3..)?)
}

/// The cipher suite that a server has chosen, and its extensions.
fn parts(hello: &[u8]) -> Option<(u16, &[u8])> {
    // The version of old, the random value, and the name of the session.
    let (length, rest) = hello.get(34..)?.split_first()?;
    let (suite, rest) = rest.get(usize::from(*length)..)?.split_first_chunk()?;
    // The compression, and how long the extensions are, of which TLS 1.2 may have none.
    Some((
        u16::from_be_bytes(*suite),
        rest.get(3..).unwrap_or_default(),
    ))
}

fn has_tls_1_3(extensions: &[u8]) -> bool {
    let mut rest = extensions;
    while let Some((head, after)) = rest.split_first_chunk::<4>() {
        let [kind_high, kind_low, high, low] = *head;
        let length = usize::from(u16::from_be_bytes([high, low]));
        let Some((body, after)) = after.split_at_checked(length) else {
            return false;
        };
        if u16::from_be_bytes([kind_high, kind_low]) == SUPPORTED_VERSIONS {
            return body == TLS_1_3;
        }
        rest = after;
    }
    false
}
