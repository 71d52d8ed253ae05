#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod altsvc;
#[cfg(feature = "arbitrary")]
mod arbitrary;
mod continuation;
mod data;
mod decoder;
mod dependency;
mod error;
mod error_code;
mod flags;
mod frame_type;
mod goaway;
mod head;
mod headers;
mod open;
mod origin;
mod padding;
mod ping;
mod placement;
mod preface;
mod priority;
mod priority_update;
mod push_promise;
mod rst_stream;
mod setting;
mod settings;
mod split;
mod stream_id;
mod text;
mod unknown;
mod window_update;

use core::fmt;

use bytes::BufMut;

pub use crate::altsvc::AltSvc;
pub use crate::continuation::Continuation;
pub use crate::data::Data;
pub use crate::decoder::Decoder;
pub use crate::dependency::Dependency;
pub use crate::error::{Error, ErrorKind, Scope};
pub use crate::error_code::ErrorCode;
pub use crate::flags::Flags;
pub use crate::frame_type::FrameType;
pub use crate::goaway::GoAway;
pub use crate::head::Head;
pub use crate::headers::Headers;
pub use crate::origin::{Origin, OriginIter};
pub use crate::ping::Ping;
pub use crate::preface::PREFACE;
pub use crate::priority::Priority;
pub use crate::priority_update::PriorityUpdate;
pub use crate::push_promise::PushPromise;
pub use crate::rst_stream::RstStream;
pub use crate::setting::{Setting, SettingId};
pub use crate::settings::{Settings, SettingsIter};
pub use crate::split::{Fragment, Fragments, fragments};
pub use crate::stream_id::StreamId;
pub use crate::unknown::Unknown;
pub use crate::window_update::{Increment, WindowUpdate};

/// The largest payload that every peer accepts, in octets (RFC 9113 §4.2).
pub const DEFAULT_MAX_FRAME_SIZE: u32 = 16_384;

/// The largest payload that a peer can be made to accept, in octets (RFC 9113 §4.2).
pub const MAX_FRAME_SIZE_LIMIT: u32 = 0x00ff_ffff;

/// A frame of any type; its payload is borrowed (RFC 9113 §4).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
#[doc(alias("nghttp2_frame"))]
pub enum Frame<'a> {
    /// Content (RFC 9113 §6.1).
    Data(Data<'a>),
    /// The first piece of a field block (RFC 9113 §6.2).
    Headers(Headers<'a>),
    /// A deprecated priority signal (RFC 9113 §6.3).
    Priority(Priority),
    /// The end of a stream at once (RFC 9113 §6.4).
    RstStream(RstStream),
    /// Configuration (RFC 9113 §6.5).
    Settings(Settings<'a>),
    /// An announced request (RFC 9113 §6.6).
    PushPromise(PushPromise<'a>),
    /// A liveness check (RFC 9113 §6.7).
    Ping(Ping),
    /// The end of a connection (RFC 9113 §6.8).
    GoAway(GoAway<'a>),
    /// Credit for flow control (RFC 9113 §6.9).
    WindowUpdate(WindowUpdate),
    /// A further piece of a field block (RFC 9113 §6.10).
    Continuation(Continuation<'a>),
    /// The priority of a response (RFC 9218 §7.1).
    PriorityUpdate(PriorityUpdate<'a>),
    /// An alternative service (RFC 7838 §4).
    AltSvc(AltSvc<'a>),
    /// Origins that the connection serves (RFC 8336 §2).
    Origin(Origin<'a>),
    /// A frame to ignore, of a type that is not known (RFC 9113 §5.5).
    Unknown(Unknown<'a>),
}

/// Does the same with the frame, whichever it is.
macro_rules! each {
    ($frame:expr, $inner:ident => $action:expr) => {
        match $frame {
            Frame::Data($inner) => $action,
            Frame::Headers($inner) => $action,
            Frame::Priority($inner) => $action,
            Frame::RstStream($inner) => $action,
            Frame::Settings($inner) => $action,
            Frame::PushPromise($inner) => $action,
            Frame::Ping($inner) => $action,
            Frame::GoAway($inner) => $action,
            Frame::WindowUpdate($inner) => $action,
            Frame::Continuation($inner) => $action,
            Frame::PriorityUpdate($inner) => $action,
            Frame::AltSvc($inner) => $action,
            Frame::Origin($inner) => $action,
            Frame::Unknown($inner) => $action,
        }
    };
}

impl<'a> Frame<'a> {
    /// Reads a payload as what its head says that it is.
    ///
    /// The length that counts is that of `payload`; the one in `head` shows up in errors only.
    /// The maximum frame size is the business of [`Decoder`].
    ///
    /// # Errors
    ///
    /// The rule that the frame breaks, as far as its octets alone can show.
    #[inline]
    pub fn parse(head: Head, payload: &'a [u8]) -> Result<Self, Error> {
        Ok(match head.frame_type {
            FrameType::DATA => Self::Data(Data::parse(head, payload)?),
            FrameType::HEADERS => Self::Headers(Headers::parse(head, payload)?),
            FrameType::PRIORITY => Self::Priority(Priority::parse(head, payload)?),
            FrameType::RST_STREAM => Self::RstStream(RstStream::parse(head, payload)?),
            FrameType::SETTINGS => Self::Settings(Settings::parse(head, payload)?),
            FrameType::PUSH_PROMISE => Self::PushPromise(PushPromise::parse(head, payload)?),
            FrameType::PING => Self::Ping(Ping::parse(head, payload)?),
            FrameType::GOAWAY => Self::GoAway(GoAway::parse(head, payload)?),
            FrameType::WINDOW_UPDATE => Self::WindowUpdate(WindowUpdate::parse(head, payload)?),
            FrameType::CONTINUATION => Self::Continuation(Continuation::parse(head, payload)?),
            FrameType::PRIORITY_UPDATE => {
                Self::PriorityUpdate(PriorityUpdate::parse(head, payload)?)
            }
            FrameType::ALTSVC => AltSvc::parse(head, payload).map_or_else(
                || Self::Unknown(Unknown::parse(head, payload)),
                Self::AltSvc,
            ),
            FrameType::ORIGIN => Origin::parse(head, payload).map_or_else(
                || Self::Unknown(Unknown::parse(head, payload)),
                Self::Origin,
            ),
            // RFC 9113 §4.1: what a type that is not known means is not judged.
            _ => Self::Unknown(Unknown::parse(head, payload)),
        })
    }

    /// Appends the frame.
    ///
    /// It writes what it is told: whether the peer may be told so is judged by [`Frame::parse`].
    ///
    /// # Panics
    ///
    /// As [`Head::encode`] does: if the payload is longer than 2^24-1 octets, or `out` has no space.
    #[inline]
    pub fn encode(&self, out: &mut impl BufMut) {
        each!(self, frame => frame.encode(out));
    }

    /// The nine octets before the payload.
    #[inline]
    #[must_use]
    pub fn head(&self) -> Head {
        each!(self, frame => frame.head())
    }

    /// The type.
    #[inline]
    #[must_use]
    pub fn frame_type(&self) -> FrameType {
        self.head().frame_type
    }

    /// The stream, or 0 for the connection.
    #[inline]
    #[must_use]
    pub fn stream_id(&self) -> StreamId {
        self.head().stream_id
    }
}

/// Writes one line without its end, such as `DATA stream=1 END_STREAM length=5`.
impl fmt::Display for Frame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        each!(self, frame => fmt::Display::fmt(frame, f))
    }
}

/// Allows `Frame::from(Ping::new(payload))`.
macro_rules! from {
    ($($frame:ident($inner:ty),)*) => {
        $(impl<'a> From<$inner> for Frame<'a> {
            fn from(frame: $inner) -> Self {
                Self::$frame(frame)
            }
        })*
    };
}

from! {
    Data(Data<'a>),
    Headers(Headers<'a>),
    Priority(Priority),
    RstStream(RstStream),
    Settings(Settings<'a>),
    PushPromise(PushPromise<'a>),
    Ping(Ping),
    GoAway(GoAway<'a>),
    WindowUpdate(WindowUpdate),
    Continuation(Continuation<'a>),
    PriorityUpdate(PriorityUpdate<'a>),
    AltSvc(AltSvc<'a>),
    Origin(Origin<'a>),
    Unknown(Unknown<'a>),
}
