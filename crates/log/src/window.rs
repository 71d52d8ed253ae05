//! Windows, as the frames of a log change them (RFC 9113 §6.9).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::time::Duration;

use proto::{Direction, SettingId};

use crate::at::nanoseconds;
use crate::entry::Event;
use crate::frame::Detail;

/// What a window is before anything is said (RFC 9113 §6.9.2).
pub(crate) const INITIAL: i64 = 65_535;

/// A window over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Curve(Vec<(Duration, i64)>);

impl Curve {
    /// What it was from each time on, in octets; the times only grow.
    #[must_use]
    pub fn points(&self) -> &[(Duration, i64)] {
        &self.0
    }

    /// What it was at a time; `None` before it began.
    #[must_use]
    pub fn at(&self, time: Duration) -> Option<i64> {
        let place = self.0.partition_point(|(at, _)| *at <= time);
        self.0.get(place.checked_sub(1)?).map(|(_, octets)| *octets)
    }

    fn push(&mut self, at: Duration, octets: i64) {
        match self.0.last_mut() {
            Some(last) if last.0 == at => last.1 = octets,
            Some(last) if last.1 == octets => {}
            _ => self.0.push((at, octets)),
        }
    }
}

/// All windows of a connection, in both directions: what we may still send, and what the peer may.
///
/// It follows the frames of a log from the beginning of the connection. What the peer may send counts
/// from when we said so.
#[derive(Clone, Debug)]
pub struct Windows {
    send: Half,
    recv: Half,
}

/// The windows of one direction.
#[derive(Clone, Debug)]
struct Half {
    connection: i64,
    curve: Curve,
    initial: i64,
    streams: BTreeMap<u32, Stream>,
}

/// The window of a stream.
#[derive(Clone, Debug)]
struct Stream {
    octets: i64,
    /// What it began with, and how it changed since.
    begun: i64,
    changes: Vec<(u64, i64)>,
}

impl Windows {
    /// The windows of a connection that begins at this time.
    #[must_use]
    pub fn new(begin: Duration) -> Self {
        Self {
            send: Half::new(begin),
            recv: Half::new(begin),
        }
    }

    /// Takes note of an event.
    pub fn note(&mut self, at: Duration, event: &Event<'_>) {
        let Event::Frame { direction, frame } = event else {
            return;
        };
        let stream = frame.stream_id.value();
        // Content uses up the window of its direction; credit and settings are about the other.
        let (own, other) = match direction {
            Direction::Sent => (&mut self.send, &mut self.recv),
            Direction::Received => (&mut self.recv, &mut self.send),
        };
        match frame.detail {
            Detail::Data { .. } => {
                let octets = frame.octets.saturating_sub(9);
                let octets = i64::try_from(octets).unwrap_or(i64::MAX);
                own.change_connection(at, -octets);
                own.change(at, stream, -octets);
            }
            Detail::WindowUpdate { increment } if stream == 0 => {
                other.change_connection(at, increment.into());
            }
            Detail::WindowUpdate { increment } => other.change(at, stream, increment.into()),
            Detail::Settings(settings) => {
                for setting in settings.iter() {
                    if setting.id == SettingId::INITIAL_WINDOW_SIZE {
                        other.resize(at, setting.value.into());
                    }
                }
            }
            Detail::Headers { .. } => {
                own.open(stream);
                other.open(stream);
            }
            Detail::PushPromise { promised, .. } => {
                own.open(promised.value());
                other.open(promised.value());
            }
            _ => {}
        }
    }

    /// What may still be sent that way on all streams together, over time.
    #[must_use]
    pub const fn connection(&self, direction: Direction) -> &Curve {
        &self.half(direction).curve
    }

    /// What may still be sent that way on a stream, in octets; `None` if it was never opened.
    #[must_use]
    pub fn stream(&self, direction: Direction, stream: u32) -> Option<i64> {
        let stream = self.half(direction).streams.get(&stream)?;
        Some(stream.octets)
    }

    /// What may still be sent that way on a stream, from a time on.
    pub(crate) fn stream_curve(&self, direction: Direction, stream: u32, from: Duration) -> Curve {
        let mut curve = Curve::default();
        if let Some(stream) = self.half(direction).streams.get(&stream) {
            let mut octets = stream.begun;
            curve.push(from, octets);
            for (at, change) in &stream.changes {
                octets = octets.saturating_add(*change);
                curve.push(Duration::from_nanos(*at).max(from), octets);
            }
        }
        curve
    }

    /// When the window of a stream is shut, in nanoseconds, if credit counts `delay` after it was
    /// given.
    pub(crate) fn shut_stream(
        &self,
        direction: Direction,
        stream: u32,
        delay: u64,
    ) -> Vec<(u64, u64)> {
        let stream = self.half(direction).streams.get(&stream);
        stream.map_or_else(Vec::new, |stream| {
            shut(stream.begun, stream.changes.iter().copied(), delay)
        })
    }

    /// The same of the window that all share.
    pub(crate) fn shut_connection(&self, direction: Direction, delay: u64) -> Vec<(u64, u64)> {
        let curve = &self.half(direction).curve;
        let mut before = INITIAL;
        let changes = curve.0.iter().map(|(at, octets)| {
            let change = octets.saturating_sub(before);
            before = *octets;
            (nanoseconds(*at), change)
        });
        shut(INITIAL, changes, delay)
    }

    const fn half(&self, direction: Direction) -> &Half {
        match direction {
            Direction::Sent => &self.send,
            Direction::Received => &self.recv,
        }
    }
}

impl Half {
    fn new(begin: Duration) -> Self {
        let mut curve = Curve::default();
        curve.push(begin, INITIAL);
        Self {
            connection: INITIAL,
            curve,
            initial: INITIAL,
            streams: BTreeMap::new(),
        }
    }

    fn open(&mut self, stream: u32) {
        let initial = self.initial;
        self.streams.entry(stream).or_insert(Stream {
            octets: initial,
            begun: initial,
            changes: Vec::new(),
        });
    }

    fn change_connection(&mut self, at: Duration, octets: i64) {
        self.connection = self.connection.saturating_add(octets);
        self.curve.push(at, self.connection);
    }

    fn change(&mut self, at: Duration, stream: u32, octets: i64) {
        if let Some(stream) = self.streams.get_mut(&stream) {
            stream.change(at, octets);
        }
    }

    /// RFC 9113 §6.9.2: the windows of all streams move by the difference.
    fn resize(&mut self, at: Duration, initial: i64) {
        let change = initial - self.initial;
        self.initial = initial;
        if change != 0 {
            for stream in self.streams.values_mut() {
                stream.change(at, change);
            }
        }
    }
}

impl Stream {
    fn change(&mut self, at: Duration, octets: i64) {
        self.octets = self.octets.saturating_add(octets);
        self.changes.push((nanoseconds(at), octets));
    }
}

/// When a window is shut that begins with so many octets. A change upwards counts `delay` later.
fn shut(begun: i64, changes: impl Iterator<Item = (u64, i64)>, delay: u64) -> Vec<(u64, u64)> {
    let late = |(at, octets): (u64, i64)| match octets > 0 {
        true => (at.saturating_add(delay), octets),
        false => (at, octets),
    };
    let mut changes: Vec<(u64, i64)> = changes.map(late).collect();
    // Stable: what came first at one time counts first.
    changes.sort_by_key(|(at, _)| *at);
    let (mut octets, mut since, mut shut) = (begun, (begun <= 0).then_some(0), Vec::new());
    for (at, change) in changes {
        octets = octets.saturating_add(change);
        match (since, octets <= 0) {
            (None, true) => since = Some(at),
            (Some(from), false) => {
                shut.push((from, at));
                since = None;
            }
            _ => {}
        }
    }
    shut.extend(since.map(|from| (from, u64::MAX)));
    shut
}
