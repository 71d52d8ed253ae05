//! Why a request of a pool got no answer.

use core::error::Error as StdError;
use core::fmt;

use ::pool::Failure;
use proto::StreamId;
use session::Error;

/// Why a request of a pool got no answer.
#[derive(Clone, Debug)]
pub struct PoolError(Kind);

#[derive(Clone, Debug)]
enum Kind {
    /// No connection took it; with the last reason why none could be made, or, where it was sent before, with
    /// what came of that, and whether it was certainly not processed.
    Waited(Failure, Option<Error>, bool),
    /// It was sent, and not again.
    Exchange {
        error: Error,
        is_unprocessed: bool,
        stream: Option<StreamId>,
    },
    /// It names no origin that can be reached.
    Origin(&'static str),
}

impl PoolError {
    pub(super) const fn waited(failure: Failure, last: Option<Error>) -> Self {
        let is_unsent = failure.is_unsent();
        Self(Kind::Waited(failure, last, is_unsent))
    }

    /// The same, of a request that had failed before so.
    pub(super) fn after(self, before: Option<(Error, bool)>) -> Self {
        match (self.0, before) {
            (Kind::Waited(failure, ..), Some((error, is_unprocessed))) => {
                Self(Kind::Waited(failure, Some(error), is_unprocessed))
            }
            (kind, _) => Self(kind),
        }
    }

    pub(super) const fn exchange(error: Error, is_unprocessed: bool) -> Self {
        Self(Kind::Exchange {
            error,
            is_unprocessed,
            stream: None,
        })
    }

    /// The same, which happened on this stream.
    pub(super) fn on(mut self, id: Option<StreamId>) -> Self {
        if let Kind::Exchange { stream, .. } = &mut self.0 {
            *stream = id;
        }
        self
    }

    pub(super) const fn origin(why: &'static str) -> Self {
        Self(Kind::Origin(why))
    }

    /// Why it was not sent, or not sent again, where it waited for a connection.
    #[must_use]
    pub const fn failure(&self) -> Option<Failure> {
        match &self.0 {
            Kind::Waited(failure, ..) => Some(*failure),
            Kind::Exchange { .. } | Kind::Origin(_) => None,
        }
    }

    /// What ended the exchange, the latest where there were several, or the last attempt at a connection.
    #[must_use]
    pub const fn error(&self) -> Option<&Error> {
        match &self.0 {
            Kind::Waited(_, last, _) => last.as_ref(),
            Kind::Exchange { error, .. } => Some(error),
            Kind::Origin(_) => None,
        }
    }

    /// The stream of the attempt that failed, of its connection (RFC 9113 §5.1.1), where there was one
    /// and the request was of this crate's own type.
    #[must_use]
    pub const fn stream_id(&self) -> Option<StreamId> {
        match &self.0 {
            Kind::Exchange { stream, .. } => *stream,
            Kind::Waited(..) | Kind::Origin(_) => None,
        }
    }

    /// Says whether no server has processed any of the request, so that it can be sent again,
    /// whatever its method (RFC 9113 §8.7).
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match &self.0 {
            Kind::Waited(_, _, is_unprocessed) => *is_unprocessed,
            Kind::Exchange { is_unprocessed, .. } => *is_unprocessed,
            Kind::Origin(_) => false,
        }
    }

    /// Says whether it waited for a connection until no time was left.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match &self.0 {
            Kind::Waited(Failure::Deadline, ..) => true,
            Kind::Exchange { error, .. } => error.is_timeout(),
            _ => false,
        }
    }
}

impl fmt::Display for PoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Waited(failure, ..) => fmt::Display::fmt(failure, f)?,
            Kind::Exchange { .. } => f.write_str("the request failed")?,
            Kind::Origin(why) => f.write_str(why)?,
        }
        match self.error() {
            Some(error) if f.alternate() => write!(f, ": {error:#}"),
            _ => Ok(()),
        }
    }
}

impl StdError for PoolError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error().map(|error| error as _)
    }
}
