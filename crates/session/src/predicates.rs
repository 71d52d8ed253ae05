//! What an error means for what comes next, and whose doing it was (RFC 9113 §5.4, RFC 9113 §8.7).

use std::io::ErrorKind;

use proto::{Blame, ConnectionError, ErrorCode, StreamError, UserError};

use crate::error::Error;
use crate::going_away::GoingAway;
use crate::kind::{Kind, Lost};

impl Error {
    /// Says whether a time limit passed, the caller's or the connection's.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match &self.0 {
            Kind::Timeout => true,
            Kind::Stream(error, _) => error.is_timeout(),
            Kind::Connect(error) | Kind::Io(error) => error.kind() == ErrorKind::TimedOut,
            Kind::Layer(_, fault) => fault.is_timeout,
            Kind::Connection(lost) | Kind::TooLate(Some(lost)) => {
                lost.error.is_timeout() || lost.fault.is_some_and(|fault| fault.is_timeout)
            }
            _ => false,
        }
    }

    /// Says whether the stream was canceled, by either end.
    #[must_use]
    pub const fn is_canceled(&self) -> bool {
        matches!(
            self.0,
            Kind::Stream(
                StreamError::Canceled | StreamError::Reset(ErrorCode::CANCEL),
                _
            )
        )
    }

    /// Says whether one of the ends goes away (RFC 9113 §6.8), and this failed in the course of it.
    #[must_use]
    pub fn is_go_away(&self) -> bool {
        match &self.0 {
            Kind::Stream(StreamError::Unprocessed(_), _) | Kind::User(UserError::GoingAway, _) => {
                true
            }
            Kind::Stream(..) => self.going_away().is_some(),
            _ => {
                let is_said = |lost: &Lost| matches!(lost.error, ConnectionError::GoAway(_));
                self.going_away().is_some() || self.lost().is_some_and(is_said)
            }
        }
    }

    /// What the peer's GOAWAY said, where it had come before this failed (RFC 9113 §6.8).
    #[must_use]
    pub fn going_away(&self) -> Option<&GoingAway> {
        match &self.0 {
            Kind::Stream(_, said) => said.as_deref(),
            _ => self.lost()?.going_away.as_deref(),
        }
    }

    /// Says whether the peer certainly did not process the request, so that it can be sent again
    /// on another connection, whatever its method (RFC 9113 §8.7).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match &self.0 {
            Kind::Stream(error, _) => error.is_retryable(),
            Kind::User(error, _) => matches!(
                error,
                UserError::GoingAway | UserError::ConnectionClosed | UserError::StreamIdsExhausted
            ),
            Kind::TooLate(_) => true,
            _ => self.is_connect(),
        }
    }

    /// What ended the connection, where that is the cause.
    fn lost(&self) -> Option<&Lost> {
        match &self.0 {
            Kind::Connection(lost) | Kind::TooLate(Some(lost)) => Some(lost),
            _ => None,
        }
    }

    /// Says whether the stream was over, in good order: the peer has what it wants, and needs no
    /// more of us (RFC 9113 §8.1).
    #[must_use]
    pub const fn is_no_error_reset(&self) -> bool {
        matches!(
            self.0,
            Kind::User(UserError::StreamClosed | UserError::Answered, _)
        )
    }

    /// Says whether no connection came about: there is no such name, nobody listens there, or a
    /// layer around it, such as TLS, failed to begin.
    #[must_use]
    pub const fn is_connect(&self) -> bool {
        matches!(self.0, Kind::Lookup(_) | Kind::Connect(_) | Kind::Layer(..))
    }

    /// Says whether no address of the name is known.
    #[must_use]
    pub const fn is_lookup(&self) -> bool {
        matches!(self.0, Kind::Lookup(_))
    }

    /// Says whether it was asked from inside the connection, by an observer or by what is dropped with
    /// content, and wanted an answer: nothing was done.
    #[must_use]
    pub const fn is_reentrant(&self) -> bool {
        matches!(self.0, Kind::Reentrant)
    }

    /// The error code that went to the peer, or came from it (RFC 9113 §7).
    #[must_use]
    pub fn reason(&self) -> Option<ErrorCode> {
        match &self.0 {
            Kind::Stream(error, _) => error.code(),
            _ => self.lost()?.error.code(),
        }
    }

    /// Who made it fail.
    #[must_use]
    pub fn blame(&self) -> Blame {
        match &self.0 {
            Kind::Layer(_, fault) => fault.blame,
            Kind::Connection(lost) | Kind::TooLate(Some(lost)) => {
                lost.fault.map_or(lost.error.blame(), |fault| fault.blame)
            }
            Kind::Lookup(_) | Kind::Connect(_) | Kind::Io(_) => Blame::Transport,
            Kind::Stream(error, _) => error.blame(),
            // RFC 9113 §8.1: a server may answer before it has all of the request.
            Kind::User(UserError::Answered, _) => Blame::Peer,
            Kind::TooLong(_) | Kind::NoTunnel | Kind::Timeout => Blame::Peer,
            Kind::Convert(blame, _) => *blame,
            Kind::User(..) | Kind::Closed | Kind::TooLate(None) | Kind::Content(_) => Blame::Local,
            Kind::WouldBlock | Kind::Reentrant => Blame::Local,
        }
    }
}
