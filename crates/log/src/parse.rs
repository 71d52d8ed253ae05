//! A line as an entry.

use core::time::Duration;

use proto::Direction;

use crate::entry::{Entry, Event};
use crate::error::ErrorKind;
use crate::fields::FieldList;
use crate::frame::{FrameEntry, frame_type, stream_id};
use crate::names::{CAUSES, DIRECTIONS, SIDES, STATES, WINDOWS, value};
use crate::tokens::Tokens;

impl<'a> Entry<'a> {
    /// Reads a line, without its end.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(line: &'a [u8]) -> Result<Self, ErrorKind> {
        let mut tokens = Tokens::new(line);
        let connection = tokens.number()?;
        let at = Duration::from_nanos(tokens.number()?);
        let event = Event::parse(&mut tokens)?;
        tokens.end()?;
        Ok(Self {
            connection,
            at,
            event,
        })
    }
}

impl<'a> Event<'a> {
    fn parse(tokens: &mut Tokens<'a>) -> Result<Self, ErrorKind> {
        let kind = tokens.word()?;
        if let Some(direction) = value(DIRECTIONS, kind) {
            return Self::parse_frame(direction, tokens);
        }
        Ok(match kind {
            b"begin" => Self::Begin {
                side: named(SIDES, tokens)?,
                name: tokens.text("name")?,
            },
            b"fields" => {
                let (direction, stream_id) = (named(DIRECTIONS, tokens)?, stream_id(tokens)?);
                let fields = FieldList::of_words(*tokens)?;
                tokens.rest();
                Self::Fields {
                    direction,
                    stream_id,
                    fields,
                }
            }
            b"full" => Self::Full,
            b"end" => Self::End,
            kind => return Self::parse_move(kind, tokens),
        })
    }

    fn parse_frame(direction: Direction, tokens: &mut Tokens<'a>) -> Result<Self, ErrorKind> {
        if tokens.flag("PREFACE") {
            return Ok(Self::Preface { direction });
        }
        let frame = FrameEntry::parse(tokens)?;
        Ok(Self::Frame { direction, frame })
    }

    /// What moves a stream or an octet.
    fn parse_move(kind: &[u8], tokens: &mut Tokens<'a>) -> Result<Self, ErrorKind> {
        Ok(match kind {
            b"part" => Self::Partial {
                frame_type: frame_type(tokens.word()?).ok_or(ErrorKind::Word)?,
                stream_id: stream_id(tokens)?,
                octets: tokens.number()?,
            },
            b"state" => Self::State {
                stream_id: stream_id(tokens)?,
                from: named(STATES, tokens)?,
                to: named(STATES, tokens)?,
            },
            b"created" => Self::Created {
                stream_id: stream_id(tokens)?,
            },
            b"queued" => Self::Queued {
                stream_id: stream_id(tokens)?,
                octets: tokens.number()?,
                end_stream: tokens.flag("END_STREAM"),
            },
            b"taken" => Self::Taken {
                stream_id: stream_id(tokens)?,
                octets: tokens.number()?,
            },
            b"written" => Self::Written {
                octets: tokens.number()?,
            },
            kind => return Self::parse_wait(kind, tokens),
        })
    }

    /// What holds a stream up.
    fn parse_wait(kind: &[u8], tokens: &mut Tokens<'a>) -> Result<Self, ErrorKind> {
        Ok(match kind {
            b"stall" => Self::StallBegan {
                stream_id: stream_id(tokens)?,
                window: named(WINDOWS, tokens)?,
            },
            b"stalled" => Self::StallEnded {
                stream_id: stream_id(tokens)?,
                window: named(WINDOWS, tokens)?,
                waited: Duration::from_nanos(tokens.number()?),
            },
            b"timed" => Self::WaitTimed {
                stream_id: stream_id(tokens)?,
                cause: named(CAUSES, tokens)?,
            },
            b"violation" => Self::Violation {
                stream_id: stream_id(tokens)?,
                rule: tokens.text("name")?,
                section: tokens.text("section")?,
            },
            b"limit" => Self::Limit {
                stream_id: stream_id(tokens)?,
                limit: tokens.text("name")?,
                allowed: tokens.number()?,
            },
            _ => return Err(ErrorKind::Word),
        })
    }
}

fn named<T: Copy>(names: &[(T, &str)], tokens: &mut Tokens<'_>) -> Result<T, ErrorKind> {
    value(names, tokens.word()?).ok_or(ErrorKind::Word)
}
