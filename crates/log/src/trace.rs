//! The connections of a log: their streams, their windows, and what each stream spent its life on.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use proto::{Direction, ErrorCode, Side, StreamId};

use crate::cause::Cause;
use crate::error::ReadError;
use crate::spans::Span;
use crate::window::Curve;

/// Everything that a log says, in one look.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Trace {
    /// The connections, in the order of their numbers.
    pub conversations: Vec<Conversation>,
    /// The first 16 of the lines that could not be read.
    pub errors: Vec<ReadError>,
    /// How many could not be read in all.
    pub unread: u64,
}

/// One connection.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Conversation {
    /// Its number in the log.
    pub number: u64,
    /// Which side of it the log is of.
    pub side: Side,
    /// What it is called.
    pub name: String,
    /// When the first event was.
    pub begin: Duration,
    /// When the last one was.
    pub end: Duration,
    /// Its streams, in the order of their identifiers.
    pub streams: Vec<StreamTrace>,
    /// What we may still send on all streams together, over time.
    pub send_window: Curve,
    /// What the peer may still send on all streams together, over time.
    pub recv_window: Curve,
    /// The shortest time in which anything was answered.
    pub round_trip: Option<Duration>,
    /// The octets of all frames and of the preface.
    pub octets: Octets,
    /// What concerns the connection as a whole.
    pub marks: Vec<Mark>,
    /// The log was full before the connection ended.
    pub is_cut: bool,
}

/// One stream.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StreamTrace {
    /// Its identifier.
    pub id: u32,
    /// When its first event was.
    pub begin: Duration,
    /// When it was closed and all of it had left, or the last event of its connection.
    pub end: Duration,
    /// Whether it was closed.
    pub is_closed: bool,
    /// What its life was spent on: from its beginning to its end, with nothing in between.
    pub spans: Vec<Span>,
    /// The method and the path of its request.
    pub request: Option<(String, String)>,
    /// The status of its response.
    pub status: Option<String>,
    /// What we may still send on it by its own window, over time; nothing if it was never opened.
    pub send_window: Curve,
    /// What the peer may still send on it by its own window, over time.
    pub recv_window: Curve,
    /// The octets of content, without padding.
    pub content: Octets,
    /// Frames that are points in time.
    pub marks: Vec<Mark>,
}

/// Octets in both directions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "there are two directions")]
pub struct Octets {
    /// To the peer.
    pub sent: u64,
    /// From the peer.
    pub received: u64,
}

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a frame goes one way at one time"
)]
pub struct Mark {
    /// When.
    pub at: Duration,
    /// Which way the frame went.
    pub direction: Direction,
    /// What it was.
    pub kind: MarkKind,
}

/// A frame that is a point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MarkKind {
    /// A field block began.
    Headers,
    /// So much credit was given.
    Credit(u32),
    /// The message ended.
    EndStream,
    /// The stream was reset.
    Reset(ErrorCode),
    /// The connection goes away.
    GoAway(ErrorCode),
    /// Settings were announced.
    Settings,
    /// A PING was sent.
    Ping,
}

impl Conversation {
    /// How long all streams together have spent on each cause, longest first; none of nothing.
    #[must_use]
    pub fn totals(&self) -> Vec<(Cause, Duration)> {
        totals(self.streams.iter().flat_map(|stream| &stream.spans))
    }
}

impl StreamTrace {
    /// How long it has spent on each cause, longest first; none of nothing. They sum to its life.
    #[must_use]
    pub fn totals(&self) -> Vec<(Cause, Duration)> {
        totals(&self.spans)
    }

    /// From its beginning to its end.
    #[must_use]
    pub fn life(&self) -> Duration {
        self.end.saturating_sub(self.begin)
    }

    pub(crate) fn new(id: StreamId) -> Self {
        Self {
            id: id.value(),
            begin: Duration::ZERO,
            end: Duration::ZERO,
            is_closed: false,
            spans: Vec::new(),
            request: None,
            status: None,
            send_window: Curve::default(),
            recv_window: Curve::default(),
            content: Octets {
                sent: 0,
                received: 0,
            },
            marks: Vec::new(),
        }
    }
}

fn totals<'a>(spans: impl IntoIterator<Item = &'a Span>) -> Vec<(Cause, Duration)> {
    let mut sums = Cause::ALL.map(|cause| (cause, Duration::ZERO));
    for span in spans {
        if let Some((_, sum)) = sums.iter_mut().find(|(cause, _)| *cause == span.cause) {
            *sum = sum.saturating_add(span.length());
        }
    }
    let mut sums: Vec<_> = sums.into_iter().filter(|(_, sum)| !sum.is_zero()).collect();
    // Stable: the order of a life among equals.
    sums.sort_by(|(_, a), (_, b)| b.cmp(a));
    sums
}
