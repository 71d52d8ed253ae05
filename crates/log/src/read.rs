//! The octets of an event, read.

use core::time::Duration;

use proto::Direction;
use proto::frame::FrameType;

use crate::entry::Event;
use crate::error::ErrorKind;
use crate::fields::FieldList;
use crate::frame::FrameEntry;
use crate::input::Input;
use crate::kind;
use crate::names::{CAUSES, DIRECTIONS, SIDES, STATES, WINDOWS, value};

impl<'a> Event<'a> {
    /// What stands behind the kind of an event and its time.
    pub(crate) fn read(kind: u8, input: &mut Input<'a>) -> Result<Self, ErrorKind> {
        Ok(match kind {
            kind::BEGIN..kind::PREFACE => Self::Begin {
                side: value(SIDES, kind - kind::BEGIN)?,
                name: input.text()?,
            },
            kind::PREFACE..kind::FRAME => Self::Preface {
                direction: direction(kind - kind::PREFACE)?,
            },
            kind::FRAME..kind::FIELDS => Self::Frame {
                direction: direction(kind - kind::FRAME)?,
                frame: FrameEntry::read(input)?,
            },
            kind::FIELDS..kind::PART => Self::Fields {
                direction: direction(kind - kind::FIELDS)?,
                stream_id: input.stream_id()?,
                fields: FieldList::read(input)?,
            },
            kind::PART => Self::Partial {
                stream_id: input.stream_id()?,
                frame_type: FrameType(input.octet()?),
                octets: input.number()?,
            },
            kind::WRITTEN => Self::Written {
                octets: input.number()?,
            },
            kind::FULL => Self::Full,
            kind::END => Self::End,
            kind => return Self::read_move(kind, input),
        })
    }

    /// What moves a stream.
    fn read_move(kind: u8, input: &mut Input<'a>) -> Result<Self, ErrorKind> {
        let stream_id = input.stream_id()?;
        Ok(match kind {
            kind::STATE => {
                let states = input.octet()?;
                Self::State {
                    stream_id,
                    from: value(STATES, states >> 4)?,
                    to: value(STATES, states & 0xf)?,
                }
            }
            kind::CREATED => Self::Created { stream_id },
            kind::TAKEN => Self::Taken {
                stream_id,
                octets: input.number()?,
            },
            kind::QUEUED..kind::STALL => Self::Queued {
                stream_id,
                octets: input.number()?,
                end_stream: kind > kind::QUEUED,
            },
            kind::STALL..kind::STALLED => Self::StallBegan {
                stream_id,
                window: value(WINDOWS, kind - kind::STALL)?,
            },
            kind::STALLED..kind::STATE => Self::StallEnded {
                stream_id,
                window: value(WINDOWS, kind - kind::STALLED)?,
                waited: Duration::from_nanos(input.number()?),
            },
            kind::VIOLATION => Self::Violation {
                stream_id,
                rule: input.text()?,
                section: input.text()?,
            },
            kind::LIMIT => Self::Limit {
                stream_id,
                limit: input.text()?,
                allowed: input.number()?,
            },
            kind::TIMED.. => Self::WaitTimed {
                stream_id,
                cause: value(CAUSES, kind - kind::TIMED)?,
            },
            _ => return Err(ErrorKind::Unknown),
        })
    }
}

fn direction(code: u8) -> Result<Direction, ErrorKind> {
    value(DIRECTIONS, code)
}
