//! An entry as a line.

use alloc::vec::Vec;
use core::time::Duration;

use proto::StreamId;

use crate::entry::{Entry, Event};
use crate::frame::put_type;
use crate::names::{CAUSES, DIRECTIONS, SIDES, STATES, WINDOWS, word};
use crate::put::{self, EIGHT};
use crate::window::nanoseconds;

impl Entry<'_> {
    /// Appends the entry as a line, with its end.
    pub fn write(&self, out: &mut Vec<u8>) {
        put::number(self.connection, out);
        put::next(nanoseconds(self.at), out);
        self.event.end(out);
    }
}

/// What the lines of a connection begin with: its number, and the time, of which all but the last eight digits
/// seldom change.
#[derive(Debug)]
pub(crate) struct Prefix {
    connection: u64,
    /// What the time is without its last eight digits, and how lines begin then.
    front: u64,
    text: Vec<u8>,
}

impl Prefix {
    pub(crate) fn new(connection: u64) -> Self {
        Self {
            connection,
            front: 0,
            text: Vec::new(),
        }
    }

    /// Appends a line, with its end.
    pub(crate) fn write(&mut self, at: Duration, event: Event<'_>, out: &mut Vec<u8>) {
        let time = nanoseconds(at);
        let (front, back) = (time / EIGHT, time % EIGHT);
        if front != self.front || front == 0 {
            self.front = front;
            self.text.clear();
            put::number(self.connection, &mut self.text);
            put::next(front, &mut self.text);
        }
        match front {
            0 => {
                put::number(self.connection, out);
                put::next(time, out);
            }
            _ => {
                out.extend_from_slice(&self.text);
                put::padded(back, out);
            }
        }
        event.end(out);
    }
}

impl Event<'_> {
    /// Appends what stands behind the time, and the end of the line.
    fn end(self, out: &mut Vec<u8>) {
        self.put(out);
        out.push(b'\n');
    }

    #[inline]
    fn put(self, out: &mut Vec<u8>) {
        match self {
            Self::Begin { side, name } => {
                put::word("begin", out);
                named(SIDES, &side, out);
                put::word("name=", out);
                name.put(out);
            }
            Self::Preface { direction } => {
                named(DIRECTIONS, &direction, out);
                put::word("PREFACE", out);
            }
            Self::Frame { direction, frame } => {
                named(DIRECTIONS, &direction, out);
                frame.put(out);
            }
            Self::Fields {
                direction,
                stream_id,
                fields,
            } => {
                put::word("fields", out);
                named(DIRECTIONS, &direction, out);
                put::next(stream_id.value().into(), out);
                fields.put(out);
            }
            Self::Full => put::word("full", out),
            Self::End => put::word("end", out),
            event => event.put_move(out),
        }
    }

    /// What moves a stream or an octet.
    fn put_move(self, out: &mut Vec<u8>) {
        match self {
            Self::Partial {
                frame_type,
                stream_id,
                octets,
            } => {
                put::word("part", out);
                put_type(frame_type, out);
                put::next(stream_id.value().into(), out);
                put::next(octets, out);
            }
            Self::State {
                stream_id,
                from,
                to,
            } => {
                on("state", stream_id, out);
                named(STATES, &from, out);
                named(STATES, &to, out);
            }
            Self::Created { stream_id } => on("created", stream_id, out),
            Self::Queued {
                stream_id,
                octets,
                end_stream,
            } => {
                on("queued", stream_id, out);
                put::next(octets, out);
                put::flag(end_stream, "END_STREAM", out);
            }
            Self::Taken { stream_id, octets } => {
                on("taken", stream_id, out);
                put::next(octets, out);
            }
            Self::Written { octets } => {
                put::word("written", out);
                put::next(octets, out);
            }
            event => event.put_wait(out),
        }
    }

    /// What holds a stream up.
    fn put_wait(self, out: &mut Vec<u8>) {
        match self {
            Self::StallBegan { stream_id, window } => {
                on("stall", stream_id, out);
                named(WINDOWS, &window, out);
            }
            Self::StallEnded {
                stream_id,
                window,
                waited,
            } => {
                on("stalled", stream_id, out);
                named(WINDOWS, &window, out);
                put::next(nanoseconds(waited), out);
            }
            Self::WaitTimed { stream_id, cause } => {
                on("timed", stream_id, out);
                named(CAUSES, &cause, out);
            }
            Self::Violation {
                stream_id,
                rule,
                section,
            } => {
                on("violation", stream_id, out);
                put::word("name=", out);
                rule.put(out);
                put::word("section=", out);
                section.put(out);
            }
            Self::Limit {
                stream_id,
                limit,
                allowed,
            } => {
                on("limit", stream_id, out);
                put::word("name=", out);
                limit.put(out);
                put::next(allowed, out);
            }
            _ => {}
        }
    }
}

fn on(name: &str, stream_id: StreamId, out: &mut Vec<u8>) {
    put::word(name, out);
    put::next(stream_id.value().into(), out);
}

/// A value that has a word. One that was added since, which has none, is written as `?`, and read by
/// nobody.
fn named<T: PartialEq>(names: &[(T, &'static str)], value: &T, out: &mut Vec<u8>) {
    put::word(word(names, value).unwrap_or("?"), out);
}
