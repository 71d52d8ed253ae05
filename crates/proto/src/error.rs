//! Who is to blame, and what it reaches (RFC 9113 §5.4).
//!
//! The peer's mistakes are [`Violation`]s and come as events; the application's are [`UserError`]s
//! and come from the command that made them; the transport's come through `report_exn`.

use frame::ErrorCode;
use runtime::Exn;

use crate::violation::{ConnectionRule, Limit, MessageRule, Violation};

/// Why a connection ended other than in good order.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionError {
    /// The peer broke a rule that reaches the connection (RFC 9113 §5.4.1).
    #[error("the peer broke a rule: {0}")]
    Violation(#[source] Violation),
    /// The peer ended the connection with an error (RFC 9113 §6.8).
    #[error("the peer ended the connection with {0}")]
    GoAway(ErrorCode),
    /// The peer closed the transport while streams were running.
    #[error("the peer closed the transport while streams were running")]
    UnexpectedEof,
    /// The transport failed, or what lies between it and us: TLS, or the way into HTTP/2.
    #[error("the connection failed: {0}")]
    Exn(#[source] Exn),
    /// The application ended the connection at once.
    #[error("the connection was aborted with {0}")]
    Aborted(ErrorCode),
    /// A deadline passed.
    #[error("the peer did not answer in time")]
    Timeout,
}

impl ConnectionError {
    /// Says whether time passed in which the peer, or the way to it, was to do something.
    #[must_use]
    pub const fn is_timeout(&self) -> bool {
        match self {
            Self::Timeout => true,
            Self::Violation(Violation::Limit(limit)) => limit.is_timeout(),
            Self::Violation(Violation::Connection(rule)) => {
                matches!(rule, ConnectionRule::SettingsTimeout)
            }
            _ => false,
        }
    }

    /// The code that went to the peer, or came from it (RFC 9113 §7).
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Violation(violation) => Some(violation.scope_and_code().1),
            Self::GoAway(code) | Self::Aborted(code) => Some(*code),
            Self::UnexpectedEof | Self::Exn(_) | Self::Timeout => None,
        }
    }
}

/// Why a stream ended before its messages were whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum StreamError {
    /// The peer broke a rule that reaches the stream (RFC 9113 §5.4.2).
    #[error("the peer broke a rule: {0}")]
    Violation(#[source] Violation),
    /// The peer reset the stream (RFC 9113 §6.4).
    #[error("the peer reset the stream with {0}")]
    Reset(ErrorCode),
    /// Nothing of the stream was sent before the connection ended or the peer went away.
    #[error("the request was never sent")]
    Unsent,
    /// The peer went away and said that it did not process the stream (RFC 9113 §6.8).
    #[error("the peer went away with {0} and did not process the request")]
    Unprocessed(ErrorCode),
    /// The request was answered in full before it was whole, and no more of it is sent or taken
    /// (RFC 9113 §8.1). The answer can still be taken.
    #[error("the request was answered before it was whole")]
    Answered,
    /// The application reset or released the stream.
    #[error("the stream was canceled")]
    Canceled,
    /// A limit of ours ended the stream.
    #[error("a limit was passed: {0}")]
    Limit(#[source] Limit),
    /// The connection ended first.
    #[error("the connection was lost")]
    ConnectionLost,
}

impl StreamError {
    /// Says whether time passed in which the peer was to do something.
    #[must_use]
    pub const fn is_timeout(&self) -> bool {
        match self {
            Self::Limit(limit) => limit.is_timeout(),
            _ => false,
        }
    }

    /// Says whether the peer certainly did not process the request, so that it can be sent again on
    /// another connection, whatever its method (RFC 9113 §8.7).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unsent | Self::Unprocessed(_) => true,
            Self::Reset(code) => *code == ErrorCode::REFUSED_STREAM,
            _ => false,
        }
    }

    /// The code that went to the peer, or came from it (RFC 9113 §7).
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Violation(violation) => Some(violation.scope_and_code().1),
            Self::Limit(limit) => Some(limit.scope_and_code().1),
            Self::Reset(code) | Self::Unprocessed(code) => Some(*code),
            Self::Canceled => Some(ErrorCode::CANCEL),
            Self::Unsent | Self::Answered | Self::ConnectionLost => None,
        }
    }
}

/// Why a command was refused. Nothing happened, and the connection is unharmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum UserError {
    /// There is no such stream: it never was, or it ended and was taken.
    #[error("there is no such stream")]
    UnknownStream,
    /// The stream was reset, by either side, or its connection is lost.
    #[error("the stream is closed")]
    StreamClosed,
    /// The server has answered in full before the request was whole, and takes no more of it
    /// (RFC 9113 §8.1): nobody's mistake. The answer can still be taken.
    #[error("the server answered before the end of the request")]
    Answered,
    /// The connection is closed or closing.
    #[error("the connection is closed")]
    ConnectionClosed,
    /// One of the ends is going away, so that no new streams are opened (RFC 9113 §6.8).
    #[error("the connection is going away")]
    GoingAway,
    /// All stream identifiers are used up: open a new connection (RFC 9113 §5.1.1).
    #[error("all stream identifiers are used up, a new connection is needed")]
    StreamIdsExhausted,
    /// The message breaks a rule (RFC 9113 §8).
    #[error("the message is malformed: {0}")]
    Malformed(#[source] MessageRule),
    /// The message grows out of order: content before its head, or anything after its end
    /// (RFC 9113 §8.1).
    #[error("the parts of a message come out of order")]
    OutOfOrder,
    /// The frame does not fit the stream's state (RFC 9113 §5.1).
    #[error("the stream's state does not allow this")]
    State,
    /// The peer has not allowed extended CONNECT (RFC 8441 §3).
    #[error("the peer does not allow extended CONNECT")]
    ExtendedConnectNotAllowed,
    /// The peer takes no pushes (RFC 9113 §8.4).
    #[error("the peer takes no pushes")]
    PushDisabled,
    /// A pushed stream cannot promise another (RFC 9113 §8.4).
    #[error("only a stream that the client opened can carry a promise")]
    NotPushable,
    /// The extension frame cannot be sent: it is not ours to send, has no form on the wire, or is
    /// larger than the peer takes.
    #[error("the extension frame cannot be sent")]
    Extension,
    /// More credit is returned than content was taken.
    #[error("more credit is returned than content was taken")]
    Credit,
    /// What `HTTP2-Settings` held is no payload of a SETTINGS frame (RFC 7540 §3.2.1).
    #[error("the settings of the upgrade are malformed")]
    Settings,
    /// More waits to be answered than is allowed.
    #[error("too many pings are outstanding")]
    TooManyPings,
    /// The value cannot be announced.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// Why a configuration cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// SETTINGS_MAX_FRAME_SIZE is outside 16,384 to 16,777,215 octets (RFC 9113 §6.5.2).
    #[error("the largest frame must have 16,384 to 16,777,215 octets")]
    MaxFrameSize,
    /// A window is above 2^31-1 octets (RFC 9113 §6.9.1).
    #[error("a window must not exceed 2,147,483,647 octets")]
    Window,
    /// The connection window is below 65,535 octets, with which every connection starts
    /// (RFC 9113 §6.9.2).
    #[error("the connection window must have at least 65,535 octets")]
    ConnectionWindow,
    /// A limit is zero, which would let nothing pass.
    #[error("the limit {0} must not be zero")]
    Zero(&'static str),
    /// Two values contradict each other: what must hold.
    #[error("the configuration contradicts itself: it must be that {0}")]
    Relation(&'static str),
}

impl From<Violation> for StreamError {
    fn from(violation: Violation) -> Self {
        match violation {
            Violation::Limit(limit) => Self::Limit(limit),
            violation => Self::Violation(violation),
        }
    }
}
