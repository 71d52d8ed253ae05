//! Why there is no HTTP/2 over TLS.

use alloc::string::{String, ToString};
use core::fmt;
use std::io;

/// Why there is no HTTP/2 over TLS.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TlsError {
    /// The session failed.
    Session(rustls::Error),
    /// The transport failed.
    Transport(String),
    /// The peer does not speak HTTP/2.
    NoHttp2,
    /// The peer closed before the handshake was over.
    Eof,
    /// The handshake took too long.
    Timeout,
}

impl TlsError {
    /// What can be done about it, if that is known.
    pub(crate) const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Session(rustls::Error::InvalidCertificate(_)) => {
                Some("give --cacert FILE with the certificate to trust, or -k to trust any")
            }
            Self::Session(rustls::Error::InvalidMessage(_)) | Self::Eof => {
                Some("the port may be cleartext: try http:// in the place of https://")
            }
            _ => None,
        }
    }
}

impl From<rustls::Error> for TlsError {
    fn from(error: rustls::Error) -> Self {
        let no_protocol = rustls::AlertDescription::NoApplicationProtocol;
        match error {
            rustls::Error::NoApplicationProtocol => Self::NoHttp2,
            rustls::Error::AlertReceived(alert) if alert == no_protocol => Self::NoHttp2,
            error => Self::Session(error),
        }
    }
}

impl From<io::Error> for TlsError {
    fn from(error: io::Error) -> Self {
        let session = error.get_ref().and_then(|inner| inner.downcast_ref());
        if let Some(session) = session {
            return rustls::Error::clone(session).into();
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Eof,
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Self::Timeout,
            _ => Self::Transport(error.to_string()),
        }
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session(error) => write!(f, "TLS failed: {error}"),
            Self::Transport(error) => write!(f, "TLS failed: {error}"),
            Self::NoHttp2 => f.write_str("the peer does not offer HTTP/2 (h2 in ALPN)"),
            Self::Eof => f.write_str("the peer closed the transport during the TLS handshake"),
            Self::Timeout => f.write_str("the TLS handshake took too long"),
        }
    }
}

impl core::error::Error for TlsError {}
