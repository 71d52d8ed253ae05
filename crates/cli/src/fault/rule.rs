//! What a script says: rules, each of which is a fault and whom it hits.

use alloc::string::String;
use core::ops::RangeInclusive;
use core::time::Duration;

use blocking::proto::ErrorCode;

use crate::shaper::Way;

/// A fault, and whom it hits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rule {
    /// What the script calls the fault.
    pub(super) name: String,
    pub(super) select: Select,
    pub(super) fault: Fault,
}

/// Whom a fault hits: all that match, but for those that are not counted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Select {
    pub(super) connection: Option<RangeInclusive<u64>>,
    pub(super) stream: Option<RangeInclusive<u64>>,
    pub(super) path: Option<String>,
    pub(super) method: Option<String>,
    /// So many that match are dropped first.
    pub(super) skip: u64,
    /// Of so many, the first is hit.
    pub(super) every: u64,
    /// How many are hit at most.
    pub(super) count: u64,
    /// Of a million that are left, so many are hit.
    pub(super) chance: u64,
}

/// All chances there are.
pub(super) const MILLION: u64 = 1_000_000;

impl Default for Select {
    fn default() -> Self {
        Self {
            connection: None,
            stream: None,
            path: None,
            method: None,
            skip: 0,
            every: 1,
            count: u64::MAX,
            chance: MILLION,
        }
    }
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    /// The request is not passed on, and its stream is reset.
    Refuse(ErrorCode),
    /// The request is not passed on, and is answered with this status, maybe before it is whole.
    Early(u16),
    /// A GOAWAY when the request comes.
    GoAway(GoAway),
    /// Something happens when a message has come so far.
    At(Trigger),
    /// The answer's content-length is off by so much.
    ContentLength(i64),
    /// The answer's field block cannot be decoded.
    BadBlock,
    /// The answer's trailer section is lost.
    NoTrailers,
    /// A stream's window is no larger than this, for so long.
    StreamWindow(Limit),
    /// The connection's window is given no more credit than this, for so long.
    ConnectionWindow(Limit),
    /// The client may open no more streams at once than these.
    Streams(u32),
    /// An acknowledgment of SETTINGS comes late, or never.
    LateAck {
        /// Whose octets it comes with.
        way: Way,
        time: Option<Duration>,
    },
}

impl Fault {
    /// Says whether it hits a whole connection and not a stream.
    pub(super) const fn is_of_connection(&self) -> bool {
        matches!(
            self,
            Self::ConnectionWindow(_) | Self::Streams(_) | Self::LateAck { .. }
        )
    }
}

/// Something that happens to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trigger {
    /// Which way the message goes.
    pub(super) way: Way,
    /// After how many octets of content; before the head if nothing is said.
    pub(super) after: Option<u64>,
    pub(super) hit: Hit,
}

/// What happens to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hit {
    /// The client gets RST_STREAM with this code, the server one with CANCEL.
    Reset(ErrorCode),
    GoAway(GoAway),
    /// Nothing more of it comes, for so long or for ever.
    Stall(Option<Duration>),
    /// Its content comes in pieces of so many octets, one in each interval.
    Drip(usize, Duration),
    /// A frame that is as long as none may be.
    Length(Wrong),
    /// The connection ends.
    Cut(Ending),
}

/// A GOAWAY, by what the client is to learn from it (RFC 9113 §6.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GoAway {
    pub(super) phase: Phase,
    pub(super) code: ErrorCode,
    /// How long a shutdown takes from its notice to its last stream.
    pub(super) wait: Duration,
}

/// How far a graceful shutdown has come, or that it is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The last stream is 2^31-1: there will be another GOAWAY.
    Notice,
    /// This stream is the last that is processed; the connection ends when all are done.
    Accept,
    /// This stream is the first that is not processed; the connection ends when all before are done.
    Refuse,
    /// An error; the connection ends at once.
    Error,
    /// A notice, a pause, the last stream, and the end when all are done.
    Shutdown,
}

/// A frame of a wrong length (RFC 9113 §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// DATA of one octet more than the client takes in a frame.
    Data,
    /// PING of 7 octets.
    Ping,
    /// SETTINGS of 5 octets.
    Settings,
    /// WINDOW_UPDATE of 3 octets.
    WindowUpdate,
    /// RST_STREAM of 3 octets.
    RstStream,
    /// GOAWAY of 7 octets.
    GoAway,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// As if whoever speaks were done: a FIN.
    Close,
    /// With a RST of TCP.
    Reset,
}

/// What a window is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    /// Which way the content goes that the window is for.
    pub(super) way: Way,
    pub(super) octets: u32,
    pub(super) time: Option<Duration>,
}
