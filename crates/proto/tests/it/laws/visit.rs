//! One end is fed whatever octets, while its application does what it likes; then it ends.

use testkit::{PREFACE, Peer, Rng, Side, settings};
use tress_proto::{Config, ErrorCode, Limits, Stage, State};

use super::habits::Habits;
use super::heard::Heard;
use super::machine::{Machine, streams};
use super::replay::{Looks, pieces};
use super::wire::{Received, Sent, Watch};

/// What a visit left behind.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) heard: Heard,
    pub(crate) received: Received,
    /// Credit that was not returned although all was taken, and other things that do not add up.
    pub(crate) owed: Vec<String>,
    /// The streams that are still known after all of them ended and all was taken.
    pub(crate) left: Vec<String>,
    /// Both halves of the driver ended.
    pub(crate) is_closed: bool,
}

/// Feeds `data`, after three octets to choose by.
pub(crate) fn visit<M: Machine>(
    data: &[u8],
    make: impl Fn(Config) -> M,
    habits: Habits<M>,
    side: Side,
) -> Visit {
    let (choices, wire) = data.split_at(data.len().min(3));
    let seed = choices
        .iter()
        .fold(0, |seed, octet| seed << 8 | u64::from(*octet));
    let mut rng = Rng::new(seed);
    let config = config(&mut rng, side);
    let window = window(side, config.1);
    let mut visitor = Visitor {
        peer: Peer::new(make(config.0)),
        watch: Watch::default(),
        sent: Sent::default(),
        heard: Heard::default(),
        habits,
        rng,
        window,
    };
    visitor.begin(seed % 2 == 1, side);
    visitor.listen(wire);
    let owed = visitor.owed();
    visitor.end();
    visitor.leave(owed)
}

/// The defaults, or little of everything; says which.
fn config(rng: &mut Rng, side: Side) -> (Config, bool) {
    let config = match side {
        Side::Client => {
            // With so many promises, and fewer requests than here, its window stays as it is.
            let limits = Limits::client().concurrent_streams(50);
            let config = Config::default().limits(limits);
            config.expect("there may be fewer streams").allow_push()
        }
        Side::Server if rng.chance(1, 2) => Config::default().receive_malformed(),
        Side::Server => Config::default().allow_extended_connect(),
    };
    if rng.chance(2, 3) {
        return (config, false);
    }
    let limits = Limits::default()
        .concurrent_streams(2)
        .fields(3)
        .fields_hard(6)
        .field_section_octets(200)
        .settings_entries(3)
        .started_resets(1, 1)
        .resets(2, 1)
        .resets_sent(2, 0)
        .suspicious_frames(4, 0)
        .informational(1)
        .replies(4)
        .replies_octets(40);
    let config = config.limits(limits).expect("no limit is zero");
    let config = config.initial_window(1500).expect("a window may be small");
    let config = config.window_growth(0).expect("windows may stay");
    (config.header_table_size(100), true)
}

/// How many streams may hold a window, unless it is as many as were announced, and what all may grow
/// by.
fn window(side: Side, is_little: bool) -> (Option<i64>, i64) {
    match (side, is_little) {
        (Side::Server, false) => (None, 16 << 20),
        (Side::Client, false) => (Some(100), 24 << 20),
        (Side::Server, true) => (None, 0),
        (Side::Client, true) => (Some(100), 0),
    }
}

/// How much of a connection's window is worth a frame: an eighth, or 64 KiB of a small one.
fn pace(window: i64) -> i64 {
    (window / 8).max(65_536).min(window / 2)
}

/// The test on the other end of a machine.
struct Visitor<M: Machine> {
    peer: Peer<M>,
    watch: Watch,
    sent: Sent,
    heard: Heard,
    habits: Habits<M>,
    rng: Rng,
    /// How many streams may hold a window, unless it is as many as were announced, and what all may
    /// grow by.
    window: (Option<i64>, i64),
}

impl<M: Machine> Visitor<M> {
    fn begin(&mut self, is_helped: bool, side: Side) {
        let watch = Box::new(self.watch.clone());
        self.peer.machine.connection().observe(watch);
        (self.habits.begin)(&mut self.peer.machine, &mut self.rng);
        self.peer.run();
        if is_helped && side == Side::Server {
            self.peer.feed(PREFACE);
        }
        if is_helped {
            self.peer.feed(settings());
        }
    }

    /// Feeds the octets in pieces, and does what an application does after each.
    fn listen(&mut self, wire: &[u8]) {
        let looks = *self.rng.pick(&[Looks::Often, Looks::Last]);
        let length = *self.rng.pick(&[7, 100, 1000, usize::MAX]);
        for piece in pieces(wire, &[length]) {
            self.peer.feed(piece);
            if looks == Looks::Often {
                self.act();
            }
        }
        self.act();
        self.heard.poll(&mut self.peer.machine);
        self.heard.take_all(&mut self.peer.machine);
        self.run();
    }

    /// Looks at what happened, and does something to a stream that is there.
    fn act(&mut self) {
        let (machine, rng) = (&mut self.peer.machine, &mut self.rng);
        let mut known = self.heard.poll(machine);
        let there = streams(machine);
        if !there.is_empty() {
            known.push(*rng.pick(&there));
        }
        for id in known {
            if rng.chance(1, 2) {
                self.heard.take(machine, id);
            }
            (self.habits.act)(machine, id, rng);
        }
        self.run();
    }

    fn run(&mut self) {
        self.peer.run();
        let frames = self.peer.sent();
        self.sent.note(frames);
        if self.heard.closed.is_empty() {
            self.hold_no_more_than_the_window();
        }
    }

    /// The window of the connection: as much as all streams may hold together, with the largest window
    /// that was announced, or that the peer may have taken for it before it knew (RFC 9113 §6.9.2).
    fn window(&self) -> i64 {
        let (streams, growth) = self.window;
        let streams = streams.unwrap_or(self.sent.largest(0x3, 0));
        (streams * self.sent.largest(0x4, 65_535) + growth).max(65_535)
    }

    /// What may still come on streams, and what waits to be taken of them, is never more than was
    /// announced; and the connection's window is open but for what is not worth a frame.
    fn hold_no_more_than_the_window(&mut self) {
        let connection = self.peer.machine.connection();
        let held = connection.streams().map(|stream| {
            let may_come = stream.state().may_recv();
            let window = i64::from(stream.recv_window()).max(0) * i64::from(may_come);
            window + i64::from(stream.untaken())
        });
        let held: i64 = held.sum();
        let open = i64::from(connection.recv_window());
        let is_over = connection.stage() == Stage::Over;
        let window = self.window();
        assert!(held <= window, "{held} of {window}");
        assert!(
            is_over || open > window - pace(window),
            "{open} of {window}"
        );
    }

    /// Says what does not add up of the credit, now that everything was taken.
    ///
    /// A window is what it began with, and what was granted, without what arrived. Of what arrived
    /// all was granted again, but for less than half a window, which is not worth a frame.
    fn owed(&mut self) -> Vec<String> {
        if !self.heard.closed.is_empty() {
            return Vec::new();
        }
        let received = self.watch.received();
        let of = |stream: u32| received.octets.get(&stream).copied().unwrap_or_default();
        let mut wrong = Vec::new();
        let whole = self.window();
        let owed = whole - 65_535 + of(0) - self.sent.granted(0);
        if owed != 0 && !(0..pace(whole)).contains(&owed) {
            wrong.push(format!("the connection owes {owed} of {whole}"));
        }
        let initial = self.sent.initial_window(received.acks);
        for stream in self.peer.machine.connection().streams() {
            let id = stream.id().value();
            let owed = of(id) - self.sent.granted(id);
            let window = i64::from(stream.recv_window());
            if !matches!(stream.state(), State::Open | State::HalfClosedLocal) {
                continue;
            }
            if window != initial - owed {
                wrong.push(format!("{stream:?} began with {initial} and owes {owed}"));
            }
            if owed != 0 && !(0..initial / 2).contains(&owed) {
                wrong.push(format!("{stream:?} owes {owed} of {initial}"));
            }
        }
        wrong
    }

    /// Ends the conversation in one of the ways there are.
    fn end(&mut self) {
        let machine = &mut self.peer.machine;
        match self.rng.range(0..8) {
            0 => machine.report_exn("the cable was cut".into()),
            1 => machine.shutdown(),
            2 => machine.connection().abort(ErrorCode::INTERNAL_ERROR),
            3 => machine.connection().go_away(),
            4 => {
                self.peer.hang_up();
            }
            _ => {}
        }
        self.act();
        self.peer.eof();
        self.act();
        // Whoever goes on all the same changes nothing.
        self.peer.machine.read(b"whatever comes now");
        self.peer.machine.read_eof(b"");
        self.peer.machine.report_exn("it was cut already".into());
        self.act();
    }

    fn leave(mut self, owed: Vec<String>) -> Visit {
        self.heard.take_all(&mut self.peer.machine);
        self.heard.poll(&mut self.peer.machine);
        let left = self.peer.machine.connection().streams();
        let left = left.map(|stream| format!("{stream:?} {:?}", stream.result()));
        Visit {
            heard: self.heard,
            received: self.watch.received(),
            owed,
            left: left.collect(),
            is_closed: self.peer.machine.is_closed() && self.peer.is_closed(),
        }
    }
}
