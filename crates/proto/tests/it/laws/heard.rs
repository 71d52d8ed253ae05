//! What an application hears: the parts of each stream, how it finished, and how all of it ended.

use alloc::collections::BTreeMap;

use tress_proto::{Event, Part, Role, StreamError, StreamId};

use super::machine::Machine;

/// What was heard of one stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stream {
    /// Heads, informational responses and trailers.
    pub(crate) fields: Vec<String>,
    /// The content, joined.
    pub(crate) content: Vec<u8>,
    /// Where fields stood: after how many octets of content.
    pub(crate) places: Vec<usize>,
    pub(crate) is_ended: bool,
    pub(crate) error: Option<StreamError>,
    pub(crate) finished: Vec<Result<(), StreamError>>,
}

/// What was heard of one connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) streams: BTreeMap<StreamId, Stream>,
    /// Streams that the peer opened or promised, in order.
    pub(crate) opened: Vec<StreamId>,
    /// Events of the connection that say something of their own.
    pub(crate) others: Vec<String>,
    pub(crate) closed: Vec<String>,
    /// How many events came after the first `Closed`.
    pub(crate) late: usize,
}

impl Heard {
    /// Polls all events; returns the streams that the peer opened.
    pub(crate) fn poll<M: Machine>(&mut self, machine: &mut M) -> Vec<StreamId> {
        let known = self.opened.len();
        while let Some(event) = machine.event() {
            self.late += usize::from(!self.closed.is_empty());
            self.note(event);
        }
        self.opened[known..].to_vec()
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Opened { stream_id }
            | Event::Promised {
                promised_id: stream_id,
                ..
            } => {
                self.opened.push(stream_id);
                self.streams.entry(stream_id).or_default();
            }
            Event::Finished { stream_id, result } => {
                let stream = self.streams.entry(stream_id).or_default();
                stream.finished.push(result);
            }
            Event::Closed(result) => self.closed.push(format!("{result:?}")),
            // How often these come depends on how often they are asked for.
            Event::Readable { .. } | Event::Writable { .. } | Event::SettingsChanged => {}
            other => self.others.push(format!("{other:?}")),
        }
    }

    /// Takes all that has arrived on a stream.
    pub(crate) fn take<M: Machine>(&mut self, machine: &mut M, id: StreamId) {
        while self.take_one(machine, id) {}
    }

    /// Takes the next part of a stream; says whether there may be more.
    pub(crate) fn take_one<M: Machine>(&mut self, machine: &mut M, id: StreamId) -> bool {
        let taken = machine.take(id);
        if matches!(taken, Ok(None)) {
            return false;
        }
        let stream = self.streams.entry(id).or_default();
        match taken {
            Ok(part) => part.into_iter().for_each(|part| stream.add(part)),
            // It is told as often as it is asked for, as long as the stream is there.
            Err(error) => stream.error = Some(error),
        }
        stream.error.is_none()
    }

    /// Takes all that has arrived on any stream.
    pub(crate) fn take_all<M: Machine>(&mut self, machine: &mut M) {
        for id in super::machine::streams(machine) {
            self.take(machine, id);
        }
    }
}

impl Stream {
    fn add<R: Role>(&mut self, part: Part<R>) {
        assert!(!self.is_ended, "{part:?} came after the end");
        match part {
            Part::Data(data) => {
                assert!(!data.is_empty(), "content without octets");
                self.content.extend_from_slice(&data);
            }
            Part::End => self.is_ended = true,
            fields => self.push(format!("{fields:?}")),
        }
    }

    /// Adds fields, behind the content that is there.
    pub(crate) fn push(&mut self, fields: String) {
        self.places.push(self.content.len());
        self.fields.push(fields);
    }
}
