//! A frame in a log: what it says, without content and fields.

use alloc::vec::Vec;
use core::fmt;

use proto::frame::{Frame, FrameType};
use proto::{ErrorCode, StreamId};

use crate::error::ErrorKind;
use crate::input::Input;
use crate::put;
use crate::settings::SettingList;
use crate::text::Text;

/// So many octets are written of what a frame carries as text.
const MOST_OCTETS: usize = 256;

/// The flags that are written, as they are on the wire (RFC 9113 §6).
const END_STREAM: u8 = 0x1;
const ACK: u8 = 0x1;
const END_HEADERS: u8 = 0x4;

/// A frame (RFC 9113 §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "made by whoever writes a log")]
pub struct FrameEntry<'a> {
    /// Its stream, or 0 for the connection.
    pub stream_id: StreamId,
    /// How many octets it has on the wire, its nine first octets included.
    pub octets: u64,
    /// What it says.
    pub detail: Detail<'a>,
}

/// What a frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Detail<'a> {
    /// DATA (RFC 9113 §6.1). For flow control, all octets but nine count.
    Data {
        /// The octets of content, without padding.
        content: u64,
        /// Whether the message ends with it.
        end_stream: bool,
    },
    /// HEADERS (RFC 9113 §6.2).
    Headers {
        /// Whether the message ends with it.
        end_stream: bool,
        /// Whether the field block does.
        end_headers: bool,
    },
    /// SETTINGS (RFC 9113 §6.5).
    Settings(SettingList<'a>),
    /// The acknowledgment of SETTINGS (RFC 9113 §6.5.3).
    SettingsAck,
    /// PUSH_PROMISE (RFC 9113 §6.6).
    PushPromise {
        /// The stream that is promised.
        promised: StreamId,
        /// Whether the field block ends with it.
        end_headers: bool,
    },
    /// PING (RFC 9113 §6.7).
    Ping {
        /// Its payload.
        payload: [u8; 8],
        /// Whether it is an answer.
        ack: bool,
    },
    /// GOAWAY (RFC 9113 §6.8).
    GoAway {
        /// The last stream that was or may be processed.
        last: StreamId,
        /// Why.
        code: ErrorCode,
        /// The first 256 octets of its debug data.
        debug: Text<'a>,
    },
    /// WINDOW_UPDATE (RFC 9113 §6.9).
    WindowUpdate {
        /// How much more may be sent, in octets.
        increment: u32,
    },
    /// RST_STREAM (RFC 9113 §6.4).
    RstStream {
        /// Why.
        code: ErrorCode,
    },
    /// CONTINUATION (RFC 9113 §6.10).
    Continuation {
        /// Whether the field block ends with it.
        end_headers: bool,
    },
    /// PRIORITY_UPDATE (RFC 9218 §7.1).
    PriorityUpdate {
        /// The stream that it is about.
        prioritized: StreamId,
        /// The first 256 octets of its priority field value.
        value: Text<'a>,
    },
    /// A frame of another type, of which nothing is written but that.
    Other(FrameType),
}

impl<'a> FrameEntry<'a> {
    /// What is written of a frame that has so many octets on the wire.
    #[must_use]
    pub fn new(frame: Frame<'a>, octets: u64) -> Self {
        Self {
            stream_id: frame.stream_id(),
            octets,
            detail: Detail::of(frame),
        }
    }

    pub(crate) fn read(input: &mut Input<'a>) -> Result<Self, ErrorKind> {
        let (frame_type, flags) = (FrameType(input.octet()?), input.octet()?);
        Ok(Self {
            stream_id: input.stream_id()?,
            octets: input.number()?,
            detail: Detail::read(frame_type, flags, input)?,
        })
    }
}

impl<'a> Detail<'a> {
    fn of(frame: Frame<'a>) -> Self {
        let text = |octets| Text::new(octets).first(MOST_OCTETS);
        match frame {
            Frame::Data(frame) => Self::Data {
                content: frame.data.len() as u64,
                end_stream: frame.end_stream,
            },
            Frame::Headers(frame) => Self::Headers {
                end_stream: frame.end_stream,
                end_headers: frame.end_headers,
            },
            Frame::Settings(frame) if frame.ack => Self::SettingsAck,
            Frame::Settings(frame) => Self::Settings(SettingList::of_frame(frame)),
            Frame::PushPromise(frame) => Self::PushPromise {
                promised: frame.promised_id,
                end_headers: frame.end_headers,
            },
            Frame::Ping(frame) => Self::Ping {
                payload: frame.payload,
                ack: frame.ack,
            },
            Frame::GoAway(frame) => Self::GoAway {
                last: frame.last_stream_id,
                code: frame.error_code,
                debug: text(frame.debug_data),
            },
            Frame::WindowUpdate(frame) => Self::WindowUpdate {
                increment: frame.increment.value(),
            },
            Frame::RstStream(frame) => Self::RstStream {
                code: frame.error_code,
            },
            Frame::Continuation(frame) => Self::Continuation {
                end_headers: frame.end_headers,
            },
            Frame::PriorityUpdate(frame) => Self::PriorityUpdate {
                prioritized: frame.prioritized_id,
                value: text(frame.field_value),
            },
            frame => Self::Other(frame.frame_type()),
        }
    }

    /// The type of the frame.
    #[must_use]
    pub const fn frame_type(self) -> FrameType {
        match self {
            Self::Data { .. } => FrameType::DATA,
            Self::Headers { .. } => FrameType::HEADERS,
            Self::Settings(_) | Self::SettingsAck => FrameType::SETTINGS,
            Self::PushPromise { .. } => FrameType::PUSH_PROMISE,
            Self::Ping { .. } => FrameType::PING,
            Self::GoAway { .. } => FrameType::GOAWAY,
            Self::WindowUpdate { .. } => FrameType::WINDOW_UPDATE,
            Self::RstStream { .. } => FrameType::RST_STREAM,
            Self::Continuation { .. } => FrameType::CONTINUATION,
            Self::PriorityUpdate { .. } => FrameType::PRIORITY_UPDATE,
            Self::Other(frame_type) => frame_type,
        }
    }

    /// Its flags, of those that are written.
    pub(crate) const fn flags(self) -> u8 {
        match self {
            Self::Data { end_stream, .. } => flags(end_stream, false),
            Self::Headers {
                end_stream,
                end_headers,
            } => flags(end_stream, end_headers),
            Self::PushPromise { end_headers, .. } | Self::Continuation { end_headers } => {
                flags(false, end_headers)
            }
            Self::SettingsAck | Self::Ping { ack: true, .. } => ACK,
            _ => 0,
        }
    }

    /// Appends what stands behind the octets of the frame.
    pub(crate) fn put(self, out: &mut Vec<u8>) {
        match self {
            Self::Data { content, .. } => put::number(content, out),
            Self::Settings(settings) => settings.put(out),
            Self::PushPromise { promised, .. } => put::number(promised.value().into(), out),
            Self::Ping { payload, .. } => out.extend_from_slice(&payload),
            Self::GoAway { last, code, debug } => {
                put::number(last.value().into(), out);
                put::number(code.0.into(), out);
                put::text(debug.as_bytes(), out);
            }
            Self::WindowUpdate { increment } => put::number(increment.into(), out),
            Self::RstStream { code } => put::number(code.0.into(), out),
            Self::PriorityUpdate { prioritized, value } => {
                put::number(prioritized.value().into(), out);
                put::text(value.as_bytes(), out);
            }
            Self::Headers { .. }
            | Self::SettingsAck
            | Self::Continuation { .. }
            | Self::Other(_) => {}
        }
    }

    fn read(frame_type: FrameType, flags: u8, input: &mut Input<'a>) -> Result<Self, ErrorKind> {
        let (end_stream, end_headers) = (flags & END_STREAM != 0, flags & END_HEADERS != 0);
        let detail = match frame_type {
            FrameType::DATA => Self::Data {
                content: input.number()?,
                end_stream,
            },
            FrameType::HEADERS => Self::Headers {
                end_stream,
                end_headers,
            },
            FrameType::SETTINGS if flags == ACK => Self::SettingsAck,
            FrameType::SETTINGS => Self::Settings(SettingList::read(input)?),
            FrameType::PUSH_PROMISE => Self::PushPromise {
                promised: input.stream_id()?,
                end_headers,
            },
            FrameType::PING => Self::Ping {
                payload: payload(input)?,
                ack: flags & ACK != 0,
            },
            FrameType::GOAWAY => Self::GoAway {
                last: input.stream_id()?,
                code: ErrorCode(input.small()?),
                debug: input.text()?,
            },
            FrameType::WINDOW_UPDATE => Self::WindowUpdate {
                increment: input.small()?,
            },
            FrameType::RST_STREAM => Self::RstStream {
                code: ErrorCode(input.small()?),
            },
            FrameType::CONTINUATION => Self::Continuation { end_headers },
            FrameType::PRIORITY_UPDATE => Self::PriorityUpdate {
                prioritized: input.stream_id()?,
                value: input.text()?,
            },
            frame_type => Self::Other(frame_type),
        };
        // A flag that means nothing is no flag of this format.
        if detail.flags() == flags {
            Ok(detail)
        } else {
            Err(ErrorKind::Unknown)
        }
    }
}

/// END_STREAM and END_HEADERS.
pub(crate) const fn flags(end_stream: bool, end_headers: bool) -> u8 {
    (end_stream as u8 * END_STREAM) | (end_headers as u8 * END_HEADERS)
}

fn payload(input: &mut Input<'_>) -> Result<[u8; 8], ErrorKind> {
    let octets = input.take(8)?;
    octets.first_chunk().copied().ok_or(ErrorKind::TooShort)
}

impl fmt::Display for FrameEntry<'_> {
    /// The frame as a word of its type and what it says, such as `DATA stream=1 length=5 END_STREAM`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frame_type = self.detail.frame_type();
        let length = self.octets.saturating_sub(9);
        write!(f, "{frame_type} stream={} length={length}", self.stream_id)?;
        match self.detail {
            Detail::Data { end_stream, .. } => flag(f, end_stream, "END_STREAM"),
            Detail::Headers {
                end_stream,
                end_headers,
            } => {
                flag(f, end_stream, "END_STREAM")?;
                flag(f, end_headers, "END_HEADERS")
            }
            Detail::Settings(settings) => settings
                .iter()
                .try_for_each(|setting| write!(f, " {}={}", setting.id, setting.value)),
            Detail::SettingsAck => f.write_str(" ACK"),
            Detail::PushPromise {
                promised,
                end_headers,
            } => {
                write!(f, " promised={promised}")?;
                flag(f, end_headers, "END_HEADERS")
            }
            Detail::Ping { ack, .. } => flag(f, ack, "ACK"),
            Detail::GoAway { last, code, debug } => {
                write!(f, " last={last} code={code}")?;
                match debug.is_empty() {
                    true => Ok(()),
                    false => write!(f, " debug={debug}"),
                }
            }
            Detail::WindowUpdate { increment } => write!(f, " increment={increment}"),
            Detail::RstStream { code } => write!(f, " code={code}"),
            Detail::Continuation { end_headers } => flag(f, end_headers, "END_HEADERS"),
            Detail::PriorityUpdate { prioritized, value } => {
                write!(f, " prioritized={prioritized} value={value}")
            }
            Detail::Other(_) => Ok(()),
        }
    }
}

fn flag(f: &mut fmt::Formatter<'_>, is_set: bool, name: &str) -> fmt::Result {
    if is_set { write!(f, " {name}") } else { Ok(()) }
}
