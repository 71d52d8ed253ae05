//! Why something failed.

use core::error::Error as StdError;
use core::fmt;
use std::io;

use bytes::Bytes;

use crate::failure::{Failure, Initiator};
use crate::reason::Reason;
use crate::stream_id::StreamId;
use crate::user_error::UserError;

/// Why a connection, a stream or a call failed.
///
/// There is no [`source`](StdError::source). Text and `Debug` have the shapes that programs look for:
/// `Error { kind: GoAway(b"", NO_ERROR, Remote) }`.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// RST_STREAM was sent or received.
    #[expect(dead_code, reason = "the stream is for `Debug`")]
    Reset(StreamId, Reason, Initiator),
    /// GOAWAY was sent or received, with its debug data.
    GoAway(Bytes, Reason, Initiator),
    /// A code alone.
    Reason(Reason),
    /// The caller asked for something that cannot be.
    User(UserError),
    /// The transport failed.
    Io(io::Error),
}

impl Error {
    /// The error code, where there is one (RFC 9113 §7).
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        match self.kind {
            Kind::Reset(_, reason, _) | Kind::GoAway(_, reason, _) | Kind::Reason(reason) => {
                Some(reason)
            }
            Kind::User(_) | Kind::Io(_) => None,
        }
    }

    /// Says whether the transport failed.
    #[must_use]
    pub fn is_io(&self) -> bool {
        self.get_io().is_some()
    }

    /// The error of the transport. Where several ask for it, each gets one of its kind and text.
    #[must_use]
    pub fn get_io(&self) -> Option<&io::Error> {
        match &self.kind {
            Kind::Io(error) => Some(error),
            _ => None,
        }
    }

    /// The same, taken out.
    #[must_use]
    pub fn into_io(self) -> Option<io::Error> {
        match self.kind {
            Kind::Io(error) => Some(error),
            _ => None,
        }
    }

    /// Says whether the connection was ended by a GOAWAY, whoever sent it (RFC 9113 §6.8).
    #[must_use]
    pub fn is_go_away(&self) -> bool {
        matches!(self.kind, Kind::GoAway(..))
    }

    /// Says whether the stream was ended by a RST_STREAM, whoever sent it (RFC 9113 §6.4).
    #[must_use]
    pub fn is_reset(&self) -> bool {
        matches!(self.kind, Kind::Reset(..))
    }

    /// Says whether the frame that ended it came from the peer.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        self.initiator() == Some(Initiator::Remote)
    }

    /// Says whether the frame that ended it was sent because of what the peer did, and not because the
    /// application asked for it.
    #[must_use]
    pub fn is_library(&self) -> bool {
        self.initiator() == Some(Initiator::Library)
    }

    fn initiator(&self) -> Option<Initiator> {
        match self.kind {
            Kind::Reset(_, _, initiator) | Kind::GoAway(_, _, initiator) => Some(initiator),
            _ => None,
        }
    }

    /// Says who ended what with which words; GOAWAY's debug data follow.
    fn say_end(
        f: &mut fmt::Formatter<'_>,
        (what, initiator): (&str, Initiator),
        reason: Reason,
        debug_data: &Bytes,
    ) -> fmt::Result {
        let how = match initiator {
            Initiator::User => "sent by user",
            Initiator::Library => "detected",
            Initiator::Remote => "received",
        };
        write!(f, "{what} error {how}: {reason}")?;
        if debug_data.is_empty() {
            return Ok(());
        }
        write!(f, " ({debug_data:?})")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Reset(_, reason, initiator) => {
                Self::say_end(f, ("stream", *initiator), *reason, &Bytes::new())
            }
            Kind::GoAway(debug_data, reason, initiator) => {
                Self::say_end(f, ("connection", *initiator), *reason, debug_data)
            }
            Kind::Reason(reason) => write!(f, "protocol error: {reason}"),
            Kind::User(error) => write!(f, "user error: {error}"),
            Kind::Io(error) => error.fmt(f),
        }
    }
}

impl StdError for Error {}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        Self {
            kind: Kind::Reason(reason),
        }
    }
}

// Not `From`, which would be part of the public API.
impl Error {
    pub(crate) const fn user(error: UserError) -> Self {
        Self {
            kind: Kind::User(error),
        }
    }

    pub(crate) const fn io(error: io::Error) -> Self {
        Self {
            kind: Kind::Io(error),
        }
    }

    pub(crate) fn failure(failure: &Failure) -> Self {
        let kind = match failure {
            Failure::Reset(id, reason, initiator) => Kind::Reset(*id, *reason, *initiator),
            Failure::GoAway(debug_data, reason, initiator) => {
                Kind::GoAway(debug_data.clone(), *reason, *initiator)
            }
            Failure::Io(kind, None) => Kind::Io((*kind).into()),
            Failure::Io(kind, Some(text)) => Kind::Io(io::Error::new(*kind, text.clone())),
            Failure::Closed => Kind::Io(io::Error::new(
                io::ErrorKind::BrokenPipe,
                "the transport was closed before the end",
            )),
        };
        Self { kind }
    }
}
