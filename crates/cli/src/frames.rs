//! `-v`: every frame on stderr, a line for each, and the fields that it carries.

use alloc::string::String;
use core::fmt::{self, Display};
use std::io::{self, Write};
use std::time::Instant;

use blocking::proto::frame::Frame;
use blocking::proto::{Direction, HeaderField, Observe, Record};
use tress_log::is_secret;

use crate::talk;

/// The octets of a frame that are not payload (RFC 9113 §4.1).
pub(crate) const HEAD_LEN: usize = 9;

/// Writes frames to stderr, each behind its time.
#[derive(Debug)]
pub(crate) struct Frames {
    /// When the times begin.
    start: Instant,
    /// What each line begins with, where lines of several connections mingle.
    prefix: String,
}

impl Frames {
    /// Counts the time from `start`, and names the connection in every line, if it has a name.
    pub(crate) fn new(start: Instant, connection: Option<&dyn Display>) -> Self {
        let prefix = connection.map(|name| alloc::format!("{name} "));
        Self {
            start,
            prefix: prefix.unwrap_or_default(),
        }
    }
}

impl Observe for Frames {
    fn record(&mut self, record: Record<'_>) {
        // If stderr is gone, there is nobody to tell.
        let prefix = Prefix(Time(self.start), &self.prefix);
        let _ = write_record(&mut anstream::stderr().lock(), &prefix, &record);
    }
}

/// How long ago something began, in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time(pub(crate) Instant);

impl Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{:8.4}]", self.0.elapsed().as_secs_f64())
    }
}

/// What a line begins with.
struct Prefix<'a>(Time, &'a str);

impl Display for Prefix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (faint, Self(time, connection)) = (talk::FAINT, self);
        write!(f, "{faint}{time}{faint:#} {connection}")
    }
}

/// Writes a record, if it is one for people.
fn write_record(out: &mut dyn Write, prefix: &dyn Display, record: &Record<'_>) -> io::Result<()> {
    match *record {
        Record::Preface { direction } => {
            let (style, arrow) = mark(direction);
            writeln!(out, "{prefix}{style}{arrow} PREFACE{style:#}")
        }
        Record::Frame {
            direction,
            frame,
            octets,
        } => {
            let (style, arrow) = mark(direction);
            let line = Line { frame, octets };
            writeln!(out, "{prefix}{style}{arrow} {line}{style:#}")
        }
        Record::Fields {
            direction, fields, ..
        } => {
            let (style, arrow) = mark(direction);
            for field in fields {
                let line = FieldLine(field);
                writeln!(out, "{prefix}{style}{arrow}{style:#}     {line}")?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn mark(direction: Direction) -> (anstyle::Style, char) {
    match direction {
        Direction::Sent => (talk::SENT, '>'),
        Direction::Received => (talk::RECEIVED, '<'),
    }
}

/// A frame, such as `DATA stream=1 END_STREAM length=5`.
struct Line<'a> {
    frame: Frame<'a>,
    octets: usize,
}

impl Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.frame {
            // The content that is sent is not shown to an observer, but its length is.
            Frame::Data(data)
                if data.data.len() + HEAD_LEN < self.octets && data.pad_length.is_none() =>
            {
                let end = if data.end_stream { " END_STREAM" } else { "" };
                let length = self.octets - HEAD_LEN;
                write!(f, "DATA stream={}{end} length={length}", data.stream_id)
            }
            frame => Display::fmt(&frame, f),
        }
    }
}

/// A field, such as `content-type: text/plain`, without secrets and without what could disturb a
/// terminal.
struct FieldLine<'a>(HeaderField<'a>);

impl Display for FieldLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let HeaderField { name, value, .. } = self.0;
        write!(f, "{}: ", Harmless(name))?;
        if is_secret(name) {
            return write!(f, "[{} octets, not shown]", value.len());
        }
        Harmless(value).fmt(f)
    }
}

/// Octets of a peer, for a terminal.
pub(crate) struct Harmless<'a>(pub(crate) &'a [u8]);

impl Display for Harmless<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match core::str::from_utf8(self.0) {
            Ok(text) if !text.chars().any(char::is_control) => f.write_str(text),
            _ => write!(f, "{}", self.0.escape_ascii()),
        }
    }
}

#[cfg(test)]
mod tests;
