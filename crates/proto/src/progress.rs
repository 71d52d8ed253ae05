//! Output that waits for the peer, and how it moves.

use core::time::Duration;

/// What output waits for (RFC 9113 §6.9.1, RFC 9113 §10.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The transport, which has not taken all that it was shown.
    Transport,
    /// The window that all streams share is shut.
    ConnectionWindow,
    /// The stream's own window is shut, or, of a connection, those of all streams that have content
    /// to send.
    StreamWindow,
}

/// How output has moved that waits for the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Progress {
    /// What it waits for.
    pub cause: Cause,
    /// Since when fewer octets moved than are progress
    /// ([`Limits::progress_octets`](crate::Limits::progress_octets)), on the driver's timeline;
    /// to within the times at which it was told.
    pub since: Duration,
    /// The octets that have moved since: that the transport took, of a stream those that left it.
    pub octets: u64,
}
