//! Why something failed, and whose doing it was.

use alloc::sync::Arc;
use core::error::Error as StdError;
use core::fmt;
use std::io::{self, ErrorKind};

use proto::{ConnectionError, ErrorCode, StreamError, UserError};

#[cfg(feature = "http-body")]
use proto::Blame;

/// Why a call failed.
///
/// [`source`](StdError::source) leads to the cause: an [`io::Error`], or a [`ConnectionError`],
/// [`StreamError`] or [`UserError`] of `proto`; with the feature `rustls` also a `TlsError`, directly
/// or below a [`ConnectionError`], and below that rustls's own.
#[derive(Clone)]
pub struct Error(pub(crate) Kind);

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// No address of the name is known.
    #[cfg_attr(
        not(feature = "tokio"),
        expect(dead_code, reason = "others connect by themselves")
    )]
    Lookup(Arc<io::Error>),
    /// No connection came about.
    #[cfg_attr(
        not(feature = "tokio"),
        expect(dead_code, reason = "others connect by themselves")
    )]
    Connect(Arc<io::Error>),
    /// No TLS came about.
    #[cfg(feature = "rustls")]
    Tls(tls::TlsError),
    /// A socket, or the application's own reading and writing.
    Io(Arc<io::Error>),
    /// The connection ended, and this with it.
    Connection(Arc<ConnectionError>),
    Stream(StreamError),
    User(UserError),
    /// The connection ended in good order.
    Closed,
    /// The connection had ended before, with this error or in good order: nothing was sent.
    TooLate(Option<Arc<ConnectionError>>),
    /// There is more content than the caller wanted.
    TooLong(usize),
    /// The body that was to be sent failed.
    #[cfg(feature = "http-body")]
    Content(Arc<dyn StdError + Send + Sync>),
    /// A message cannot be said in the types of `http`, or by them; whose message it is.
    #[cfg(feature = "http-body")]
    Convert(Blame, Arc<tress_http::ConvertError>),
    /// CONNECT was not granted.
    #[cfg(feature = "http-body")]
    NoTunnel,
}

impl Error {
    /// Says whether a time limit of the connection's passed.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match &self.0 {
            Kind::Stream(error) => error.is_timeout(),
            Kind::Connect(error) | Kind::Io(error) => error.kind() == ErrorKind::TimedOut,
            _ if self.connection().is_some_and(ConnectionError::is_timeout) => true,
            #[cfg(feature = "rustls")]
            _ => matches!(self.tls(), Some(tls::TlsError::Timeout)),
            #[cfg(not(feature = "rustls"))]
            _ => false,
        }
    }

    /// Says whether the stream was canceled, by either end.
    #[must_use]
    pub fn is_canceled(&self) -> bool {
        matches!(
            self.0,
            Kind::Stream(StreamError::Canceled | StreamError::Reset(ErrorCode::CANCEL))
        )
    }

    /// Says whether one of the ends goes away (RFC 9113 §6.8).
    #[must_use]
    pub fn is_go_away(&self) -> bool {
        match &self.0 {
            Kind::Stream(StreamError::Unprocessed(_)) | Kind::User(UserError::GoingAway) => true,
            _ => matches!(self.connection(), Some(ConnectionError::GoAway(_))),
        }
    }

    /// Says whether the peer certainly did not process the request, so that it can be sent again
    /// on another connection, whatever its method (RFC 9113 §8.7).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match &self.0 {
            Kind::Stream(error) => error.is_retryable(),
            Kind::User(error) => matches!(
                error,
                UserError::GoingAway | UserError::ConnectionClosed | UserError::StreamIdsExhausted
            ),
            Kind::TooLate(_) => true,
            _ => self.is_connect(),
        }
    }

    /// What ended the connection, where that is the cause.
    fn connection(&self) -> Option<&ConnectionError> {
        match &self.0 {
            Kind::Connection(error) | Kind::TooLate(Some(error)) => Some(error),
            _ => None,
        }
    }

    /// Says whether the stream was over, in good order: the peer has what it wants, and needs no
    /// more of us (RFC 9113 §8.1).
    pub(crate) fn is_needless(&self) -> bool {
        matches!(
            self.0,
            Kind::User(UserError::StreamClosed | UserError::Answered)
        )
    }

    /// Says whether no connection came about: there is no such name, nobody listens there, or the
    /// handshake of TLS failed.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        match self.0 {
            Kind::Lookup(_) | Kind::Connect(_) => true,
            #[cfg(feature = "rustls")]
            Kind::Tls(_) => true,
            _ => false,
        }
    }

    /// Says whether no address of the name is known.
    #[must_use]
    pub fn is_lookup(&self) -> bool {
        matches!(self.0, Kind::Lookup(_))
    }

    /// Says whether TLS failed, during the handshake or later: see [`tls`](Self::tls).
    #[cfg(feature = "rustls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.tls().is_some()
    }

    /// Why TLS failed, if it did.
    #[cfg(feature = "rustls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
    #[must_use]
    pub fn tls(&self) -> Option<&tls::TlsError> {
        match &self.0 {
            Kind::Tls(error) => Some(error),
            _ => match self.connection()? {
                ConnectionError::Exn(exn) => exn.downcast_ref(),
                _ => None,
            },
        }
    }

    /// Why the server does not go on in HTTP/2, if that is so.
    #[cfg(feature = "h2c-upgrade")]
    #[cfg_attr(docsrs, doc(cfg(feature = "h2c-upgrade")))]
    #[must_use]
    pub fn upgrade(&self) -> Option<&upgrade::UpgradeError> {
        match self.connection()? {
            ConnectionError::Exn(exn) => exn.downcast_ref(),
            _ => None,
        }
    }

    /// The error code that went to the peer, or came from it (RFC 9113 §7).
    #[must_use]
    pub fn reason(&self) -> Option<ErrorCode> {
        match &self.0 {
            Kind::Stream(error) => error.code(),
            _ => self.connection()?.code(),
        }
    }

    fn io_kind(&self) -> ErrorKind {
        match &self.0 {
            _ if self.is_timeout() => ErrorKind::TimedOut,
            Kind::Lookup(error) | Kind::Connect(error) | Kind::Io(error) => error.kind(),
            #[cfg(feature = "rustls")]
            Kind::Tls(_) => ErrorKind::ConnectionAborted,
            Kind::Connection(error) | Kind::TooLate(Some(error)) => match **error {
                ConnectionError::UnexpectedEof => ErrorKind::UnexpectedEof,
                _ => ErrorKind::ConnectionAborted,
            },
            Kind::Stream(StreamError::Reset(_)) => ErrorKind::ConnectionReset,
            Kind::Stream(_) => ErrorKind::ConnectionAborted,
            Kind::User(_) => ErrorKind::InvalidInput,
            Kind::Closed | Kind::TooLate(None) => ErrorKind::NotConnected,
            Kind::TooLong(_) => ErrorKind::InvalidData,
            #[cfg(feature = "http-body")]
            Kind::Content(_) => ErrorKind::Other,
            #[cfg(feature = "http-body")]
            Kind::Convert(..) => ErrorKind::InvalidData,
            #[cfg(feature = "http-body")]
            Kind::NoTunnel => ErrorKind::ConnectionRefused,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Lookup(error) => write!(f, "no address of the name is known: {error}"),
            Kind::Connect(error) => write!(f, "could not connect: {error}"),
            #[cfg(feature = "rustls")]
            Kind::Tls(error) => error.fmt(f),
            Kind::Io(error) => error.fmt(f),
            Kind::Connection(error) | Kind::TooLate(Some(error)) => error.fmt(f),
            Kind::Stream(error) => error.fmt(f),
            Kind::User(error) => error.fmt(f),
            Kind::Closed | Kind::TooLate(None) => f.write_str("the connection is closed"),
            Kind::TooLong(limit) => {
                write!(
                    f,
                    "the peer sent more than the {limit} octets that were wanted"
                )
            }
            #[cfg(feature = "http-body")]
            Kind::Content(error) => write!(f, "the content to be sent failed: {error}"),
            #[cfg(feature = "http-body")]
            Kind::Convert(_, error) => error.fmt(f),
            #[cfg(feature = "http-body")]
            Kind::NoTunnel => f.write_str("the tunnel was not granted"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0 {
            Kind::Lookup(error) | Kind::Connect(error) | Kind::Io(error) => Some(&**error),
            #[cfg(feature = "rustls")]
            Kind::Tls(error) => Some(error),
            Kind::Connection(error) | Kind::TooLate(Some(error)) => Some(&**error),
            Kind::Stream(error) => Some(error),
            Kind::User(error) => Some(error),
            Kind::Closed | Kind::TooLate(None) | Kind::TooLong(_) => None,
            #[cfg(feature = "http-body")]
            Kind::Content(error) => Some(&**error),
            #[cfg(feature = "http-body")]
            Kind::Convert(_, error) => Some(&**error),
            #[cfg(feature = "http-body")]
            Kind::NoTunnel => None,
        }
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self(kind)
    }
}

#[cfg(feature = "rustls")]
impl From<tls::TlsError> for Error {
    fn from(error: tls::TlsError) -> Self {
        Self(Kind::Tls(error))
    }
}

impl From<StreamError> for Error {
    fn from(error: StreamError) -> Self {
        Self(Kind::Stream(error))
    }
}

impl From<UserError> for Error {
    fn from(error: UserError) -> Self {
        Self(Kind::User(error))
    }
}

impl From<io::Error> for Error {
    /// Unwraps the error again that went through [`std::io`].
    fn from(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(inner) => inner,
            Err(error) => Self(Kind::Io(Arc::new(error))),
        }
    }
}

impl From<Error> for io::Error {
    /// Wraps it, with the kind that is nearest. [`io::Error::get_ref`], [`io::Error::downcast`] and the
    /// conversion back lead to it; [`source`](StdError::source) does not, which names the cause of what
    /// is wrapped.
    fn from(error: Error) -> Self {
        Self::new(error.io_kind(), error)
    }
}
