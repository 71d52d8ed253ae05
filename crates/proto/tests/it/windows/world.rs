//! A server with few windows, a peer that keeps to what it was granted, and what must hold after
//! whatever either of them does.

use core::time::Duration;

use testkit::{
    PREFACE, Peer, Wire, code, data, headers, kind, ping, rst_stream, settings, settings_ack,
};
use tress_proto::{Config, Connection, Event, Limits, Response, Server, StreamId};

/// N, I and G.
const STREAMS: usize = 3;
const INITIAL: i64 = 64 * 1024;
const GROWTH: i64 = 128 * 1024;
/// What all streams may hold together, and the connection's window.
const TOTAL: i64 = 3 * INITIAL + GROWTH;
/// What a sender sends at once, if it may.
const PIECE: i64 = 32 * 1024;
/// No more streams are opened, over or not.
const MOST: usize = 5;

/// What one end does; streams by the order in which they were opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Open,
    Send(usize),
    End(usize),
    Reset(usize),
    Pong,
    /// Time passes that is too long for content to wait.
    Wait,
    Take(usize),
    Answer(usize),
    Release(usize),
}

impl Step {
    /// All that there are.
    pub(crate) fn all(streams: usize) -> impl Iterator<Item = Self> {
        let of_streams = [
            Self::Send,
            Self::End,
            Self::Reset,
            Self::Take,
            Self::Answer,
            Self::Release,
        ];
        let of_streams =
            (0..streams.min(MOST)).flat_map(move |place| of_streams.map(|step| step(place)));
        [Self::Open, Self::Pong, Self::Wait]
            .into_iter()
            .chain(of_streams)
    }
}

/// A stream, as the peer knows it, and what the application did.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Known {
    /// What the peer may send.
    window: i64,
    /// What was sent and is not taken.
    untaken: i64,
    taken: i64,
    /// What had been taken when the latest PING left.
    taken_before: i64,
    is_ended: bool,
    is_answered: bool,
    is_reset: bool,
    is_released: bool,
    /// Content has waited for too long.
    is_stale: bool,
    /// The application was notified of it.
    is_started: bool,
    /// The application has taken the end of the request, or why there is none.
    has_taken_end: bool,
    /// Of those that wait to be started it is so far from the front.
    line: usize,
}

impl Known {
    /// The peer may send on it.
    const fn is_open(&self) -> bool {
        !self.is_ended && !self.is_reset
    }

    /// It counts towards N.
    const fn is_active(&self) -> bool {
        !(self.is_reset || self.is_ended && self.is_answered)
    }

    /// The application was notified of it, and may still work for it.
    const fn is_at_work(&self) -> bool {
        let is_over = self.is_reset || self.is_ended && self.is_answered;
        self.is_started && !self.is_released && !(is_over && self.has_taken_end)
    }

    /// It is to be started when the application works for fewer.
    const fn waits_to_start(&self) -> bool {
        !self.is_started && !self.is_reset
    }

    /// What it takes of what all may hold together.
    const fn held(&self) -> i64 {
        if self.is_open() {
            self.window + self.untaken
        } else {
            self.untaken
        }
    }
}

/// All that decides what may still happen.
pub(crate) type Mark = (i64, bool, Vec<Known>);

/// The connection and its two ends.
pub(crate) struct World {
    peer: Peer<Connection<Server>>,
    /// What the peer may send on the connection.
    window: i64,
    asked: Option<[u8; 8]>,
    now: Duration,
    streams: Vec<Known>,
    /// The streams that the application was notified of, in order.
    opened: Vec<usize>,
}

impl World {
    /// A connection on which so many streams are open.
    pub(crate) fn new(open: usize) -> Self {
        let config = Config::default()
            .limits(Limits::server().concurrent_streams(3))
            .and_then(|config| config.initial_window(64 * 1024))
            .and_then(|config| config.window_growth(128 * 1024));
        let mut world = Self {
            peer: Peer::new(Connection::new(config.unwrap())),
            window: 65_535,
            asked: None,
            now: Duration::ZERO,
            streams: Vec::new(),
            opened: Vec::new(),
        };
        world.peer.tick(world.now);
        world.feed((PREFACE, settings(), settings_ack()));
        for _ in 0..open {
            assert!(world.step(Step::Open));
        }
        world
    }

    /// What may happen from here on depends on this alone; streams may change places.
    pub(crate) fn mark(&self) -> Mark {
        let mut streams = self.streams.clone();
        let waiting = streams.iter_mut().filter(|stream| stream.waits_to_start());
        waiting
            .enumerate()
            .for_each(|(line, stream)| stream.line = line);
        streams.sort();
        (self.window, self.asked.is_some(), streams)
    }

    /// Does it, if it can be done, and looks whether all holds.
    pub(crate) fn step(&mut self, step: Step) -> bool {
        let is_done = match step {
            Step::Open => self.open(),
            Step::Pong => self.pong(),
            Step::Wait => self.wait(),
            Step::Send(place) => self.send(place),
            Step::End(place) => self.end(place),
            Step::Reset(place) => self.reset(place),
            Step::Take(place) => self.take(place),
            Step::Answer(place) => self.answer(place),
            Step::Release(place) => self.release(place),
        };
        if is_done {
            self.start();
            self.look();
        }
        is_done
    }

    fn open(&mut self) -> bool {
        let active = self.streams.iter().filter(|stream| stream.is_active());
        if active.count() >= STREAMS || self.streams.len() >= MOST {
            return false;
        }
        let has_capacity = self.held() + INITIAL <= TOTAL;
        self.streams.push(Known {
            window: INITIAL,
            untaken: 0,
            taken: 0,
            taken_before: 0,
            is_ended: false,
            is_answered: false,
            is_reset: false,
            is_released: false,
            is_stale: false,
            is_started: false,
            has_taken_end: false,
            line: 0,
        });
        let place = self.streams.len() - 1;
        self.feed(headers(id(place)).post("/"));
        let is_taken = !self.streams[place].is_reset;
        assert_eq!(
            is_taken, has_capacity,
            "a stream is refused where there is no space, and only there"
        );
        self.start();
        if self.streams[place].is_started {
            self.drain_inbox(place);
        }
        true
    }

    /// Starts what waits, in order, while the application works for fewer than N.
    fn start(&mut self) {
        let mut at_work = self
            .streams
            .iter()
            .filter(|stream| stream.is_at_work())
            .count();
        for stream in &mut self.streams {
            if at_work < STREAMS && stream.waits_to_start() {
                stream.is_started = true;
                at_work += 1;
            }
        }
    }

    fn send(&mut self, place: usize) -> bool {
        let Some(stream) = self.streams.get_mut(place) else {
            return false;
        };
        let octets = PIECE.min(stream.window).min(self.window);
        if !stream.is_open() || octets <= 0 {
            return false;
        }
        stream.window -= octets;
        self.window -= octets;
        if !stream.is_released {
            stream.untaken += octets;
        }
        let (halves, rest) = (octets / 16_384, octets % 16_384);
        let mut wire = data(id(place), vec![0; 16_384]).octets();
        wire = wire.repeat(usize::try_from(halves).unwrap());
        if rest > 0 {
            wire.extend(data(id(place), vec![0; usize::try_from(rest).unwrap()]).octets());
        }
        self.feed(wire);
        true
    }

    fn end(&mut self, place: usize) -> bool {
        let Some(stream) = self
            .streams
            .get_mut(place)
            .filter(|stream| stream.is_open())
        else {
            return false;
        };
        stream.is_ended = true;
        self.feed(data(id(place), "").end());
        true
    }

    fn reset(&mut self, place: usize) -> bool {
        let Some(stream) = self
            .streams
            .get_mut(place)
            .filter(|stream| stream.is_active())
        else {
            return false;
        };
        stream.is_reset = true;
        // Why there is no more is yet to be taken.
        stream.has_taken_end = false;
        if !stream.is_started {
            // Nobody has heard of it, and it vanishes.
            (stream.untaken, stream.is_stale) = (0, false);
        }
        self.feed(rst_stream(id(place), code::CANCEL));
        true
    }

    fn pong(&mut self) -> bool {
        let Some(payload) = self.asked.take() else {
            return false;
        };
        self.feed(ping(payload).ack());
        true
    }

    fn wait(&mut self) -> bool {
        let mut waiting = self
            .streams
            .iter_mut()
            .filter(|stream| stream.untaken > 0)
            .peekable();
        if waiting.peek().is_none() {
            return false;
        }
        waiting.for_each(|stream| stream.is_stale = true);
        self.now += Duration::from_secs(2);
        self.peer.tick(self.now);
        self.hear();
        true
    }

    fn take(&mut self, place: usize) -> bool {
        let Some(stream) = self
            .streams
            .get_mut(place)
            .filter(|stream| stream.is_started && stream.untaken > 0)
        else {
            return false;
        };
        stream.has_taken_end = !stream.is_open();
        stream.taken += stream.untaken;
        stream.untaken = 0;
        stream.is_stale = false;
        self.drain_inbox(place);
        true
    }

    fn answer(&mut self, place: usize) -> bool {
        let Some(stream) = self.streams.get_mut(place) else {
            return false;
        };
        if !stream.is_started || stream.is_answered || stream.is_reset || stream.is_released {
            return false;
        }
        stream.is_answered = true;
        let mut stream = self
            .peer
            .machine
            .stream_mut(StreamId::from_wire(id(place)))
            .unwrap();
        stream.respond(Response::new(204)).unwrap();
        stream.end().unwrap();
        self.peer.run();
        self.hear();
        true
    }

    fn release(&mut self, place: usize) -> bool {
        let Some(stream) = self
            .streams
            .get_mut(place)
            .filter(|stream| stream.is_started && !stream.is_released)
        else {
            return false;
        };
        (stream.is_released, stream.untaken, stream.is_stale) = (true, 0, false);
        if let Ok(stream) = self.peer.machine.stream_mut(StreamId::from_wire(id(place))) {
            stream.release();
        }
        self.peer.run();
        self.hear();
        true
    }

    /// Takes all that is there.
    fn drain_inbox(&mut self, place: usize) {
        if let Ok(mut stream) = self.peer.machine.stream_mut(StreamId::from_wire(id(place))) {
            while let Ok(Some(_)) = stream.recv() {}
        }
        self.peer.run();
        self.hear();
    }

    fn feed(&mut self, wire: impl Wire) {
        self.peer.feed(wire);
        self.hear();
    }

    /// Takes note of what the server said.
    fn hear(&mut self) {
        while let Some(event) = self.peer.machine.poll_event() {
            if let Event::Opened { stream_id, .. } = event {
                self.opened.push((stream_id.value() as usize - 1) / 2);
            }
        }
        self.peer.run();
        for seen in self.peer.sent() {
            let place = (seen.stream as usize).saturating_sub(1) / 2;
            match seen.kind {
                kind::WINDOW_UPDATE => {
                    let octets = i64::from(seen.increment().unwrap());
                    match seen.stream {
                        0 => self.window += octets,
                        _ => self.streams[place].window += octets,
                    }
                }
                kind::PING => {
                    self.asked = seen.payload.as_slice().try_into().ok();
                    for stream in &mut self.streams {
                        stream.taken_before = stream.taken;
                    }
                }
                kind::RST_STREAM => self.streams[place].is_reset = true,
                kind::GOAWAY => panic!("the connection ended: {seen:?}"),
                _ => {}
            }
        }
    }

    fn held(&self) -> i64 {
        self.streams.iter().map(Known::held).sum()
    }

    /// What must hold after each step.
    fn look(&self) {
        let started = self.streams.iter().enumerate();
        let started = started.filter(|(_, stream)| stream.is_started);
        assert!(
            started
                .map(|(place, _)| place)
                .eq(self.opened.iter().copied()),
            "the application was notified of {:?}",
            self.opened
        );
        let held = self.held();
        assert!(
            held <= TOTAL,
            "{held} octets may be held, and {TOTAL} are allowed"
        );
        // All credit for the connection went back, but for what is worth no frame: half of so small a
        // window is more than 64 KiB.
        assert!(
            self.window > TOTAL - 64 * 1024,
            "{} of {TOTAL} are open",
            self.window
        );
        let grown: i64 = self
            .streams
            .iter()
            .map(|stream| stream.held() - INITIAL)
            .filter(|grown| *grown > 0)
            .sum();
        assert!(grown <= GROWTH, "windows grew by {grown}");
        for (place, stream) in self.streams.iter().enumerate() {
            self.look_at(place, stream);
        }
    }

    fn look_at(&self, place: usize, stream: &Known) {
        let there = self.peer.machine.stream(StreamId::from_wire(id(place)));
        let untaken = there.map_or(0, |stream| i64::from(stream.untaken()));
        assert_eq!(untaken, stream.untaken, "stream {place}");
        if let Some(there) = there.filter(|there| stream.is_open() && there.state().may_recv()) {
            assert_eq!(
                i64::from(there.recv_window()),
                stream.window,
                "stream {place}"
            );
        }
        if stream.is_open() && stream.untaken == 0 {
            // Nothing of it waits, so that it may go on: whatever all others hold.
            let least = INITIAL / 2;
            assert!(
                stream.window > least,
                "stream {place} has a window of {}",
                stream.window
            );
            assert!(self.window > least, "and the connection of {}", self.window);
        }
    }
}

fn id(place: usize) -> u32 {
    u32::try_from(2 * place + 1).unwrap()
}
