//! The life of a stream, as a table (RFC 9113 §5.1).
//!
//! `Copy` in, `Copy` out, one `match` for each direction; the table is made from them.

use core::fmt;

use crate::error::UserError;
use crate::violation::{ConnectionRule, StreamRule, Violation};

/// The state of a stream: what has been said on the wire (RFC 9113 §5.1).
///
#[doc = include_str!("state.md")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the states are those of the specification"
)]
pub enum State {
    /// Nothing was sent or received yet.
    Idle,
    /// We promised the stream (RFC 9113 §8.4).
    ReservedLocal,
    /// The peer promised the stream (RFC 9113 §8.4).
    ReservedRemote,
    /// Both sides may send.
    Open,
    /// We have ended our side.
    HalfClosedLocal,
    /// The peer has ended its side.
    HalfClosedRemote,
    /// Nothing more may be sent.
    Closed(ClosedBy),
}

impl fmt::Display for State {
    /// Says it as RFC 9113 §5.1 does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Idle => "idle",
            Self::ReservedLocal => "reserved (local)",
            Self::ReservedRemote => "reserved (remote)",
            Self::Open => "open",
            Self::HalfClosedLocal => "half-closed (local)",
            Self::HalfClosedRemote => "half-closed (remote)",
            Self::Closed(_) => "closed",
        })
    }
}

/// How a stream came to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "there are three ways to close a stream"
)]
pub enum ClosedBy {
    /// Both sides sent END_STREAM.
    EndStream,
    /// We sent RST_STREAM.
    ResetSent,
    /// The peer sent RST_STREAM.
    ResetReceived,
}

/// What moves a stream from one state to another. PRIORITY and CONTINUATION move nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// HEADERS, with the CONTINUATION frames that belong to it.
    Headers,
    /// DATA.
    Data,
    /// The END_STREAM flag of HEADERS or DATA.
    EndStream,
    /// PUSH_PROMISE, as the promised stream sees it.
    Promise,
    /// RST_STREAM.
    RstStream,
    /// WINDOW_UPDATE.
    WindowUpdate,
}

/// What becomes of a received frame that breaks no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a frame counts or it does not")]
pub enum Transition {
    /// It counts, and this is the new state.
    Accept(State),
    /// It comes late and is dropped; its octets still count for the connection.
    Discard,
}

impl State {
    /// The state after we send, or the application's mistake.
    ///
    /// # Errors
    ///
    /// [`UserError::State`] where the state does not allow the step.
    pub const fn send(self, step: Step) -> Result<Self, UserError> {
        use Step::{Data, EndStream, Headers, Promise, RstStream, WindowUpdate};
        Ok(match (self, step) {
            (Self::Idle, Headers) => Self::Open,
            (Self::Idle, Promise) => Self::ReservedLocal,
            (Self::ReservedLocal, Headers) => Self::HalfClosedRemote,
            (Self::Open, EndStream) => Self::HalfClosedLocal,
            (Self::HalfClosedRemote, EndStream) => Self::Closed(ClosedBy::EndStream),
            (Self::Open | Self::HalfClosedRemote, Headers | Data) => self,
            (
                Self::ReservedRemote | Self::Open | Self::HalfClosedLocal | Self::HalfClosedRemote,
                WindowUpdate,
            ) => self,
            // RFC 9113 §6.4: RST_STREAM is not sent on an idle stream.
            // RFC 9113 §5.1: a frame after the peer's RST_STREAM is answered with STREAM_CLOSED.
            (
                Self::ReservedLocal
                | Self::ReservedRemote
                | Self::Open
                | Self::HalfClosedLocal
                | Self::HalfClosedRemote
                | Self::Closed(ClosedBy::ResetReceived),
                RstStream,
            ) => Self::Closed(ClosedBy::ResetSent),
            _ => return Err(UserError::State),
        })
    }

    /// The state after we receive, or the peer's mistake.
    ///
    /// # Errors
    ///
    /// The rule of the state that the step breaks.
    pub const fn recv(self, step: Step) -> Result<Transition, Violation> {
        use Step::{Data, EndStream, Headers, Promise, RstStream, WindowUpdate};
        Ok(Transition::Accept(match (self, step) {
            (Self::Idle, Headers) => Self::Open,
            (Self::Idle, Promise) => Self::ReservedRemote,
            (Self::ReservedRemote, Headers) => Self::HalfClosedLocal,
            (Self::Open, EndStream) => Self::HalfClosedRemote,
            (Self::HalfClosedLocal, EndStream) => Self::Closed(ClosedBy::EndStream),
            (Self::Open | Self::HalfClosedLocal, Headers | Data | WindowUpdate) => self,
            (Self::ReservedLocal | Self::HalfClosedRemote, WindowUpdate) => self,
            (
                Self::ReservedLocal
                | Self::ReservedRemote
                | Self::Open
                | Self::HalfClosedLocal
                | Self::HalfClosedRemote,
                RstStream,
            ) => Self::Closed(ClosedBy::ResetReceived),
            // RFC 9113 §5.1: what was under way when we reset a stream is ignored.
            (Self::Closed(ClosedBy::ResetSent), _) => return Ok(Transition::Discard),
            // Choice: RFC 9113 §5.1 allows these for a while after a stream was closed, and lets us
            // say for how long. For as long as we remember, for they do no harm.
            (Self::Closed(_), RstStream | WindowUpdate) => return Ok(Transition::Discard),
            (_, Promise) => return Err(Violation::Connection(ConnectionRule::IdNotIncreasing)),
            _ => return Err(Violation::Stream(self.rule())),
        }))
    }

    /// The rule that a frame breaks which the state does not allow.
    const fn rule(self) -> StreamRule {
        match self {
            // Open and half-closed (local) streams take every frame that is asked about.
            Self::Idle | Self::Open | Self::HalfClosedLocal => StreamRule::Idle,
            Self::ReservedLocal => StreamRule::ReservedLocal,
            Self::ReservedRemote => StreamRule::ReservedRemote,
            Self::HalfClosedRemote => StreamRule::HalfClosed,
            Self::Closed(ClosedBy::ResetReceived) => StreamRule::Reset,
            Self::Closed(_) => StreamRule::Closed,
        }
    }

    /// Says whether nothing more may be sent or received.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Closed(_))
    }

    /// Says whether the peer may still send HEADERS or DATA.
    #[must_use]
    pub const fn may_recv(self) -> bool {
        matches!(
            self,
            Self::Idle | Self::ReservedRemote | Self::Open | Self::HalfClosedLocal
        )
    }

    /// Says whether the stream counts towards SETTINGS_MAX_CONCURRENT_STREAMS (RFC 9113 §5.1.2).
    #[must_use]
    pub const fn is_active(self) -> bool {
        matches!(
            self,
            Self::Open | Self::HalfClosedLocal | Self::HalfClosedRemote
        )
    }
}
