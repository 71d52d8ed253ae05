//! Two of our ends on a bad wire, and applications that do what octets tell them.

use core::time::Duration;

use testkit::{Link, Pair};
use tress_proto::{Client, Config, ErrorCode, Request, Response, Server, SettingsChange, Side};

use super::app::App;
use super::machine::{Machine, streams};
use super::numbers::Numbers;

/// A play in progress.
pub(crate) struct Play<A: Machine<Role = Client>, B: Machine<Role = Server>> {
    pub(crate) pair: Pair<A, B>,
    pub(crate) client: App,
    pub(crate) server: App,
    /// The wire was cut, or an end broke off: streams may be lost.
    pub(crate) is_disturbed: bool,
    is_stalled: bool,
    now: Duration,
    /// What was done, in order, but for what came of it.
    pub(crate) acts: Vec<&'static str>,
}

/// What an end announces, by choice.
pub(crate) fn config(numbers: &mut Numbers<'_>) -> Config {
    let config = Config::default()
        .initial_window(numbers.pick(&[1000, 2000, 65_535, 262_144]))
        .and_then(|config| config.window_growth(numbers.pick(&[0, 1 << 20])))
        .and_then(|config| config.max_frame_size(numbers.pick(&[16_384, 20_000])))
        .and_then(|config| config.send_buffer(numbers.pick(&[10, 1000, 100_000])))
        .expect("all of these can be announced");
    let config = config.header_table_size(numbers.pick(&[4096, 0, 100, 10_000]));
    match numbers.rarely(2) {
        true => config.allow_push(),
        false => config,
    }
}

impl<A: Machine<Role = Client>, B: Machine<Role = Server>> Play<A, B> {
    pub(crate) fn new(client: A, server: B, seed: u64) -> Self {
        let pair = match super::transcript::is_wanted() {
            true => Pair::new(client, server),
            false => Pair::new(client, server).unrecorded(),
        };
        let narrow = |link: &mut Link| {
            link.capacity(4096);
        };
        Self {
            pair: pair.hostile(seed).links(narrow),
            client: App::new(Side::Client),
            server: App::new(Side::Server),
            is_disturbed: false,
            is_stalled: false,
            now: Duration::ZERO,
            acts: Vec::new(),
        }
    }

    /// Does the next thing.
    pub(crate) fn turn(&mut self, numbers: &mut Numbers<'_>) {
        match numbers.below(32) {
            0..=4 => self.request(numbers),
            5..=8 => self.respond(numbers),
            9..=16 => self.say(numbers),
            17..=20 => self.take(numbers),
            21 => self.abandon(numbers),
            22 => self.settings(numbers),
            23 => self.ping(numbers),
            24 => self.link(numbers),
            25 => self.end(numbers),
            26 => self.hold(numbers),
            27 => self.tick(numbers),
            28 | 29 => self.step(numbers),
            _ => self.run(),
        }
    }

    fn note(&mut self, act: &'static str) {
        self.acts.push(act);
    }

    fn tick(&mut self, numbers: &mut Numbers<'_>) {
        self.note("tick");
        self.now += Duration::from_millis(numbers.octet().into());
        self.pair.tick(self.now);
    }

    fn step(&mut self, numbers: &mut Numbers<'_>) {
        self.note("step");
        for _ in 0..numbers.octet() {
            self.pair.step();
        }
    }

    fn request(&mut self, numbers: &mut Numbers<'_>) {
        self.note("request");
        let method = numbers.pick(&["GET", "POST", "POST", "HEAD"]);
        let path = format!("/{}", self.client.said.len());
        let request = Request::new(method, "http", "example.org", path);
        let request = request.field("x-long", "v".repeat(numbers.pick(&[0, 5, 300, 18_000])));
        let connection = self.pair.a.connection();
        if let Ok(id) = connection.request(request.clone()) {
            self.client.begin(id, format!("Head({request:?})"));
            if method != "POST" {
                self.client.end(&mut self.pair.a, id);
            }
        }
    }

    /// Answers a request; promises or hints before that, at times.
    fn respond(&mut self, numbers: &mut Numbers<'_>) {
        let Some(id) = self.server.some_stream(&mut self.pair.b, numbers) else {
            return;
        };
        let response = match numbers.below(6) {
            0 => {
                self.note("inform");
                let hint = Response::new(103).field("link", "</style.css>");
                return self.server.inform(&mut self.pair.b, id, hint);
            }
            1 => {
                self.note("push");
                let request = Request::get("http", "example.org", "/pushed");
                return self.server.push(&mut self.pair.b, id, request);
            }
            2 => Response::new(204),
            _ => Response::new(200).field("x-long", "w".repeat(numbers.pick(&[0, 10, 17_000]))),
        };
        self.note("respond");
        self.server.respond(&mut self.pair.b, id, response);
    }

    /// Says more of a message, or ends it.
    fn say(&mut self, numbers: &mut Numbers<'_>) {
        self.note("say");
        let octets = numbers.pick(&[0, 1, 10, 100, 1000, 1025, 16_384, 20_000]);
        let ending = numbers.below(6);
        if numbers.rarely(2) {
            self.client.say(&mut self.pair.a, numbers, octets, ending);
        } else {
            self.server.say(&mut self.pair.b, numbers, octets, ending);
        }
    }

    fn take(&mut self, numbers: &mut Numbers<'_>) {
        self.note("take");
        let is_all = numbers.rarely(2);
        if numbers.rarely(2) {
            self.client.take(&mut self.pair.a, numbers, is_all);
        } else {
            self.server.take(&mut self.pair.b, numbers, is_all);
        }
    }

    /// Resets, stops or releases a stream.
    fn abandon(&mut self, numbers: &mut Numbers<'_>) {
        self.note("abandoned");
        let how = numbers.below(3);
        if numbers.rarely(2) {
            self.client.abandon(&mut self.pair.a, numbers, how);
        } else {
            self.server.abandon(&mut self.pair.b, numbers, how);
        }
    }

    /// Flushes a stream, or holds it back, or lets it go on.
    fn hold(&mut self, numbers: &mut Numbers<'_>) {
        self.note("hold");
        let how = numbers.below(3);
        if numbers.rarely(2) {
            self.client.hold(&mut self.pair.a, numbers, how);
        } else {
            self.server.hold(&mut self.pair.b, numbers, how);
        }
    }

    fn settings(&mut self, numbers: &mut Numbers<'_>) {
        self.note("settings");
        let window = numbers.pick(&[0, 1, 500, 2000, 65_535, 100_000]);
        let table = numbers.pick(&[0, 50, 4096, 20_000]);
        let streams = numbers.pick(&[0, 1, 2, 100]);
        let change = SettingsChange::default().header_table_size(table);
        let change = change.concurrent_streams(streams);
        match numbers.rarely(2) {
            true => self.client.announce(&mut self.pair.a, change, window),
            false => self.server.announce(&mut self.pair.b, change, window),
        }
    }

    fn ping(&mut self, numbers: &mut Numbers<'_>) {
        self.note("ping");
        let payload = [numbers.octet(); 8];
        if numbers.rarely(2) {
            self.client.ping(&mut self.pair.a, payload);
        } else {
            self.server.ping(&mut self.pair.b, payload);
        }
    }

    /// Makes the wire worse, or better.
    fn link(&mut self, numbers: &mut Numbers<'_>) {
        let (kind, octets) = (numbers.below(6), 1 + numbers.below(100));
        self.note(match kind {
            0 | 1 => "stall",
            2 => "split",
            3 => "short writes",
            4 => "narrow",
            _ => "mend",
        });
        let links = match numbers.rarely(2) {
            true => &mut self.pair.a_to_b,
            false => &mut self.pair.b_to_a,
        };
        match kind {
            0 | 1 => links.stall(),
            2 => links.chunk(octets),
            3 => links.short_writes(octets),
            4 => links.capacity(octets * 40),
            _ => links.resume().chunk(usize::MAX).short_writes(usize::MAX),
        };
        self.is_stalled |= kind < 2;
    }

    /// Ends the connection, now and then: politely, or not.
    fn end(&mut self, numbers: &mut Numbers<'_>) {
        let how = numbers.below(64);
        self.is_disturbed |= matches!(how, 4..=8);
        self.note(match how {
            0..=3 => "go away",
            4 | 5 => "abort",
            6 => "transport error",
            7 => "shutdown",
            8 => "cut",
            _ => "leave",
        });
        match how {
            0 | 1 => self.pair.a.connection().go_away(),
            2 | 3 => self.pair.b.connection().go_away(),
            4 => self.pair.a.connection().abort(ErrorCode::INTERNAL_ERROR),
            5 => self.pair.b.connection().abort(ErrorCode::ENHANCE_YOUR_CALM),
            6 => self.pair.a.report_exn("the cable was cut".into()),
            7 => self.pair.b.shutdown(),
            8 => self.pair.cut(),
            _ => {}
        }
    }

    fn run(&mut self) {
        self.note("run");
        self.pair.run();
        if !self.is_stalled && !self.is_disturbed {
            self.windows_agree();
        }
    }

    /// When all has arrived, each end may send on a stream what the other may receive.
    fn windows_agree(&mut self) {
        let (a, b) = (&mut self.pair.a, &mut self.pair.b);
        for id in streams(a) {
            let (a, b) = (a.connection().stream(id), b.connection().stream(id));
            let (Some(a), Some(b)) = (a, b) else {
                continue;
            };
            let are_active = a.state().is_active() && b.state().is_active();
            if are_active && b.state().may_recv() {
                assert_eq!(a.send_window(), b.recv_window(), "{a:?} to {b:?}");
            }
            if are_active && a.state().may_recv() {
                assert_eq!(b.send_window(), a.recv_window(), "{b:?} to {a:?}");
            }
        }
    }

    /// Lets everything flow, and both applications say and take all there is.
    pub(crate) fn finish(&mut self) {
        for link in [&mut self.pair.a_to_b, &mut self.pair.b_to_a] {
            let link = link.resume().capacity(65_536);
            link.chunk(usize::MAX).short_writes(usize::MAX);
        }
        self.is_stalled = false;
        self.client.allow_enough(&mut self.pair.a);
        self.server.allow_enough(&mut self.pair.b);
        loop {
            let before = self.progress();
            self.client.end_all(&mut self.pair.a);
            self.server.answer_all(&mut self.pair.b);
            self.server.end_all(&mut self.pair.b);
            self.run();
            self.client.take_all(&mut self.pair.a);
            self.server.take_all(&mut self.pair.b);
            self.run();
            if self.progress() == before {
                return;
            }
        }
    }

    fn progress(&self) -> [usize; 4] {
        let [a, b] = self.client.progress();
        let [c, d] = self.server.progress();
        [a, b, c, d]
    }
}

impl<A: Machine<Role = Client>, B: Machine<Role = Server>> Drop for Play<A, B> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            super::transcript::print(&self.pair, [&self.client, &self.server], &self.acts);
        }
    }
}
