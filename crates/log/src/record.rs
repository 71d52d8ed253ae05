//! What an observer is shown, as an event of a log.

use alloc::string::String;
use core::fmt::Write;

use proto::frame::Frame;
use proto::{Direction, Limit, Record, StreamId, Violation};

use crate::at::At;
use crate::fields::FieldList;
use crate::frame::FrameEntry;
use crate::secret::Secrets;
use crate::text::Text;

impl At<'_> {
    /// Appends what a log says of a record: nothing of one that it does not know. The name of a limit or a
    /// rule is written to `name`.
    // Called from one place, for every event: a call would cost more than most of them.
    #[inline(always)]
    pub(crate) fn record(self, record: &Record<'_>, secrets: Secrets, name: &mut String) {
        match *record {
            Record::Frame {
                direction,
                ref frame,
                octets,
            } => self.seen(direction, frame, octets as u64),
            Record::Fields {
                direction,
                stream_id,
                fields,
            } => self.fields(direction, stream_id, FieldList::of_section(fields, secrets)),
            Record::State {
                stream_id,
                from,
                to,
            } => self.state(stream_id, from, to),
            Record::Queued {
                stream_id,
                octets,
                end_stream,
            } => self.queued(stream_id, octets as u64, end_stream),
            Record::Taken { stream_id, octets } => self.taken(stream_id, octets.into()),
            Record::Written { octets } => self.written(octets as u64),
            Record::Created { stream_id } => self.created(stream_id),
            _ => self.rare(record, name),
        }
    }

    #[inline]
    fn seen(self, direction: Direction, frame: &Frame<'_>, octets: u64) {
        match frame {
            Frame::Data(frame) => {
                let content = frame.data.len() as u64;
                self.data(
                    direction,
                    (frame.stream_id, octets),
                    content,
                    frame.end_stream,
                );
            }
            Frame::Headers(frame) => {
                let place = (frame.stream_id, octets);
                self.headers(direction, place, frame.end_stream, frame.end_headers);
            }
            frame => self.frame(direction, FrameEntry::new(*frame, octets)),
        }
    }

    /// What is no part of a usual exchange.
    #[cold]
    fn rare(self, record: &Record<'_>, name: &mut String) {
        match *record {
            Record::Preface { direction } => self.preface(direction),
            Record::Partial {
                frame_type,
                stream_id,
                octets,
            } => self.part(frame_type, stream_id, octets as u64),
            Record::StallBegan { stream_id, window } => self.stall(stream_id, window),
            Record::StallEnded {
                stream_id,
                window,
                waited,
            } => self.stalled(stream_id, window, waited),
            Record::WaitTimed { stream_id, cause } => self.timed(stream_id, cause),
            Record::Limit {
                stream_id,
                limit,
                allowed,
            } => self.named_limit(stream_id, limit, allowed, name),
            Record::Violation {
                stream_id,
                violation,
            } => self.named_violation(stream_id, violation, name),
            _ => {}
        }
    }

    // A string takes all that is written to it.
    fn named_limit(self, stream_id: StreamId, limit: Limit, allowed: u64, name: &mut String) {
        name.clear();
        let _ = write!(name, "{limit:?}");
        self.limit(stream_id, Text::new(name.as_bytes()), allowed);
    }

    fn named_violation(self, stream_id: StreamId, violation: Violation, name: &mut String) {
        name.clear();
        let _ = match violation {
            Violation::Frame(error) => write!(name, "{:?}", error.kind()),
            Violation::Compression(error) => write!(name, "{error:?}"),
            Violation::Connection(rule) => write!(name, "{rule:?}"),
            Violation::Stream(rule) => write!(name, "{rule:?}"),
            Violation::Message(rule) => write!(name, "{rule:?}"),
            violation => write!(name, "{violation:?}"),
        };
        let section = Text::new(violation.section().as_bytes());
        self.violation(stream_id, Text::new(name.as_bytes()), section);
    }
}
