//! What passed one end's wire: the frames that reached it, and those that it sent.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use std::sync::Mutex;

use testkit::{Census, Seen, flag, kind};
use tress_proto::frame::{self, Frame};
use tress_proto::{Direction, Observe, Record};

/// What reached a connection, as it says itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Received {
    pub(crate) census: Census,
    /// The octets of DATA that count towards a window, by stream; those of all at 0.
    pub(crate) octets: BTreeMap<u32, i64>,
    /// The acknowledgments of settings.
    pub(crate) acks: usize,
}

/// Watches a connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watch(Arc<Mutex<Received>>);

impl Watch {
    pub(crate) fn received(&self) -> Received {
        self.0.lock().expect("nobody panics with it").clone()
    }
}

impl Observe for Watch {
    fn record(&mut self, record: Record<'_>) {
        let Record::Frame {
            direction: Direction::Received,
            frame,
            ..
        } = record
        else {
            return;
        };
        let mut received = self.0.lock().expect("nobody panics with it");
        received.census.note(frame.head().frame_type.0);
        match frame {
            Frame::Data(data) => {
                for stream in [0, data.stream_id.value()] {
                    *received.octets.entry(stream).or_default() += i64::from(data.flow_len());
                }
            }
            Frame::Settings(frame::Settings { ack: true, .. }) => received.acks += 1,
            _ => {}
        }
    }
}

/// What a connection sent, as an independent reader saw it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent {
    /// What was granted, by stream; to the connection at 0.
    granted: BTreeMap<u32, i64>,
    /// The initial windows that were announced, in each SETTINGS.
    windows: Vec<Option<u32>>,
    /// All settings that were announced.
    settings: Vec<(u16, u32)>,
}

impl Sent {
    pub(crate) fn note(&mut self, frames: Vec<Seen>) {
        for frame in frames {
            if let Some(increment) = frame.increment() {
                *self.granted.entry(frame.stream).or_default() += i64::from(increment);
            }
            if frame.kind == kind::SETTINGS && !frame.has(flag::ACK) {
                let settings = frame.settings();
                self.settings.extend(&settings);
                let windows = settings.iter().filter(|(id, _)| *id == 0x4);
                self.windows
                    .push(windows.map(|(_, value)| *value).next_back());
            }
        }
    }

    /// What a stream was granted, or at 0 the connection.
    pub(crate) fn granted(&self, stream: u32) -> i64 {
        self.granted.get(&stream).copied().unwrap_or_default()
    }

    /// The largest value of a setting that was announced, or that is there before that.
    pub(crate) fn largest(&self, setting: u16, before: i64) -> i64 {
        let announced = self.settings.iter().filter(|(id, _)| *id == setting);
        let largest = announced.map(|(_, value)| i64::from(*value)).max();
        largest.map_or(before, |largest| largest.max(before))
    }

    /// The initial window of streams, once so many announcements were acknowledged.
    pub(crate) fn initial_window(&self, acks: usize) -> i64 {
        let announced = self.windows.iter().take(acks).copied().flatten();
        announced.last().map_or(65_535, i64::from)
    }
}
