//! One seam for logs, traces and transcripts.

use core::time::Duration;

use frame::{Frame, FrameType, StreamId};

use crate::message::FieldSection;
use crate::progress::Cause;
use crate::stream::State;
use crate::violation::{Limit, Violation};

/// Sees what a connection does. Costs nothing when it is not used.
pub trait Observe: Send {
    /// Takes note of something that happened. Called in the order in which things happen.
    fn record(&mut self, record: Record<'_>);
}

/// Which way a frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a frame goes one way or the other")]
pub enum Direction {
    /// From the peer to us.
    Received,
    /// From us to the peer.
    Sent,
}

/// Something that happened.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Record<'a> {
    /// The client's connection preface went by: 24 octets (RFC 9113 §3.4).
    Preface {
        /// Which way it went.
        direction: Direction,
    },
    /// A frame arrived, or was queued to be written.
    Frame {
        /// Which way it goes.
        direction: Direction,
        /// The frame, with its whole payload.
        frame: Frame<'a>,
        /// How many octets it has on the wire, its nine first octets included.
        octets: usize,
    },
    /// The first octets of a frame have come, its head among them, and the rest is to come. Shown
    /// again whenever more of them have come and it is not whole.
    Partial {
        /// What it is.
        frame_type: FrameType,
        /// Its stream, or 0 for the connection.
        stream_id: StreamId,
        /// How many of its octets are here, the nine of its head included.
        octets: usize,
    },
    /// A field section was decoded, or encoded.
    Fields {
        /// Which way it goes.
        direction: Direction,
        /// The stream.
        stream_id: StreamId,
        /// The fields, control data first.
        fields: &'a FieldSection,
    },
    /// The application made a stream, by a request or by a promise, which waits to be opened
    /// (RFC 9113 §5.1.2).
    Created {
        /// The stream.
        stream_id: StreamId,
    },
    /// The application queued a part of its message on a stream, or its end.
    Queued {
        /// The stream.
        stream_id: StreamId,
        /// How many octets of content; none of fields, and of the end alone.
        octets: usize,
        /// Whether the message is whole with it.
        end_stream: bool,
    },
    /// The application took content that had arrived.
    Taken {
        /// The stream.
        stream_id: StreamId,
        /// How many octets, without padding.
        octets: u32,
    },
    /// The transport took octets: of the preface and the frames that were sent, in their order.
    Written {
        /// How many.
        octets: usize,
    },
    /// A stream changed its state (RFC 9113 §5.1).
    State {
        /// The stream.
        stream_id: StreamId,
        /// What it was.
        from: State,
        /// What it is now.
        to: State,
    },
    /// A stream has content to send, and a window that does not let it (RFC 9113 §6.9).
    StallBegan {
        /// The stream.
        stream_id: StreamId,
        /// Whose window is used up.
        window: Window,
    },
    /// The stream can send again, or has nothing to send any more.
    StallEnded {
        /// The stream.
        stream_id: StreamId,
        /// Whose window was used up.
        window: Window,
        /// For how long, as far as the driver tells the time.
        waited: Duration,
    },
    /// Output has waited for the peer so long that the time counts from now on, towards the limit of
    /// its cause (RFC 9113 §10.5).
    WaitTimed {
        /// The stream, or 0 for the connection.
        stream_id: StreamId,
        /// What it waits for.
        cause: Cause,
    },
    /// The peer broke a rule (RFC 9113 §5.4). A limit that it went over is a
    /// [`Limit`](Self::Limit).
    Violation {
        /// The stream on which it did, or 0.
        stream_id: StreamId,
        /// The rule.
        violation: Violation,
    },
    /// The peer went over a limit of ours (RFC 9113 §10.5).
    Limit {
        /// The stream on which it did, or 0.
        stream_id: StreamId,
        /// The limit.
        limit: Limit,
        /// How much of it the peer may do: a count or octets, of a budget its depth, of a time
        /// milliseconds.
        allowed: u64,
    },
}

/// The window that holds a stream up (RFC 9113 §6.9.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there are two windows")]
pub enum Window {
    /// The stream's own.
    Stream,
    /// That of the connection.
    Connection,
}
