//! A key log: a secret a line, as browsers, curl and rustls write it to what `SSLKEYLOGFILE` names.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// Which secret it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Label {
    ClientHandshake,
    ServerHandshake,
    Client,
    Server,
}

const LABELS: [(&str, Label); 4] = [
    ("CLIENT_HANDSHAKE_TRAFFIC_SECRET", Label::ClientHandshake),
    ("SERVER_HANDSHAKE_TRAFFIC_SECRET", Label::ServerHandshake),
    ("CLIENT_TRAFFIC_SECRET_0", Label::Client),
    ("SERVER_TRAFFIC_SECRET_0", Label::Server),
];

/// The random value of a client, and which of its session's secrets it is.
type Key = ([u8; 32], Label);

/// The secrets of sessions of TLS 1.3.
#[derive(Clone, Default)]
pub(in super::super) struct KeyLog(BTreeMap<Key, Vec<u8>>);

impl KeyLog {
    /// Reads a key log. Lines that mean nothing here are left out.
    pub(in super::super) fn parse(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        Self(text.lines().filter_map(secret).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A secret of the session whose client has this random value.
    pub(super) fn secret(&self, random: &[u8; 32], label: Label) -> Option<&[u8]> {
        self.0.get(&(*random, label)).map(Vec::as_slice)
    }
}

impl core::fmt::Debug for KeyLog {
    /// Secrets are no one's business.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "KeyLog({} secrets)", self.0.len())
    }
}

/// A label, the random value of the client, and the secret.
fn secret(line: &str) -> Option<(Key, Vec<u8>)> {
    let mut words = line.split_ascii_whitespace();
    let (label, random, secret) = (words.next()?, words.next()?, words.next()?);
    let (_, label) = LABELS.iter().find(|(name, _)| *name == label)?;
    let random = digits(random)?.try_into().ok()?;
    Some(((random, *label), digits(secret)?))
}

fn digits(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    let pair = |pair| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok();
    pairs.map(pair).collect()
}
