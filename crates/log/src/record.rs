//! What an observer is shown, as an event.

use alloc::string::String;
use core::fmt::Write;

use proto::{Record, Violation};

use crate::entry::Event;
use crate::fields::FieldList;
use crate::frame::FrameEntry;
use crate::secret::Secrets;
use crate::text::Text;

impl<'a> Event<'a> {
    /// What a log says of a record; `None` of one that it does not know. The name of a limit is
    /// written to `name`.
    pub(crate) fn of(record: Record<'a>, secrets: Secrets, name: &'a mut String) -> Option<Self> {
        Some(match record {
            Record::Preface { direction } => Self::Preface { direction },
            Record::Frame {
                direction,
                frame,
                octets,
            } => Self::Frame {
                direction,
                frame: FrameEntry::new(frame, octets),
            },
            Record::Fields {
                direction,
                stream_id,
                fields,
            } => Self::Fields {
                direction,
                stream_id,
                fields: FieldList::of_section(fields, secrets),
            },
            Record::Limit {
                stream_id,
                limit,
                allowed,
            } => {
                name.clear();
                // A string takes all that is written to it.
                let _ = write!(name, "{limit:?}");
                Self::Limit {
                    stream_id,
                    limit: Text::new(name.as_bytes()),
                    allowed,
                }
            }
            Record::Violation {
                stream_id,
                violation,
            } => {
                name.clear();
                let _ = match violation {
                    Violation::Frame(error) => write!(name, "{:?}", error.kind()),
                    Violation::Compression(error) => write!(name, "{error:?}"),
                    Violation::Connection(rule) => write!(name, "{rule:?}"),
                    Violation::Stream(rule) => write!(name, "{rule:?}"),
                    Violation::Message(rule) => write!(name, "{rule:?}"),
                    violation => write!(name, "{violation:?}"),
                };
                Self::Violation {
                    stream_id,
                    rule: Text::new(name.as_bytes()),
                    section: Text::new(violation.section().as_bytes()),
                }
            }
            record => return Self::of_move(record),
        })
    }

    fn of_move(record: Record<'a>) -> Option<Self> {
        Some(match record {
            Record::Partial {
                frame_type,
                stream_id,
                octets,
            } => Self::Partial {
                frame_type,
                stream_id,
                octets: octets as u64,
            },
            Record::State {
                stream_id,
                from,
                to,
            } => Self::State {
                stream_id,
                from,
                to,
            },
            Record::Created { stream_id } => Self::Created { stream_id },
            Record::Queued {
                stream_id,
                octets,
                end_stream,
            } => Self::Queued {
                stream_id,
                octets: octets as u64,
                end_stream,
            },
            Record::Taken { stream_id, octets } => Self::Taken {
                stream_id,
                octets: octets.into(),
            },
            Record::Written { octets } => Self::Written {
                octets: octets as u64,
            },
            Record::StallBegan { stream_id, window } => Self::StallBegan { stream_id, window },
            Record::StallEnded {
                stream_id,
                window,
                waited,
            } => Self::StallEnded {
                stream_id,
                window,
                waited,
            },
            Record::WaitTimed { stream_id, cause } => Self::WaitTimed { stream_id, cause },
            _ => return None,
        })
    }
}
