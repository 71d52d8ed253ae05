//! What can go wrong, and whose fault it is.

use core::fmt;

/// A configuration that cannot work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Nothing would pass.
    #[error("`{0}` must not be zero")]
    Zero(&'static str),
    /// An address may have more connections than the origin it belongs to.
    #[error("`connections`: an address may not have more connections than its origin")]
    Connections,
    /// A late answer must come before a lost one.
    #[error("`ping`: an answer must be late before it is lost")]
    Ping,
}

/// Why a request gets no answer. All but [`Again`](Self::Again) are certain: nothing of the request
/// was sent, or nothing of it was processed, and it may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Failure {
    /// As many requests as may wait do.
    Full,
    /// Its deadline passed while it waited.
    Deadline,
    /// The name has no address.
    Resolve,
    /// No address could be connected to.
    Connect,
    /// The server does not speak HTTP/2 (RFC 9113 §3.2).
    Protocol,
    /// It was to be sent again, and ended for this reason while it waited.
    Again(Waited),
}

/// Why a request that was to be sent again was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Waited {
    /// Its deadline passed.
    Deadline,
    /// No connection could be made.
    Connect,
}

impl Failure {
    /// Says whether sending the request again cannot make a server process it twice.
    ///
    /// Of a request that was sent before, only its earlier outcome tells.
    #[must_use]
    pub const fn is_unsent(self) -> bool {
        !matches!(self, Self::Again(_))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "too many requests wait for a connection",
            Self::Deadline => "the deadline passed while the request waited for a connection",
            Self::Resolve => "the name could not be resolved",
            Self::Connect => "no connection could be made",
            Self::Protocol => "the server does not speak HTTP/2",
            Self::Again(Waited::Deadline) => {
                "the deadline passed while the request waited to be sent again"
            }
            Self::Again(Waited::Connect) => "no connection could be made to send the request again",
        })
    }
}

impl core::error::Error for Failure {}
