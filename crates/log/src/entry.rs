//! One event of a log.

use core::time::Duration;

use proto::frame::FrameType;
use proto::{Cause, Direction, Side, State, StreamId, Window};

use crate::fields::FieldList;
use crate::frame::FrameEntry;
use crate::text::Text;

/// One event of a log: which connection, when, and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "made by whoever writes a log")]
pub struct Entry<'a> {
    /// The connection, by a number that is its own in this log.
    pub connection: u64,
    /// When, on the timeline of the log. It is written in nanoseconds, up to 584 years.
    pub at: Duration,
    /// What happened.
    pub event: Event<'a>,
}

/// What happened on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The connection begins.
    Begin {
        /// Which side of it the log is of.
        side: Side,
        /// What it is called, such as the address of the peer.
        name: Text<'a>,
    },
    /// The client's connection preface went by (RFC 9113 §3.4).
    Preface {
        /// Which way it went.
        direction: Direction,
    },
    /// A frame arrived, or was queued to be written. DATA uses up both windows, and WINDOW_UPDATE is
    /// credit (RFC 9113 §6.9): with SETTINGS, these are both sides' windows.
    Frame {
        /// Which way it goes.
        direction: Direction,
        /// The frame.
        frame: FrameEntry<'a>,
    },
    /// Part of a frame has come, and the rest is to come.
    Partial {
        /// What it is.
        frame_type: FrameType,
        /// Its stream, or 0 for the connection.
        stream_id: StreamId,
        /// How many of its octets are here, the nine of its head included.
        octets: u64,
    },
    /// A field section was decoded, or encoded.
    Fields {
        /// Which way it goes.
        direction: Direction,
        /// The stream.
        stream_id: StreamId,
        /// The fields, control data first.
        fields: FieldList<'a>,
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
    /// The application made a stream, which waits to be opened (RFC 9113 §5.1.2).
    Created {
        /// The stream.
        stream_id: StreamId,
    },
    /// The application queued a part of its message, or its end.
    Queued {
        /// The stream.
        stream_id: StreamId,
        /// The octets of content.
        octets: u64,
        /// Whether the message is whole with it.
        end_stream: bool,
    },
    /// The application took content that had arrived.
    Taken {
        /// The stream.
        stream_id: StreamId,
        /// The octets of content.
        octets: u64,
    },
    /// The transport took octets: of the preface and the frames that were sent, in their order.
    Written {
        /// How many.
        octets: u64,
    },
    /// A stream has content to send, and a window that does not let it (RFC 9113 §6.9).
    StallBegan {
        /// The stream.
        stream_id: StreamId,
        /// Whose window is used up.
        window: Window,
    },
    /// The stream sends again, or has nothing to send any more.
    StallEnded {
        /// The stream.
        stream_id: StreamId,
        /// Whose window was used up.
        window: Window,
        /// For how long, as far as the driver told the time.
        waited: Duration,
    },
    /// Output has waited so long that the time counts, towards the limit of its cause.
    WaitTimed {
        /// The stream, or 0 for the connection.
        stream_id: StreamId,
        /// What it waits for.
        cause: Cause,
    },
    /// The peer broke a rule (RFC 9113 §5.4).
    Violation {
        /// The stream on which it did, or 0.
        stream_id: StreamId,
        /// The rule, by its name in `tress-proto`, such as `WindowExceeded`.
        rule: Text<'a>,
        /// Where it stands, such as `RFC 9113 §6.9.1`.
        section: Text<'a>,
    },
    /// The peer went over a limit (RFC 9113 §10.5).
    Limit {
        /// The stream on which it did, or 0.
        stream_id: StreamId,
        /// The limit, by its name in `tress-proto`, such as `ConcurrentStreams`.
        limit: Text<'a>,
        /// How much of it the peer may do.
        allowed: u64,
    },
    /// Nothing more is written of this connection, for the log is as long as it may be.
    Full,
    /// Whoever watched the connection is gone, and the connection with it.
    End,
}

impl Event<'_> {
    /// The stream that it is about, 0 for the connection; `None` of what no stream can be about.
    #[must_use]
    pub const fn stream_id(&self) -> Option<StreamId> {
        match self {
            Self::Frame { frame, .. } => Some(frame.stream_id),
            Self::Partial { stream_id, .. }
            | Self::Fields { stream_id, .. }
            | Self::State { stream_id, .. }
            | Self::Created { stream_id }
            | Self::Queued { stream_id, .. }
            | Self::Taken { stream_id, .. }
            | Self::StallBegan { stream_id, .. }
            | Self::StallEnded { stream_id, .. }
            | Self::WaitTimed { stream_id, .. }
            | Self::Violation { stream_id, .. }
            | Self::Limit { stream_id, .. } => Some(*stream_id),
            Self::Begin { .. }
            | Self::Preface { .. }
            | Self::Written { .. }
            | Self::Full
            | Self::End => None,
        }
    }
}
