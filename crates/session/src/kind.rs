//! The kinds of errors, and what a layer around the connection knows of its own.

use alloc::sync::Arc;
use core::error::Error as StdError;
use std::io;

use proto::{Blame, ConnectionError, StreamError, UserError};

use crate::going_away::GoingAway;

/// Somebody else's error.
pub(crate) type Cause = Arc<dyn StdError + Send + Sync>;

/// What an adapter knows of an error that a layer around the connection reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "adapters make it")]
pub struct Fault {
    /// Who made it fail.
    pub blame: Blame,
    /// Time passed in which something was to happen.
    pub is_timeout: bool,
}

/// Says what is known of an error that a layer reported; `None` if it is none of a layer's.
pub type Judge = fn(&(dyn StdError + 'static)) -> Option<Fault>;

/// What ended a connection, and what is known besides.
#[derive(Debug)]
pub(crate) struct Lost {
    pub(crate) error: ConnectionError,
    /// It is an error of a layer's.
    pub(crate) fault: Option<Fault>,
    /// What the peer had said before.
    pub(crate) going_away: Option<Arc<GoingAway>>,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// No address of the name is known.
    Lookup(Arc<io::Error>),
    /// No connection came about.
    Connect(Arc<io::Error>),
    /// A layer around the connection could not begin.
    Layer(Cause, Fault),
    /// The transport, or the application's own reading and writing.
    Io(Arc<io::Error>),
    /// The connection ended, and this with it.
    Connection(Arc<Lost>),
    /// The stream ended; what the peer had said before, if it goes away.
    Stream(StreamError, Option<Arc<GoingAway>>),
    /// The application's mistake; the field for which a message was refused.
    User(UserError, Option<Arc<str>>),
    /// The connection ended in good order.
    Closed,
    /// The connection had ended before, with this error or in good order: nothing was sent.
    TooLate(Option<Arc<Lost>>),
    /// There is more content than the caller wanted.
    TooLong(usize),
    /// A limit of time that the caller set.
    Timeout,
    /// The connection's own thread would have waited for itself.
    WouldBlock,
    /// It was asked from inside the connection, which is in the middle of something.
    Reentrant,
    /// The body that was to be sent failed.
    Content(Cause),
    /// A message cannot be said in the types of another library, or by them; whose message it is.
    Convert(Blame, Cause),
    /// CONNECT was refused.
    NoTunnel,
}
