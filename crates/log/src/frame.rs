//! A frame in a line: what it says, without content and fields.

use alloc::vec::Vec;
use core::fmt;

use proto::frame::{Frame, FrameType};
use proto::{ErrorCode, StreamId};

use crate::error::ErrorKind;
use crate::names::{FRAMES, value, word};
use crate::put;
use crate::settings::SettingList;
use crate::text::{Text, digit};
use crate::tokens::Tokens;

/// So many octets are written of what a frame carries as text.
const MOST_OCTETS: usize = 256;

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
    pub fn new(frame: Frame<'a>, octets: usize) -> Self {
        Self {
            stream_id: frame.stream_id(),
            octets: octets as u64,
            detail: Detail::of(frame),
        }
    }

    pub(crate) fn put(self, out: &mut Vec<u8>) {
        put_type(self.detail.frame_type(), out);
        put::next(self.stream_id.value().into(), out);
        put::next(self.octets, out);
        self.detail.put(out);
    }

    pub(crate) fn parse(tokens: &mut Tokens<'a>) -> Result<Self, ErrorKind> {
        let frame_type = frame_type(tokens.word()?).ok_or(ErrorKind::Word)?;
        let stream_id = stream_id(tokens)?;
        let octets = tokens.number()?;
        Ok(Self {
            stream_id,
            octets,
            detail: Detail::parse(frame_type, tokens)?,
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

    fn put(self, out: &mut Vec<u8>) {
        match self {
            Self::Data {
                content,
                end_stream,
            } => {
                put::next(content, out);
                put::flag(end_stream, "END_STREAM", out);
            }
            Self::Headers {
                end_stream,
                end_headers,
            } => {
                put::flag(end_stream, "END_STREAM", out);
                put::flag(end_headers, "END_HEADERS", out);
            }
            Self::Settings(settings) => settings.put(out),
            Self::SettingsAck => put::word("ACK", out),
            Self::PushPromise {
                promised,
                end_headers,
            } => {
                put::next(promised.value().into(), out);
                put::flag(end_headers, "END_HEADERS", out);
            }
            Self::Ping { payload, ack } => {
                out.push(b' ');
                for octet in payload {
                    put::hex(octet, out);
                }
                put::flag(ack, "ACK", out);
            }
            Self::GoAway { last, code, debug } => {
                put::next(last.value().into(), out);
                put::next(code.0.into(), out);
                put::word("debug=", out);
                debug.put(out);
            }
            Self::WindowUpdate { increment } => put::next(increment.into(), out),
            Self::RstStream { code } => put::next(code.0.into(), out),
            Self::Continuation { end_headers } => put::flag(end_headers, "END_HEADERS", out),
            Self::PriorityUpdate { prioritized, value } => {
                put::next(prioritized.value().into(), out);
                put::word("value=", out);
                value.put(out);
            }
            Self::Other(_) => {}
        }
    }

    fn parse(frame_type: FrameType, tokens: &mut Tokens<'a>) -> Result<Self, ErrorKind> {
        Ok(match frame_type {
            FrameType::DATA => Self::Data {
                content: tokens.number()?,
                end_stream: tokens.flag("END_STREAM"),
            },
            FrameType::HEADERS => Self::Headers {
                end_stream: tokens.flag("END_STREAM"),
                end_headers: tokens.flag("END_HEADERS"),
            },
            FrameType::SETTINGS if tokens.flag("ACK") => Self::SettingsAck,
            FrameType::SETTINGS => {
                let settings = SettingList::of_words(*tokens)?;
                tokens.rest();
                Self::Settings(settings)
            }
            FrameType::PUSH_PROMISE => Self::PushPromise {
                promised: stream_id(tokens)?,
                end_headers: tokens.flag("END_HEADERS"),
            },
            FrameType::PING => Self::Ping {
                payload: payload(tokens.word()?)?,
                ack: tokens.flag("ACK"),
            },
            FrameType::GOAWAY => Self::GoAway {
                last: stream_id(tokens)?,
                code: ErrorCode(tokens.small()?),
                debug: tokens.text("debug")?,
            },
            FrameType::WINDOW_UPDATE => Self::WindowUpdate {
                increment: tokens.small()?,
            },
            FrameType::RST_STREAM => Self::RstStream {
                code: ErrorCode(tokens.small()?),
            },
            FrameType::CONTINUATION => Self::Continuation {
                end_headers: tokens.flag("END_HEADERS"),
            },
            FrameType::PRIORITY_UPDATE => Self::PriorityUpdate {
                prioritized: stream_id(tokens)?,
                value: tokens.text("value")?,
            },
            frame_type => Self::Other(frame_type),
        })
    }
}

/// Appends a blank and the word for a type.
pub(crate) fn put_type(frame_type: FrameType, out: &mut Vec<u8>) {
    match word(FRAMES, &frame_type) {
        Some(name) => put::word(name, out),
        None => {
            put::word("0x", out);
            put::hex(frame_type.0, out);
        }
    }
}

/// The next word, as a stream.
pub(crate) fn stream_id(tokens: &mut Tokens<'_>) -> Result<StreamId, ErrorKind> {
    StreamId::new(tokens.small()?).ok_or(ErrorKind::Number)
}

/// A type by its name, or by its number where it has none.
pub(crate) fn frame_type(name: &[u8]) -> Option<FrameType> {
    if let Some(digits) = name.strip_prefix(b"0x") {
        let [high, low] = *digits else { return None };
        let number = FrameType((digit(high)? << 4) | digit(low)?);
        return word(FRAMES, &number).is_none().then_some(number);
    }
    value(FRAMES, name)
}

fn payload(word: &[u8]) -> Result<[u8; 8], ErrorKind> {
    let mut payload = [0; 8];
    let mut digits = word
        .iter()
        .map(|octet| digit(*octet).ok_or(ErrorKind::Word));
    for octet in &mut payload {
        let mut next = || digits.next().ok_or(ErrorKind::Word)?;
        *octet = (next()? << 4) | next()?;
    }
    match digits.next() {
        None => Ok(payload),
        Some(_) => Err(ErrorKind::Word),
    }
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
