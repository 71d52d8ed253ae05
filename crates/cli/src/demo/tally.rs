//! What the client's observer counts: frames by type and direction, and the life of each stream.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::time::Duration;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use blocking::proto::frame::{Frame, PREFACE};
use blocking::proto::{self, FieldSection, Observe, Record};

use super::Octets;

/// Which way something goes, as the client sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there are two directions")]
pub enum Direction {
    /// From the client to the server.
    Sent,
    /// From the server to the client.
    Received,
}

/// The frames of one type in one direction.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    pub(super) frames: u64,
    pub(super) octets: u64,
}

/// The frames of one type.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    pub(super) sent: Count,
    pub(super) received: Count,
}

/// What was seen of one stream. Times count from the start of the connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Stream {
    pub(super) path: String,
    pub(super) status: String,
    pub(super) content: u64,
    pub(super) data_frames: u64,
    pub(super) head_at: Option<Duration>,
    pub(super) ended_at: Option<Duration>,
}

/// What was seen of one connection.
#[derive(Debug)]
pub(super) struct Tally {
    start: Instant,
    rows: BTreeMap<String, Row>,
    streams: BTreeMap<u32, Stream>,
    /// What the fields of both directions would have taken as text.
    fields: u64,
}

impl Default for Tally {
    fn default() -> Self {
        Self::new()
    }
}

impl Tally {
    /// Starts the clock.
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            rows: BTreeMap::new(),
            streams: BTreeMap::new(),
            fields: 0,
        }
    }

    /// Everything together.
    pub(super) fn octets(&self) -> Octets {
        Octets {
            received: self.rows.values().map(|row| row.received.octets).sum(),
            sent: self.rows.values().map(|row| row.sent.octets).sum(),
        }
    }

    /// The streams, in the order of their identifiers.
    pub(super) fn streams(&self) -> impl Iterator<Item = &Stream> {
        self.streams.values()
    }

    /// The streams, with their identifiers.
    pub(super) const fn numbered_streams(&self) -> &BTreeMap<u32, Stream> {
        &self.streams
    }

    /// The frames by type.
    pub(super) const fn rows(&self) -> &BTreeMap<String, Row> {
        &self.rows
    }

    /// The number of frames of a type.
    pub(super) fn frames(&self, name: &str, direction: Direction) -> u64 {
        let row = self.rows.get(name).copied().unwrap_or_default();
        match direction {
            Direction::Sent => row.sent.frames,
            Direction::Received => row.received.frames,
        }
    }

    /// What the fields of both directions have as text, in octets.
    pub(super) const fn field_octets(&self) -> u64 {
        self.fields
    }

    fn count(&mut self, name: &str, direction: proto::Direction, octets: usize) {
        let row = self.rows.entry(name.to_string()).or_default();
        let count = match direction {
            proto::Direction::Sent => &mut row.sent,
            proto::Direction::Received => &mut row.received,
        };
        count.frames += 1;
        count.octets += octets as u64;
    }

    /// Follows the answer of a stream.
    fn follow(&mut self, frame: &Frame<'_>) {
        let now = self.start.elapsed();
        let stream = self.streams.entry(frame.stream_id().value());
        match frame {
            Frame::Headers(headers) => {
                let stream = stream.or_default();
                stream.head_at.get_or_insert(now);
                stream.ended_at = headers.end_stream.then_some(now);
            }
            Frame::Data(data) => {
                let stream = stream.or_default();
                stream.data_frames += 1;
                stream.content += data.data.len() as u64;
                stream.ended_at = data.end_stream.then_some(now);
            }
            _ => {}
        }
    }

    /// Takes from a field section what the summary shows.
    fn note(&mut self, stream_id: u32, fields: &FieldSection) {
        let text = |value| String::from_utf8_lossy(value).into_owned();
        let stream = self.streams.entry(stream_id).or_default();
        if let Some(path) = fields.get(b":path") {
            stream.path = text(path);
        }
        if let Some(status) = fields.get(b":status") {
            stream.status = text(status);
        }
        // As HTTP/1.1 writes a field: a colon, a space and a line end more.
        let octets = fields
            .iter()
            .map(|field| field.name.len() + field.value.len() + 4);
        self.fields += octets.sum::<usize>() as u64;
    }
}

/// The observer of the client's connection.
#[derive(Debug)]
pub(super) struct Observer(pub(super) Arc<Mutex<Tally>>);

impl Observe for Observer {
    fn record(&mut self, record: Record<'_>) {
        let mut tally = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match record {
            Record::Preface { direction } => tally.count("PREFACE", direction, PREFACE.len()),
            Record::Frame {
                direction,
                frame,
                octets,
            } => {
                tally.count(&frame.frame_type().to_string(), direction, octets);
                if direction == proto::Direction::Received {
                    tally.follow(&frame);
                }
            }
            Record::Fields {
                stream_id, fields, ..
            } => tally.note(stream_id.value(), fields),
            _ => {}
        }
    }
}
