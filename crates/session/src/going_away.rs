//! What the peer said when it went away (RFC 9113 §6.8).

use alloc::boxed::Box;

use proto::{ErrorCode, StreamId};

/// What the peer's latest GOAWAY said (RFC 9113 §6.8).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GoingAway {
    /// The last stream that the peer may have processed.
    pub last_stream_id: StreamId,
    /// Why; NO_ERROR in good order.
    pub code: ErrorCode,
    /// The first 256 octets of what it said for people to read.
    pub debug_data: Box<[u8]>,
}
