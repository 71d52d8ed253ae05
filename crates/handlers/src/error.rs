//! What callbacks are told when something does not go well.

use proto::{ConnectionError, StreamError, UserError};
use runtime::Exn;

/// Why an exchange, or the connection, failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The stream ended before its messages were whole.
    #[error(transparent)]
    Stream(#[from] StreamError),
    /// The connection ended with an error.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// What the application asked for cannot be; the stream, if there was one, was reset.
    #[error(transparent)]
    User(#[from] UserError),
    /// What the application reported with [`Reqd::report_exn`](crate::Reqd::report_exn). The peer
    /// never sees its text.
    #[error("the handler failed: {0}")]
    Exn(#[source] Exn),
}

impl Error {
    /// Says whether the peer certainly did not process the request, so that it can be sent again on
    /// another connection, whatever its method (RFC 9113 §8.7).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Stream(error) => error.is_retryable(),
            Self::User(error) => matches!(
                error,
                UserError::ConnectionClosed | UserError::GoingAway | UserError::StreamIdsExhausted
            ),
            Self::Connection(_) | Self::Exn(_) => false,
        }
    }
}

/// What became of all that was written before a flush.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "it was written, or never will be, there is no third"
)]
pub enum Flushed {
    /// The transport has taken it.
    Written,
    /// It will not be written: the stream or the connection ended first.
    Closed,
}

/// Why a ping was not answered (RFC 9113 §6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PingError {
    /// The connection ended before the answer came.
    #[error("the connection ended before the ping was answered")]
    Lost,
    /// The ping was not sent.
    #[error(transparent)]
    Refused(#[from] UserError),
}

/// A read was scheduled while another is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("a read is scheduled already")]
#[non_exhaustive]
pub struct ReadPending;
