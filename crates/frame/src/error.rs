//! The rules that octets alone can break, and what each of them costs (RFC 9113 §5.4).

use thiserror::Error;

use crate::{ErrorCode, Flags, FrameType, Head, StreamId};

/// A frame that breaks a rule, and which one (RFC 9113 §5.4).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Error)]
#[error("{} on stream {}: {kind}", head.frame_type, head.stream_id)]
pub struct Error {
    head: Head,
    kind: ErrorKind,
}

/// How far an error reaches (RFC 9113 §5.4).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 9113 §5.4 knows these two reaches and no third"
)]
pub enum Scope {
    /// The connection ends (RFC 9113 §5.4.1).
    Connection,
    /// The stream is reset, the connection goes on (RFC 9113 §5.4.2).
    Stream,
}

/// The rules, one variant each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The payload is longer than we allow.
    #[error("the payload exceeds the maximum frame size")]
    FrameTooLarge,
    /// The payload ends before its mandatory fields do.
    #[error("the payload is too short for its mandatory fields")]
    PayloadTooShort,
    /// A frame that belongs to a stream names none.
    #[error("the frame must name a stream")]
    StreamRequired,
    /// A frame that belongs to the connection names a stream.
    #[error("the frame must be on stream 0")]
    ConnectionRequired,
    /// The padding leaves no space for the rest of the payload.
    #[error("the padding is as long as the payload or longer")]
    PaddingTooLong,
    /// A PRIORITY payload is not five octets long.
    #[error("the payload must be 5 octets long")]
    PriorityLength,
    /// A RST_STREAM payload is not four octets long.
    #[error("the payload must be 4 octets long")]
    RstStreamLength,
    /// A SETTINGS payload is not made of whole settings.
    #[error("the payload must be a multiple of 6 octets long")]
    SettingsLength,
    /// A SETTINGS acknowledgment carries settings.
    #[error("an acknowledgment must be empty")]
    SettingsAckLength,
    /// SETTINGS_ENABLE_PUSH is neither 0 nor 1.
    #[error("SETTINGS_ENABLE_PUSH must be 0 or 1")]
    EnablePush,
    /// SETTINGS_INITIAL_WINDOW_SIZE is above 2^31-1.
    #[error("SETTINGS_INITIAL_WINDOW_SIZE must be at most 2^31-1")]
    InitialWindowSize,
    /// SETTINGS_MAX_FRAME_SIZE is below 2^14 or above 2^24-1.
    #[error("SETTINGS_MAX_FRAME_SIZE must be from 2^14 to 2^24-1")]
    MaxFrameSize,
    /// SETTINGS_ENABLE_CONNECT_PROTOCOL is neither 0 nor 1.
    #[error("SETTINGS_ENABLE_CONNECT_PROTOCOL must be 0 or 1")]
    EnableConnectProtocol,
    /// SETTINGS_NO_RFC7540_PRIORITIES is neither 0 nor 1.
    #[error("SETTINGS_NO_RFC7540_PRIORITIES must be 0 or 1")]
    NoRfc7540Priorities,
    /// A promised stream is not one that a server can open.
    #[error("the promised stream must have an even identifier other than 0")]
    PromisedStreamId,
    /// A PING payload is not eight octets long.
    #[error("the payload must be 8 octets long")]
    PingLength,
    /// A WINDOW_UPDATE payload is not four octets long.
    #[error("the payload must be 4 octets long")]
    WindowUpdateLength,
    /// A WINDOW_UPDATE grants nothing.
    #[error("the increment must not be 0")]
    IncrementZero,
    /// A PRIORITY_UPDATE names no stream to prioritize.
    #[error("the prioritized stream must not be 0")]
    PrioritizedStreamId,
}

impl Error {
    #[inline]
    pub(crate) const fn new(head: Head, kind: ErrorKind) -> Self {
        let Head {
            length,
            frame_type,
            flags,
            stream_id,
        } = head;
        Self::apart(length, frame_type, flags, stream_id, kind)
    }

    /// Takes the head in parts, so that one without fault is never laid out in memory.
    #[cold]
    #[inline(never)]
    const fn apart(
        length: u32,
        frame_type: FrameType,
        flags: Flags,
        stream_id: StreamId,
        kind: ErrorKind,
    ) -> Self {
        let head = Head {
            length,
            frame_type,
            flags,
            stream_id,
        };
        Self { head, kind }
    }

    /// The rule that was broken.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The head of the frame that broke it.
    #[must_use]
    pub const fn head(&self) -> Head {
        self.head
    }

    /// The type of that frame.
    #[must_use]
    pub const fn frame_type(&self) -> FrameType {
        self.head.frame_type
    }

    /// The stream of that frame.
    #[must_use]
    pub const fn stream_id(&self) -> StreamId {
        self.head.stream_id
    }

    /// Whether the stream or the connection has to end.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        match self.kind {
            ErrorKind::PriorityLength => Scope::Stream,
            // RFC 9113 §6.9: without a stream, the same fault is one of the connection.
            ErrorKind::IncrementZero if !self.head.stream_id.is_connection() => Scope::Stream,
            _ => Scope::Connection,
        }
    }

    /// The code to send to the peer.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        self.kind.code()
    }

    /// The section that holds the rule, in the form `RFC 9113 §6.9`.
    #[must_use]
    pub const fn section(&self) -> &'static str {
        match self.kind {
            ErrorKind::FrameTooLarge | ErrorKind::PayloadTooShort => "RFC 9113 §4.2",
            ErrorKind::SettingsLength | ErrorKind::SettingsAckLength => "RFC 9113 §6.5",
            ErrorKind::EnablePush | ErrorKind::InitialWindowSize | ErrorKind::MaxFrameSize => {
                "RFC 9113 §6.5.2"
            }
            ErrorKind::EnableConnectProtocol => "RFC 8441 §3",
            ErrorKind::NoRfc7540Priorities => "RFC 9218 §2.1",
            _ => section_of(self.head.frame_type),
        }
    }
}

impl ErrorKind {
    /// The code that goes with the rule, whatever the frame.
    #[must_use]
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::FrameTooLarge
            | Self::PayloadTooShort
            | Self::PriorityLength
            | Self::RstStreamLength
            | Self::SettingsLength
            | Self::SettingsAckLength
            | Self::PingLength
            | Self::WindowUpdateLength => ErrorCode::FRAME_SIZE_ERROR,
            Self::InitialWindowSize => ErrorCode::FLOW_CONTROL_ERROR,
            Self::StreamRequired
            | Self::ConnectionRequired
            | Self::PaddingTooLong
            | Self::EnablePush
            | Self::MaxFrameSize
            | Self::EnableConnectProtocol
            | Self::NoRfc7540Priorities
            | Self::PromisedStreamId
            | Self::IncrementZero
            | Self::PrioritizedStreamId => ErrorCode::PROTOCOL_ERROR,
        }
    }
}

/// The section that defines a frame type, and with it the rules of its own.
const fn section_of(frame_type: FrameType) -> &'static str {
    match frame_type {
        FrameType::DATA => "RFC 9113 §6.1",
        FrameType::HEADERS => "RFC 9113 §6.2",
        FrameType::PRIORITY => "RFC 9113 §6.3",
        FrameType::RST_STREAM => "RFC 9113 §6.4",
        FrameType::SETTINGS => "RFC 9113 §6.5",
        FrameType::PUSH_PROMISE => "RFC 9113 §6.6",
        FrameType::PING => "RFC 9113 §6.7",
        FrameType::GOAWAY => "RFC 9113 §6.8",
        FrameType::WINDOW_UPDATE => "RFC 9113 §6.9",
        FrameType::CONTINUATION => "RFC 9113 §6.10",
        FrameType::PRIORITY_UPDATE => "RFC 9218 §7.1",
        _ => "RFC 9113 §4.1",
    }
}
