//! Why a listener gave no connection.

use std::io::{self, ErrorKind};

/// Why a listener gave no connection, and what that means for the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "one for each way to go on")]
pub enum AcceptFailure {
    /// The connection was gone before it was accepted: the next may be there.
    Peer,
    /// None came for as long as the listener waits.
    Nobody,
    /// The listener itself cannot go on.
    Listener,
    /// It passes, as a lack of memory or of descriptors does.
    Passing,
}

impl AcceptFailure {
    /// What an error means that a listener reports.
    #[must_use]
    pub fn of(error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted => {
                Self::Peer
            }
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Self::Nobody,
            ErrorKind::InvalidInput | ErrorKind::Unsupported => Self::Listener,
            _ => Self::Passing,
        }
    }
}
