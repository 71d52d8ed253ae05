//! A connection, while its log is read.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use proto::{Direction, Side, State, StreamId};

use crate::at::nanoseconds;
use crate::entry::{Entry, Event};
use crate::fields::FieldList;
use crate::frame::{Detail, FrameEntry};
use crate::life::{Around, Life};
use crate::moves::Moves;
use crate::spans::Fact;
use crate::text::Text;
use crate::trace::{Conversation, Mark, MarkKind, Octets, StreamTrace};
use crate::window::Windows;

/// The octets of the client's connection preface (RFC 9113 §3.4).
const PREFACE: u64 = 24;

/// A connection, as far as it was read.
#[derive(Debug)]
pub(crate) struct Gathering {
    number: u64,
    side: Option<Side>,
    name: String,
    begin: Duration,
    /// The time of the last event.
    now: u64,
    lives: BTreeMap<u32, Life>,
    windows: Windows,
    sent: Moves,
    received: Moves,
    /// How much of the frame that is arriving has been counted.
    arrived: u64,
    output: Output,
    trips: Trips,
    octets: Octets,
    marks: Vec<Mark>,
    has_queued: bool,
    is_cut: bool,
}

/// Frames that the transport has yet to take.
#[derive(Debug, Default)]
struct Output {
    waiting: VecDeque<Waiting>,
    queued: u64,
    written: u64,
    has_written: bool,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    /// The octets up to its end, since the beginning.
    end: u64,
    stream: u32,
    is_head: bool,
    since: u64,
}

/// What was asked and is yet to be answered, and the shortest time that an answer took.
#[derive(Debug, Default)]
struct Trips {
    settings: VecDeque<u64>,
    pings: BTreeMap<[u8; 8], u64>,
    shortest: Option<u64>,
}

impl Trips {
    fn answered(&mut self, asked: Option<u64>, at: u64) {
        if let Some(asked) = asked {
            let trip = at.saturating_sub(asked);
            self.shortest = Some(self.shortest.map_or(trip, |least| least.min(trip)));
        }
    }
}

impl Gathering {
    pub(crate) fn new(number: u64, begin: Duration) -> Self {
        Self {
            number,
            side: None,
            name: String::new(),
            begin,
            now: nanoseconds(begin),
            lives: BTreeMap::new(),
            windows: Windows::new(begin),
            sent: Moves::default(),
            received: Moves::default(),
            arrived: 0,
            output: Output::default(),
            trips: Trips::default(),
            octets: Octets::default(),
            marks: Vec::new(),
            has_queued: false,
            is_cut: false,
        }
    }

    /// Takes note of the next entry.
    pub(crate) fn note(&mut self, entry: &Entry<'_>) {
        // Whatever a log says, time does not go back.
        self.now = self.now.max(nanoseconds(entry.at));
        let now = Duration::from_nanos(self.now);
        self.windows.note(now, &entry.event);
        match entry.event {
            Event::Begin { side, name } => {
                self.side = Some(side);
                self.name = name.to_string_lossy();
            }
            Event::Preface { direction } => {
                self.side.get_or_insert(match direction {
                    Direction::Sent => Side::Client,
                    Direction::Received => Side::Server,
                });
                self.count(direction, PREFACE);
                if direction == Direction::Sent {
                    self.output.queued = self.output.queued.saturating_add(PREFACE);
                }
            }
            Event::Frame { direction, frame } => self.frame(direction, frame),
            Event::Fields {
                stream_id, fields, ..
            } => self.fields(stream_id, fields),
            Event::Written { octets } => self.written(octets),
            Event::Full => self.is_cut = true,
            event => self.stream_event(&event),
        }
    }

    fn is_client(&self) -> bool {
        self.side != Some(Side::Server)
    }

    fn count(&mut self, direction: Direction, octets: u64) {
        let count = match direction {
            Direction::Sent => &mut self.octets.sent,
            Direction::Received => &mut self.octets.received,
        };
        *count = count.saturating_add(octets);
    }

    /// What happens to a stream, and is no frame.
    fn stream_event(&mut self, event: &Event<'_>) {
        let now = self.now;
        match *event {
            Event::Created { stream_id } => {
                let life = self.life(stream_id);
                life.set(Fact::Unopened, true, now);
                life.set(Fact::Owes, true, now);
            }
            Event::Queued { stream_id, .. } => {
                self.has_queued = true;
                self.life(stream_id).queue(now, event);
            }
            Event::Taken { stream_id, octets } => {
                if let Some(life) = self.lives.get_mut(&stream_id.value()) {
                    life.take(now, octets);
                }
            }
            Event::Partial {
                frame_type,
                stream_id,
                octets,
            } => self.partial(
                frame_type == proto::frame::FrameType::DATA,
                stream_id,
                octets,
            ),
            Event::State {
                stream_id,
                to: State::Closed(_),
                ..
            } => self.life(stream_id).close(now),
            _ => {}
        }
    }

    /// The stream, which may begin now.
    fn life(&mut self, id: StreamId) -> &mut Life {
        let now = self.now;
        let new = || Life::new(StreamTrace::new(id), now);
        self.lives.entry(id.value()).or_insert_with(new)
    }

    fn partial(&mut self, is_data: bool, stream_id: StreamId, octets: u64) {
        let now = self.now;
        if is_data {
            let more = octets.saturating_sub(self.arrived);
            self.arrived = self.arrived.max(octets);
            self.received.push(now, stream_id.value(), more);
        } else if let Some(life) = self.lives.get_mut(&stream_id.value()) {
            life.set(Fact::Block, life.closed().is_none(), now);
        }
    }

    fn frame(&mut self, direction: Direction, frame: FrameEntry<'_>) {
        self.count(direction, frame.octets);
        match direction {
            Direction::Sent => self.frame_sent(frame),
            Direction::Received => {
                self.frame_received(frame);
                self.arrived = 0;
            }
        }
        self.mark(direction, frame);
    }

    fn frame_sent(&mut self, frame: FrameEntry<'_>) {
        let (now, is_client) = (self.now, self.is_client());
        self.output.queued = self.output.queued.saturating_add(frame.octets);
        let id = frame.stream_id;
        match frame.detail {
            Detail::Headers { end_stream, .. } => {
                let life = self.life(id);
                let is_own = life.is_of(Direction::Sent, is_client);
                if is_client && is_own && !life.holds(Fact::PeerBegun) && life.closed().is_none() {
                    life.set(Fact::PeerOwes, true, now);
                }
                life.send_head(now, end_stream);
                self.wait(id, true);
            }
            Detail::Continuation { .. } => self.wait(id, true),
            Detail::Data {
                content,
                end_stream,
            } => {
                self.sent.push(now, id.value(), frame.octets);
                self.life(id).send_data(now, content, end_stream);
                self.wait(id, false);
            }
            Detail::RstStream { .. } => self.life(id).close(now),
            Detail::Settings(_) => self.trips.settings.push_back(now),
            Detail::Ping {
                payload,
                ack: false,
            } => _ = self.trips.pings.insert(payload, now),
            _ => {}
        }
    }

    fn frame_received(&mut self, frame: FrameEntry<'_>) {
        let (now, is_client) = (self.now, self.is_client());
        let id = frame.stream_id;
        match frame.detail {
            Detail::Headers {
                end_stream,
                end_headers,
            } => {
                let is_new = !self.lives.contains_key(&id.value());
                let life = self.life(id);
                if is_new {
                    life.set(Fact::PeerOwes, true, now);
                    life.set(Fact::Owes, !is_client, now);
                }
                life.receive_head(now, end_headers, end_stream);
                self.received.push(now, 0, frame.octets);
            }
            Detail::Continuation { end_headers } => {
                self.life(id).set(Fact::Block, !end_headers, now);
            }
            Detail::Data {
                content,
                end_stream,
            } => {
                let more = frame.octets.saturating_sub(self.arrived);
                self.received.push(now, id.value(), more);
                self.life(id).receive_data(now, content, end_stream);
            }
            Detail::PushPromise { promised, .. } => {
                let life = self.life(promised);
                life.set(Fact::PeerOwes, true, now);
                // The request is the server's own.
                life.send_promised();
            }
            Detail::RstStream { .. } => self.life(id).close(now),
            Detail::SettingsAck => {
                let asked = self.trips.settings.pop_front();
                self.trips.answered(asked, now);
            }
            Detail::Ping { payload, ack: true } => {
                let asked = self.trips.pings.remove(&payload);
                self.trips.answered(asked, now);
            }
            _ => {}
        }
    }

    fn mark(&mut self, direction: Direction, frame: FrameEntry<'_>) {
        let at = Duration::from_nanos(self.now);
        let kind = match frame.detail {
            Detail::Headers { .. } => MarkKind::Headers,
            Detail::WindowUpdate { increment } => MarkKind::Credit(increment),
            Detail::RstStream { code } => MarkKind::Reset(code),
            Detail::GoAway { code, .. } => MarkKind::GoAway(code),
            Detail::Settings(_) => MarkKind::Settings,
            Detail::Ping { ack: false, .. } => MarkKind::Ping,
            Detail::Data {
                end_stream: true, ..
            } => MarkKind::EndStream,
            _ => return,
        };
        let mark = Mark {
            at,
            direction,
            kind,
        };
        match self.lives.get_mut(&frame.stream_id.value()) {
            Some(life) => life.mark(mark),
            None if frame.stream_id.is_connection() => self.marks.push(mark),
            None => {}
        }
    }

    fn fields(&mut self, id: StreamId, fields: FieldList<'_>) {
        let get = |name| fields.get(name).map(Text::to_string_lossy);
        let Some(life) = self.lives.get_mut(&id.value()) else {
            return;
        };
        if let (Some(method), None) = (get(":method"), &life.trace.request) {
            let path = get(":path").or_else(|| get(":authority"));
            life.trace.request = Some((method, path.unwrap_or_default()));
        }
        if let Some(status) = get(":status") {
            life.trace.status = Some(status);
        }
    }

    /// A frame of a stream waits for the transport.
    fn wait(&mut self, id: StreamId, is_head: bool) {
        self.output.waiting.push_back(Waiting {
            end: self.output.queued,
            stream: id.value(),
            is_head,
            since: self.now,
        });
    }

    fn written(&mut self, octets: u64) {
        let now = self.now;
        let output = &mut self.output;
        output.has_written = true;
        output.written = output.written.saturating_add(octets);
        while let Some(frame) = output.waiting.front().copied() {
            if frame.end > output.written {
                break;
            }
            output.waiting.pop_front();
            if let Some(life) = self.lives.get_mut(&frame.stream) {
                life.leave(frame.is_head, frame.since, now);
            }
        }
    }

    /// The connection as a whole: all of it was read.
    pub(crate) fn finish(mut self) -> Conversation {
        let end = self.now;
        if self.output.has_written {
            for frame in core::mem::take(&mut self.output.waiting) {
                if let Some(life) = self.lives.get_mut(&frame.stream) {
                    life.leave(frame.is_head, frame.since, end);
                }
            }
        }
        let delay = self.trips.shortest.unwrap_or(0);
        let (sent, received) = (self.sent.turns(), self.received.turns());
        let shared = |direction, delay| self.windows.shut_connection(direction, delay);
        let around = Around {
            end,
            is_client: self.is_client(),
            has_queued: self.has_queued,
            sent: &sent,
            received: &received,
            shut: [
                (Fact::SharedWindow, shared(Direction::Sent, 0)),
                (Fact::PeerSharedWindow, shared(Direction::Received, delay)),
            ],
        };
        let lives = core::mem::take(&mut self.lives);
        let finish = |mut life: Life| {
            let id = life.trace.id;
            let own = self.windows.shut_stream(Direction::Sent, id, 0);
            life.shut(Fact::OwnWindow, &own, end);
            let peers = self.windows.shut_stream(Direction::Received, id, delay);
            life.shut(Fact::PeerOwnWindow, &peers, end);
            let mut trace = life.finish(&around);
            let curve = |direction| self.windows.stream_curve(direction, id, trace.begin);
            let curves = (curve(Direction::Sent), curve(Direction::Received));
            (trace.send_window, trace.recv_window) = curves;
            trace
        };
        Conversation {
            number: self.number,
            side: self.side.unwrap_or(Side::Client),
            name: core::mem::take(&mut self.name),
            begin: self.begin,
            end: Duration::from_nanos(end),
            streams: lives.into_values().map(finish).collect(),
            send_window: self.windows.connection(Direction::Sent).clone(),
            recv_window: self.windows.connection(Direction::Received).clone(),
            round_trip: self.trips.shortest.map(Duration::from_nanos),
            octets: self.octets,
            marks: core::mem::take(&mut self.marks),
            is_cut: self.is_cut,
        }
    }
}
