//! What a connection speaks, told by its first octets (RFC 9113 §3.4).

use blocking::proto::frame::PREFACE;

/// What the first octets of a connection look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// Too few to tell.
    Undecided,
    /// The preface, or what only an HTTP/2 server can judge.
    Http2,
    /// A request of an earlier version.
    Http1,
    /// A TLS handshake.
    Tls,
}

/// How many octets [`detect`] needs at most.
pub(crate) const DETECT_LEN: usize = 4;

/// Tells what the first octets of a connection look like.
pub(crate) fn detect(octets: &[u8]) -> Protocol {
    match octets {
        // No method but that of the preface begins so.
        [b'P', b'R', b'I', b' ', ..] => Protocol::Http2,
        _ if PREFACE.starts_with(octets) => Protocol::Undecided,
        // RFC 8446 §5.1: the content type of a handshake record, and the major version.
        [0x16] => Protocol::Undecided,
        [0x16, 0x03, ..] => Protocol::Tls,
        [b'A'..=b'Z', ..] => Protocol::Http1,
        _ => Protocol::Http2,
    }
}

#[cfg(test)]
mod tests;
