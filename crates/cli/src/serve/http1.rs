//! Octets that are not HTTP/2 on a cleartext port, told by the first of them (RFC 9113 §3.4).

use alloc::string::String;

use blocking::proto::frame::PREFACE;

/// What the first octets of a connection look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    /// Too few to tell.
    Undecided,
    /// The preface, or what only an HTTP/2 server can judge.
    Http2,
    /// A request of an earlier version.
    Http1,
    /// A TLS handshake.
    Tls,
}

/// How many octets [`opening`] needs at most.
pub(crate) const OPENING_LEN: usize = 4;

/// Tells what the first octets of a connection look like.
pub(crate) fn opening(octets: &[u8]) -> Opening {
    match octets {
        // No method but that of the preface begins so.
        [b'P', b'R', b'I', b' ', ..] => Opening::Http2,
        _ if PREFACE.starts_with(octets) => Opening::Undecided,
        // RFC 8446 §5.1: the content type of a handshake record, and the major version.
        [0x16] => Opening::Undecided,
        [0x16, 0x03, ..] => Opening::Tls,
        [b'A'..=b'Z', ..] => Opening::Http1,
        _ => Opening::Http2,
    }
}

/// What an HTTP/1.x client is told, whatever it asked for.
pub(crate) fn refusal(url: &str) -> String {
    let text = alloc::format!(
        "This port speaks HTTP/2 in cleartext, by prior knowledge only (RFC 9113 §3.3).\n\
         Try: curl --http2-prior-knowledge {url}\n"
    );
    alloc::format!(
        "HTTP/1.1 505 HTTP Version Not Supported\r\n\
         content-type: text/plain; charset=utf-8\r\n\
         content-length: {}\r\n\
         connection: close\r\n\
         \r\n\
         {text}",
        text.len()
    )
}

#[cfg(test)]
mod tests;
