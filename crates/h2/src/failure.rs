//! What ended a stream or a connection, as it is kept: whoever asks gets a copy.

use alloc::string::{String, ToString};
use core::error::Error as StdError;
use std::io;

use bytes::Bytes;

use crate::reason::Reason;
use crate::stream_id::StreamId;

/// Who ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Initiator {
    /// The application on this side.
    User,
    /// This side, because of what the peer did.
    Library,
    /// The peer.
    Remote,
}

/// What ended a stream or a connection.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    Reset(StreamId, Reason, Initiator),
    GoAway(Bytes, Reason, Initiator),
    /// An error of the transport: its kind, and its text where it is one of somebody's making.
    Io(io::ErrorKind, Option<String>),
    /// The peer closed the transport while streams were running, or nobody drives the connection.
    Closed,
}

impl Failure {
    /// An error that the transport reported, as far as it can be copied.
    pub(crate) fn of_transport(error: &(dyn StdError + Send + Sync + 'static)) -> Self {
        match error.downcast_ref::<io::Error>() {
            Some(error) => {
                let text = error.get_ref().map(ToString::to_string);
                Self::Io(error.kind(), text)
            }
            None => Self::Io(io::ErrorKind::Other, Some(error.to_string())),
        }
    }

    /// The code that whoever waits for a reset is told; `None` for an error of the transport.
    pub(crate) const fn reason(&self) -> Option<Reason> {
        match self {
            Self::Reset(_, reason, _) | Self::GoAway(_, reason, _) => Some(*reason),
            Self::Io(..) | Self::Closed => None,
        }
    }
}
