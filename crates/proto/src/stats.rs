//! What a connection has done, and what held it up.
//!
//! Numbers are counted where things happen, and put together when somebody asks. Nothing is decided by them: what
//! limits a peer is counted apart, in `limits`, by rules of its own.

mod counts;
mod limits;

use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

pub(crate) use self::counts::{Counts, Held};
pub(crate) use self::limits::Trips;
use crate::violation::Limit;

/// What a connection has done so far, and what held it up: numbers for an operator's metrics, which cost a
/// few additions a frame and are read at any time.
///
/// Times are those that the driver [tells](runtime::Runtime::tick), to within its turns; without a clock they
/// are zero. Where OpenTelemetry's semantic conventions have a name, it is this:
///
/// | field | metric | attributes |
/// |---|---|---|
/// | `streams_active_peer`, of a server | `http.server.active_requests` | |
/// | `streams_active_local`, of a client | `http.client.active_requests` | `server.address` |
/// | `octets_received`, `octets_sent` | `network.io` (counter, `By`) | `network.io.direction`: `receive`, `transmit` |
/// | `round_trip` | none: `tress.connection.round_trip` (gauge, `s`) | |
/// | `stalls` | none: `tress.connection.stall.duration` (counter, `s`), `.count` | `tress.stall.cause`: the field's name |
/// | `limits` | none: `tress.connection.limit.trips` (counter) | `tress.limit`: the text of its `Limit` |
/// | `slowdowns` | none: `tress.connection.limit.slowdowns` (counter) | `tress.limit`: the text of its `Slowdown` |
/// | `frames_*`, `streams_opened_*` | none: `tress.connection.` and the field's name | |
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// How long the connection has been there.
    pub time: Duration,
    /// Streams that this end opened, in all.
    pub streams_opened_local: u64,
    /// Streams that the peer opened, in all.
    pub streams_opened_peer: u64,
    /// Those that this end opened and that count against the peer's limit now (RFC 9113 §5.1.2).
    pub streams_active_local: u32,
    /// Those that the peer opened and that count against ours now.
    pub streams_active_peer: u32,
    /// Octets of frames, and of the client's preface, that came.
    pub octets_received: u64,
    /// The same, that the transport took.
    pub octets_sent: u64,
    /// Frames that came, whole.
    pub frames_received: u64,
    /// Frames that were made to be sent.
    pub frames_sent: u64,
    /// What held streams up.
    pub stalls: Stalls,
    /// What slowed the peer before any limit would end something, and how often.
    pub slowdowns: Vec<(Slowdown, u64)>,
    /// The limits of ours that the peer went over, each of which ended a stream or the connection, and how
    /// often.
    pub limits: Vec<(Limit, u64)>,
    /// How long the peer's latest answer to a PING took, from when it was asked for (RFC 9113 §6.7).
    pub round_trip: Option<Duration>,
}

/// What slows a peer, so that a limit need not end its stream or connection (RFC 9113 §10.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Slowdown {
    /// A request waited before the application was notified of it, which worked for as many as the client
    /// may have open at once, those included that the client had reset.
    Working,
    /// A request waited before the application was notified of it, for the client had reset too many of
    /// late.
    Resets,
    /// Nothing was read until the peer took what it made us answer.
    Replies,
    /// Nothing was read for a moment, for the peer sent its content in tiny pieces.
    SmallData,
}

impl fmt::Display for Slowdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Working => "a request waited for others to end",
            Self::Resets => "a request waited, after many that were reset",
            Self::Replies => "reading waited for the peer to take replies",
            Self::SmallData => "reading waited, after content in tiny pieces",
        })
    }
}

/// What held streams up. In the same time several causes may hold up different streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Stalls {
    /// Content waited for a stream's own window.
    pub stream_window: Stall,
    /// Content waited for the window that all streams share.
    pub connection_window: Stall,
    /// Output waited for the transport: a socket whose buffer is full, and behind it the network or a peer
    /// that reads nothing. Of the waits those count that lasted for some time.
    pub transport: Stall,
    /// Requests of ours waited for the peer to take another stream (SETTINGS_MAX_CONCURRENT_STREAMS).
    pub peer_concurrency: Stall,
    /// For how long streams were open and nothing of all this held any up: an application, at one of the
    /// ends, had the word.
    pub application: Duration,
}

/// What one cause held up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Stall {
    /// How often a stream began to wait.
    pub count: u64,
    /// For how long at least one waited.
    pub time: Duration,
}

#[cfg(test)]
mod tests;
