//! Why something failed: its words, and its sources.

use alloc::boxed::Box;
use alloc::string::{String, ToString as _};
use alloc::sync::Arc;
use core::error::Error as StdError;
use core::fmt;
use std::io::{self, ErrorKind};

use proto::{Blame, ConfigError, ConnectionError, StreamError, UserError};

use crate::kind::{Fault, Kind};

/// Why a call failed.
///
/// [`source`](StdError::source) leads to the cause: an [`io::Error`], or a [`ConnectionError`],
/// [`StreamError`] or [`UserError`] of `proto`, and below those to what a layer reported, such as TLS:
/// [`find`](Self::find) looks for one of a type. Each level says only its own: `{error}` is the first of
/// them, and `{error:#}` all, from the call down to the cause.
#[derive(Clone)]
pub struct Error(pub(crate) Kind);

impl Error {
    /// No address of a name is known.
    #[must_use]
    pub fn lookup(cause: io::Error) -> Self {
        Self(Kind::Lookup(Arc::new(cause)))
    }

    /// No connection came about.
    #[must_use]
    pub fn connect(cause: io::Error) -> Self {
        Self(Kind::Connect(Arc::new(cause)))
    }

    /// A layer around the connection, such as TLS, could not begin: no connection came about.
    #[must_use]
    pub fn layer(cause: impl StdError + Send + Sync + 'static, fault: Fault) -> Self {
        Self(Kind::Layer(Arc::new(cause), fault))
    }

    /// The connection had ended in good order.
    #[must_use]
    pub const fn closed() -> Self {
        Self(Kind::Closed)
    }

    /// The peer sent more than the caller wanted.
    #[must_use]
    pub const fn too_long(limit: usize) -> Self {
        Self(Kind::TooLong(limit))
    }

    /// A limit of time that the caller set passed.
    #[must_use]
    pub const fn timeout() -> Self {
        Self(Kind::Timeout)
    }

    /// The thread that drives the connection would have waited for itself.
    #[must_use]
    pub const fn would_block() -> Self {
        Self(Kind::WouldBlock)
    }

    /// The body that was to be sent failed.
    #[must_use]
    pub fn content(cause: Box<dyn StdError + Send + Sync>) -> Self {
        Self(Kind::Content(Arc::from(cause)))
    }

    /// A message cannot be said in the types of another library, or by them; whose message it is.
    #[must_use]
    pub fn convert(blame: Blame, cause: impl StdError + Send + Sync + 'static) -> Self {
        Self(Kind::Convert(blame, Arc::new(cause)))
    }

    /// CONNECT was refused (RFC 9110 §9.3.6).
    #[must_use]
    pub const fn no_tunnel() -> Self {
        Self(Kind::NoTunnel)
    }

    /// The name of the field for which a message of the caller's was refused ([`UserError::Malformed`]), where
    /// the rule is about one; never its value. What is not ASCII that can be seen is escaped.
    #[must_use]
    pub fn refused_field(&self) -> Option<&str> {
        match &self.0 {
            Kind::User(_, field) => field.as_deref(),
            _ => None,
        }
    }

    /// The first error of a type among this one and its sources.
    #[must_use]
    pub fn find<E: StdError + 'static>(&self) -> Option<&E> {
        let mut next: Option<&(dyn StdError + 'static)> = Some(self);
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            next = error.source();
        }
        None
    }

    fn io_kind(&self) -> ErrorKind {
        match &self.0 {
            _ if self.is_timeout() => ErrorKind::TimedOut,
            Kind::Lookup(error) | Kind::Connect(error) | Kind::Io(error) => error.kind(),
            Kind::Connection(lost) | Kind::TooLate(Some(lost)) => match lost.error {
                ConnectionError::UnexpectedEof => ErrorKind::UnexpectedEof,
                _ => ErrorKind::ConnectionAborted,
            },
            Kind::Stream(StreamError::Reset(_), _) => ErrorKind::ConnectionReset,
            Kind::Layer(..) | Kind::Stream(..) => ErrorKind::ConnectionAborted,
            // Nobody's mistake: the peer has what it wants (RFC 9113 §8.1).
            Kind::User(UserError::Answered | UserError::StreamClosed, _) => ErrorKind::BrokenPipe,
            Kind::User(..) => ErrorKind::InvalidInput,
            Kind::Closed | Kind::TooLate(None) => ErrorKind::NotConnected,
            Kind::TooLong(_) | Kind::Convert(..) => ErrorKind::InvalidData,
            Kind::Timeout => ErrorKind::TimedOut,
            Kind::WouldBlock => ErrorKind::WouldBlock,
            Kind::Reentrant | Kind::Content(_) => ErrorKind::Other,
            Kind::NoTunnel => ErrorKind::ConnectionRefused,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Lookup(_) => f.write_str("no address of the name is known"),
            Kind::Connect(_) => f.write_str("could not connect"),
            Kind::Layer(..) => f.write_str("what goes around the connection could not begin"),
            Kind::Io(_) => f.write_str("reading or writing failed"),
            Kind::Connection(_) => f.write_str("the connection ended"),
            Kind::Stream(..) => f.write_str("the exchange ended early"),
            Kind::User(UserError::Answered, _) => f.write_str("the peer needs no more"),
            Kind::User(_, Some(field)) => write!(f, "the call was refused for the field `{field}`"),
            Kind::User(_, None) => f.write_str("the call was refused"),
            Kind::TooLate(Some(_)) => f.write_str("the connection had ended before"),
            Kind::Closed | Kind::TooLate(None) => f.write_str("the connection is closed"),
            Kind::TooLong(limit) => {
                write!(f, "the peer sent more than the {limit} octets that were wanted")
            }
            Kind::Timeout => f.write_str("the exchange took longer than its time limit"),
            Kind::WouldBlock => f.write_str(
                "this would block the connection's own thread: move the exchange with `spawn`",
            ),
            Kind::Reentrant => f.write_str(
                "an observer, or what is dropped with content, waits for no answer of its connection",
            ),
            Kind::Content(_) => f.write_str("the content to be sent failed"),
            Kind::Convert(..) => f.write_str("the message could not be converted"),
            Kind::NoTunnel => f.write_str("the tunnel was refused"),
        }?;
        self.say_sources(f)
    }
}

impl Error {
    /// Says what the peer said for people, and in the long form all that lies below.
    fn say_sources(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return Ok(());
        }
        let (mut next, mut above) = (self.source(), String::new());
        while let Some(error) = next {
            let said = error.to_string();
            // Some say what lies below them, too.
            if !above.ends_with(&said) {
                write!(f, ": {said}")?;
            }
            (above, next) = (said, error.source());
        }
        match self.going_away() {
            Some(said) if !said.debug_data.is_empty() => {
                write!(
                    f,
                    " (the peer said {:?})",
                    said.debug_data.escape_ascii().to_string()
                )
            }
            _ => Ok(()),
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
            Kind::Layer(error, _) | Kind::Content(error) | Kind::Convert(_, error) => {
                Some(&**error)
            }
            Kind::Connection(lost) | Kind::TooLate(Some(lost)) => Some(&lost.error),
            Kind::Stream(error, _) => Some(error),
            Kind::User(error, _) => Some(error),
            Kind::Closed | Kind::TooLate(None) | Kind::TooLong(_) => None,
            Kind::Timeout | Kind::WouldBlock | Kind::Reentrant | Kind::NoTunnel => None,
        }
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self(kind)
    }
}

impl From<StreamError> for Error {
    fn from(error: StreamError) -> Self {
        Self(Kind::Stream(error, None))
    }
}

impl From<UserError> for Error {
    fn from(error: UserError) -> Self {
        Self(Kind::User(error, None))
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        UserError::from(error).into()
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
