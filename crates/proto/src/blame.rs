//! Who made something fail, for those who ask before they try again (RFC 9113 §5.4).

use core::fmt;

use crate::error::{ConnectionError, StreamError};

/// Who made something fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Blame {
    /// Our own end: what it asked for, or that it gave up.
    Local,
    /// The peer: a rule it broke, a limit it passed, what it refused, reset or did not answer.
    Peer,
    /// What lies between: the network, TLS, the file system.
    Transport,
}

impl fmt::Display for Blame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Local => "this end",
            Self::Peer => "the peer",
            Self::Transport => "the transport",
        })
    }
}

impl ConnectionError {
    /// Who ended the connection.
    #[must_use]
    pub const fn blame(&self) -> Blame {
        match self {
            Self::Exn(_) => Blame::Transport,
            Self::Aborted(_) => Blame::Local,
            Self::Violation(_) | Self::GoAway(_) | Self::UnexpectedEof | Self::Timeout => {
                Blame::Peer
            }
        }
    }
}

impl StreamError {
    /// Who ended the stream. One that a connection took along is the transport's: the connection's
    /// own error knows more.
    #[must_use]
    pub const fn blame(self) -> Blame {
        match self {
            Self::Canceled => Blame::Local,
            Self::Unsent | Self::ConnectionLost => Blame::Transport,
            Self::Violation(_)
            | Self::Reset(_)
            | Self::Unprocessed(_)
            | Self::Answered
            | Self::Limit(_) => Blame::Peer,
        }
    }
}
