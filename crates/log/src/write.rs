//! An entry as a chunk.

use alloc::vec::Vec;

use crate::at::{At, nanoseconds};
use crate::chunk;
use crate::entry::{Entry, Event};

impl Entry<'_> {
    /// Appends the entry, as a chunk of its own.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut chunk = Vec::new();
        chunk::open(self.connection, nanoseconds(self.at), &mut chunk);
        let at = At {
            out: &mut chunk,
            delta: 0,
        };
        self.event.put(at);
        out.extend_from_slice(chunk::close(&mut chunk));
    }
}

impl Event<'_> {
    pub(crate) fn put(self, at: At<'_>) {
        match self {
            Self::Begin { side, name } => at.begin(side, name),
            Self::Preface { direction } => at.preface(direction),
            Self::Frame { direction, frame } => at.frame(direction, frame),
            Self::Fields {
                direction,
                stream_id,
                fields,
            } => at.fields(direction, stream_id, fields),
            Self::Partial {
                frame_type,
                stream_id,
                octets,
            } => at.part(frame_type, stream_id, octets),
            Self::State {
                stream_id,
                from,
                to,
            } => at.state(stream_id, from, to),
            Self::Created { stream_id } => at.created(stream_id),
            Self::Queued {
                stream_id,
                octets,
                end_stream,
            } => at.queued(stream_id, octets, end_stream),
            Self::Taken { stream_id, octets } => at.taken(stream_id, octets),
            Self::Written { octets } => at.written(octets),
            Self::StallBegan { stream_id, window } => at.stall(stream_id, window),
            Self::StallEnded {
                stream_id,
                window,
                waited,
            } => at.stalled(stream_id, window, waited),
            Self::WaitTimed { stream_id, cause } => at.timed(stream_id, cause),
            Self::Violation {
                stream_id,
                rule,
                section,
            } => at.violation(stream_id, rule, section),
            Self::Limit {
                stream_id,
                limit,
                allowed,
            } => at.limit(stream_id, limit, allowed),
            Self::Full => at.full(),
            Self::End => at.end(),
        }
    }
}
