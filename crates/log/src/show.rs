//! An event in words.

use core::fmt;

use proto::StreamId;

use crate::entry::Event;
use crate::fields::{Field, FieldList, Value};
use crate::names::{CAUSES, SIDES, STATES, WINDOWS, word};

impl fmt::Display for Event<'_> {
    /// What happened, such as `state stream=1 open half-closed-local`, in one line that does not disturb a
    /// terminal. Which way it went is not said.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Begin { side, name } => write!(f, "begin {} {name}", word(SIDES, &side)),
            Self::Preface { .. } => f.write_str("PREFACE"),
            Self::Frame { frame, .. } => frame.fmt(f),
            Self::Fields {
                stream_id, fields, ..
            } => {
                on(f, "fields", stream_id)?;
                fields.fmt(f)
            }
            Self::Partial {
                frame_type,
                stream_id,
                octets,
            } => {
                on(f, "part", stream_id)?;
                write!(f, " {frame_type} octets={octets}")
            }
            Self::State {
                stream_id,
                from,
                to,
            } => {
                on(f, "state", stream_id)?;
                write!(f, " {} {}", word(STATES, &from), word(STATES, &to))
            }
            Self::Created { stream_id } => on(f, "created", stream_id),
            Self::Queued {
                stream_id,
                octets,
                end_stream,
            } => {
                on(f, "queued", stream_id)?;
                let end = if end_stream { " END_STREAM" } else { "" };
                write!(f, " octets={octets}{end}")
            }
            Self::Taken { stream_id, octets } => {
                on(f, "taken", stream_id)?;
                write!(f, " octets={octets}")
            }
            Self::Written { octets } => write!(f, "written octets={octets}"),
            Self::Full => f.write_str("full"),
            Self::End => f.write_str("end"),
            ref event => event.fmt_wait(f),
        }
    }
}

impl Event<'_> {
    /// What holds a stream up.
    fn fmt_wait(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::StallBegan { stream_id, window } => {
                on(f, "stall", stream_id)?;
                write!(f, " window={}", word(WINDOWS, &window))
            }
            Self::StallEnded {
                stream_id,
                window,
                waited,
            } => {
                on(f, "stalled", stream_id)?;
                write!(f, " window={} waited={waited:?}", word(WINDOWS, &window))
            }
            Self::WaitTimed { stream_id, cause } => {
                on(f, "timed", stream_id)?;
                write!(f, " cause={}", word(CAUSES, &cause))
            }
            Self::Violation {
                stream_id,
                rule,
                section,
            } => {
                on(f, "violation", stream_id)?;
                write!(f, " {rule} ({section})")
            }
            Self::Limit {
                stream_id,
                limit,
                allowed,
            } => {
                on(f, "limit", stream_id)?;
                write!(f, " {limit} allowed={allowed}")
            }
            _ => Ok(()),
        }
    }
}

fn on(f: &mut fmt::Formatter<'_>, name: &str, stream_id: StreamId) -> fmt::Result {
    write!(f, "{name} stream={stream_id}")
}

impl fmt::Display for FieldList<'_> {
    /// Each field behind a blank, and how many more there were.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|field| write!(f, " {field}"))?;
        match self.more() {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

impl fmt::Display for Field<'_> {
    /// Such as `:method=GET`, and `cookie=[12 octets]` of a secret; behind `!` if it is never indexed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.is_sensitive { "!" } else { "" };
        write!(f, "{mark}{}=", self.name)?;
        match self.value {
            Value::Whole(text) => text.fmt(f),
            Value::Part(text, octets) => write!(f, "{text}… [{octets} octets]"),
            Value::Hidden(octets) => write!(f, "[{octets} octets]"),
        }
    }
}
