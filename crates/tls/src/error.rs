//! Why there is no TLS, or no more of it.

use alloc::string::String;
use alloc::vec::Vec;
use std::io::{self, ErrorKind};

use rustls::{AlertDescription, Error};

/// Why there is no TLS, or no more of it.
///
/// [`source`](core::error::Error::source) leads to the [`rustls::Error`], where there is one.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The peer's certificate is missing, or is not to be trusted for this name at this time.
    #[error("the peer's certificate is not to be trusted: {0}")]
    Certificate(#[source] Error),
    /// The ends do not agree on `h2` (RFC 9113 §3.2): one of them said so, or neither spoke of it.
    #[error("the ends of TLS do not agree on HTTP/2 (h2 in ALPN)")]
    Alpn(#[source] Option<Error>),
    /// The ends agree on another protocol than `h2`, which is this one, such as `http/1.1`.
    #[error("the ends of TLS agree on {name}, and not on HTTP/2 (h2 in ALPN)", name = .0.escape_ascii())]
    OtherProtocol(Vec<u8>),
    /// The ends have no version, cipher suite or the like in common.
    #[error("the ends of TLS have nothing in common: {0}")]
    Incompatible(#[source] Error),
    /// The peer ended the session with an alert.
    #[error("the peer ended TLS: {0}")]
    Alert(#[source] Error),
    /// What came is no TLS, or was changed under way. The peer may speak cleartext.
    #[error("what came is not TLS: {0}")]
    Malformed(#[source] Error),
    /// The peer broke a rule of TLS.
    #[error("the peer broke a rule of TLS: {0}")]
    Misbehaved(#[source] Error),
    /// Our own side cannot go on: its configuration, its clock, its source of randomness.
    #[error("TLS cannot go on at this end: {0}")]
    Local(#[source] Error),
    /// This cannot be the name of a server.
    #[error("{0:?} cannot be the name of a server")]
    Name(String),
    /// The peer closed the transport before the handshake was over.
    #[error("the peer closed the transport during the TLS handshake")]
    Eof,
    /// The handshake took too long.
    #[error("the TLS handshake took too long")]
    Timeout,
}

impl TlsError {
    /// Says whether this end is to blame, and not the peer or what is between the two.
    ///
    /// An alert is the peer's word against us: it does not like what we have sent.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        matches!(self, Self::Local(_) | Self::Alert(_) | Self::Name(_))
    }

    /// Says whether the handshake came to something, but not to HTTP/2: the ends agree on another protocol,
    /// or on none.
    #[must_use]
    pub const fn is_other_protocol(&self) -> bool {
        matches!(self, Self::Alpn(_) | Self::OtherProtocol(_))
    }

    /// What a handshake over [`std::io`] came to, as rustls reports it there.
    ///
    /// # Errors
    ///
    /// The error itself: it is the transport's, and none of TLS.
    pub fn from_io(error: io::Error) -> Result<Self, io::Error> {
        let inner: Option<&Error> = error.get_ref().and_then(|inner| inner.downcast_ref());
        match (inner.cloned(), error.kind()) {
            (Some(session), _) => Ok(session.into()),
            (
                None,
                ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe,
            ) => Ok(Self::Eof),
            (None, ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(Self::Timeout),
            (None, _) => Err(error),
        }
    }
}

impl From<Error> for TlsError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoApplicationProtocol
            | Error::AlertReceived(AlertDescription::NoApplicationProtocol) => {
                Self::Alpn(Some(error))
            }
            Error::AlertReceived(_) => Self::Alert(error),
            Error::InvalidCertificate(_)
            | Error::NoCertificatesPresented
            | Error::InvalidCertRevocationList(_) => Self::Certificate(error),
            Error::PeerIncompatible(_) => Self::Incompatible(error),
            Error::InvalidMessage(_) | Error::DecryptError | Error::PeerSentOversizedRecord => {
                Self::Malformed(error)
            }
            Error::PeerMisbehaved(_)
            | Error::InappropriateMessage { .. }
            | Error::InappropriateHandshakeMessage { .. } => Self::Misbehaved(error),
            error => Self::Local(error),
        }
    }
}
