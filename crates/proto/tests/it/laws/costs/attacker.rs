//! A peer that does what octets tell it: any frames, in any order, at any time, reading or not.

use core::time::Duration;

use testkit::{
    PREFACE, Rng, Side, Wire, continuation, data, flag, goaway, headers, ping, priority,
    priority_update, push_promise, rst_stream, settings, settings_ack, unknown, window_update,
};

use super::super::honest::Plan;
use super::super::numbers::Numbers;

/// What a peer does next.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    Say(Vec<u8>),
    Wait(Duration),
    /// Reads what we say from now on, or does not.
    Read(bool),
}

/// What it has done so far.
pub(crate) struct Attacker<'a> {
    side: Side,
    numbers: Numbers<'a>,
    theme: &'static [Kind],
    next_id: u32,
    /// The kind that is done again, how often, and the wait between.
    again: Option<(Kind, usize, Duration)>,
    is_rested: bool,
    /// The octets of content that the connection's window still takes.
    space: usize,
}

/// The kinds of deeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Get,
    /// A request that is reset at once.
    GetAndReset,
    /// A request that is complete at once, and its answer is small.
    Easy,
    /// That, and a slow one that is reset, in turn.
    Alternate,
    Post,
    Reset,
    SmallData,
    LargeData,
    EmptyData,
    Credit,
    Drip,
    Window,
    Settings,
    Ping,
    Priority,
    Malformed,
    LongFields,
    Pieces,
    Unknown,
    Noise,
    Goaway,
    Wait,
    LongWait,
    Deaf,
    Reader,
    /// What only a server says: responses, informational ones, promises.
    Answer,
    Hint,
    Promise,
}

use Kind::*;

/// What servers have a mind to.
const THEMES_OF_SERVERS: [&[Kind]; 7] = [
    &[Answer, SmallData, EmptyData, Wait],
    &[Answer, LargeData, LargeData, LargeData, Wait],
    &[Hint, Hint, Promise, Answer, Wait],
    &[Promise, Promise, Reset, Wait, Answer],
    &[Window, Drip, Credit, Settings, Ping, LongWait, Deaf, Reader],
    &[Reset, Answer, Ping, Settings, Deaf, Wait],
    &[
        Answer, Hint, Promise, Reset, SmallData, LargeData, EmptyData, Credit, Drip, Window,
        Settings, Ping, Unknown, Noise, Goaway, Wait, LongWait, Deaf, Reader,
    ],
];

/// What attackers have a mind to.
const THEMES: [&[Kind]; 14] = [
    &[GetAndReset, GetAndReset, Easy, Wait],
    &[Alternate, Alternate, Alternate, Wait],
    &[Get, Reset, Easy, Wait],
    &[Get, Get, Deaf, Wait, LongWait],
    &[Get, Window, Drip, LongWait, Credit],
    &[Get, Get, Window, Drip, Wait],
    &[Post, SmallData, EmptyData, LargeData, Wait],
    &[Post, LargeData, LargeData, LargeData, Credit],
    &[Malformed, Malformed, Priority, Window, Get, Wait],
    &[Ping, Settings, Deaf, Reader, Wait],
    &[LongFields, Pieces, Get, Wait],
    &[Get, Post, Settings, Window, Credit, Reset, Reader, Deaf],
    &[Noise, Get, Unknown, Goaway, Priority],
    &[
        Get,
        GetAndReset,
        Easy,
        Alternate,
        Post,
        Reset,
        SmallData,
        LargeData,
        EmptyData,
        Credit,
        Drip,
        Window,
        Settings,
        Ping,
        Priority,
        Malformed,
        LongFields,
        Pieces,
        Unknown,
        Noise,
        Goaway,
        Wait,
        LongWait,
        Deaf,
        Reader,
    ],
];

impl<'a> Attacker<'a> {
    pub(crate) fn new(side: Side, mut numbers: Numbers<'a>) -> Self {
        let (theme, next_id) = match side {
            Side::Client => (numbers.pick(&THEMES), 1),
            Side::Server => (numbers.pick(&THEMES_OF_SERVERS), 2),
        };
        Self {
            side,
            numbers,
            theme,
            next_id,
            again: None,
            is_rested: false,
            space: 0,
        }
    }

    /// What it says first.
    pub(crate) fn hello(&self) -> Vec<u8> {
        match self.side {
            Side::Client => (PREFACE, settings(), settings_ack()).octets(),
            Side::Server => (settings(), settings_ack()).octets(),
        }
    }

    /// The next deed, when the connection's window takes `space` octets; none when its octets are used
    /// up.
    pub(crate) fn next(&mut self, space: usize) -> Option<Deed> {
        self.space = space;
        if let Some((kind, times, pace)) = self.again.take() {
            self.is_rested = !self.is_rested;
            let is_waiting = self.is_rested && !pace.is_zero();
            let times = if is_waiting { times } else { times - 1 };
            self.again = (times > 0).then_some((kind, times, pace));
            return Some(match is_waiting {
                true => Deed::Wait(pace),
                false => self.deed(kind),
            });
        }
        if self.numbers.is_empty() {
            return None;
        }
        let kind = self.numbers.pick(self.theme);
        // Half of all deeds are done often, at some pace.
        let times = usize::from(self.numbers.octet()).saturating_sub(128);
        if times > 0 && !matches!(kind, Wait | LongWait | Deaf | Reader) {
            let pace = Duration::from_millis(self.numbers.pick(&[0, 0, 1, 10, 100, 1000]));
            self.again = Some((kind, times, pace));
        }
        Some(self.deed(kind))
    }

    fn deed(&mut self, kind: Kind) -> Deed {
        match kind {
            Wait => Deed::Wait(Duration::from_millis(8 * u64::from(self.numbers.octet()))),
            LongWait => Deed::Wait(Duration::from_secs(self.numbers.octet().into())),
            Deaf => Deed::Read(false),
            Reader => Deed::Read(true),
            _ => Deed::Say(self.frames(kind)),
        }
    }

    fn frames(&mut self, kind: Kind) -> Vec<u8> {
        if self.next_id == 1 {
            let path = self.path();
            return headers(self.open()).post(&path).octets();
        }
        let some = self.some_stream();
        match kind {
            Answer => headers(some).status(200).octets(),
            Hint => headers(some).status(103).field("link", "</a>").octets(),
            Promise => {
                let id = self.open();
                push_promise(some | 1, id).get("/").octets()
            }
            Get => {
                let path = self.path();
                headers(self.open()).get(&path).end().octets()
            }
            GetAndReset => {
                let (path, id) = (self.path(), self.open());
                (headers(id).get(&path).end(), rst_stream(id, 8)).octets()
            }
            Easy => self.easy(),
            Alternate if self.next_id % 4 == 1 => self.easy(),
            Alternate => {
                let mut plan = Plan::content(Duration::from_secs(1000), 10);
                plan.is_deaf = true;
                let id = self.open();
                (headers(id).get(plan.path()).end(), rst_stream(id, 8)).octets()
            }
            Post => {
                let path = self.path();
                headers(self.open()).post(&path).octets()
            }
            Reset => rst_stream(some, 8).octets(),
            SmallData => data(some, vec![0; self.numbers.below(20)]).octets(),
            LargeData => {
                let octets = 64
                    * self.numbers.below(match self.side {
                        Side::Client => 256,
                        Side::Server => 64,
                    });
                data(some, vec![0; octets.min(self.space)]).octets()
            }
            EmptyData => data(some, []).padded(self.numbers.octet()).octets(),
            Credit => {
                let credit = 1 << self.numbers.below(31);
                (window_update(0, credit), window_update(some, credit)).octets()
            }
            Drip => (window_update(0, 1), window_update(some, 1)).octets(),
            Window => {
                let window = self.numbers.pick(&[0, 0, 1, 16_384, 65_535, 0x7fff_ffff]);
                settings().set(4, window).octets()
            }
            Settings => self.settings(),
            Ping => match self.numbers.rarely(3) {
                true => ping([self.numbers.octet(); 8]).ack().octets(),
                false => ping([self.numbers.octet(); 8]).octets(),
            },
            Priority => match self.numbers.rarely(2) {
                true => priority(some, 0, self.numbers.octet()).octets(),
                false => priority_update(some + 2, "u=1").octets(),
            },
            Malformed => self.malformed(some),
            LongFields => self.long_fields(),
            Pieces => self.pieces(),
            Unknown => unknown(0x40 + self.numbers.octet() % 16, 0, 0, []).octets(),
            Goaway => goaway(0, 0).octets(),
            _ => {
                let seed = u64::from(self.numbers.octet());
                Rng::new(seed).bytes(self.numbers.below(60))
            }
        }
    }

    fn settings(&mut self) -> Vec<u8> {
        let value = u32::from(self.numbers.octet());
        match self.numbers.below(32) {
            0 => settings_ack().octets(),
            1..=8 => settings().set(1, value * 100).octets(),
            9..=16 => settings().set(5, 16_384 + value).octets(),
            _ => settings().octets(),
        }
    }

    /// What makes a server reset a stream.
    fn malformed(&mut self, some: u32) -> Vec<u8> {
        match self.numbers.below(16) {
            0 => priority(some, 0, 0).length(4).octets()[..13].to_vec(),
            1 => window_update(some, 0).octets(),
            2..=6 => headers(self.open()).get("/").field("A", "").end().octets(),
            7 | 8 => window_update(some, 0x7fff_ffff).octets(),
            9 | 10 => headers(some).get("/").end().octets(),
            11 | 12 => data(some, "x").end().octets(),
            _ => {
                let id = self.open();
                let post = headers(id).post("/").field("content-length", "1");
                (post, data(id, "xx")).octets()
            }
        }
    }

    fn long_fields(&mut self) -> Vec<u8> {
        let long = "x".repeat(64 * self.numbers.below(256));
        headers(self.open())
            .get("/")
            .field("x-long", &long)
            .end()
            .octets()
    }

    /// A field block in pieces, whose last may be missing.
    fn pieces(&mut self) -> Vec<u8> {
        let id = self.open();
        let mut octets = headers(id).get("/").no_end_headers().octets();
        for _ in 0..self.numbers.below(12) {
            octets.extend(
                continuation(id)
                    .raw_block(b"\x00\x01a\x01b")
                    .no_end_headers()
                    .octets(),
            );
        }
        if self.numbers.rarely(2) {
            octets.extend(continuation(id).flags(flag::END_HEADERS).octets());
        }
        octets
    }

    fn easy(&mut self) -> Vec<u8> {
        headers(self.open()).get("/").end().octets()
    }

    fn open(&mut self) -> u32 {
        self.next_id += 2;
        self.next_id - 2
    }

    /// One of the latest streams.
    fn some_stream(&mut self) -> u32 {
        let back = 2 * u32::try_from(self.numbers.below(8)).unwrap_or(0);
        match self.side {
            Side::Client => self.next_id.saturating_sub(2 + back) | 1,
            // Those of the client that is there, and promised ones.
            Side::Server if self.next_id > 2 && self.numbers.rarely(4) => {
                self.next_id.saturating_sub(2 + back).max(2)
            }
            Side::Server => 1 + back,
        }
    }

    /// What is asked of the application.
    fn path(&mut self) -> String {
        let seconds = |seconds| Duration::from_secs(seconds);
        let mut plan = match self.numbers.below(6) {
            0 => Plan::content(seconds(0), 100),
            1 => Plan::content(seconds(1), 100_000),
            2 => Plan::content(seconds(0), 1_000_000),
            3 => Plan::content(seconds(1000), 10),
            4 => Plan::content(seconds(30), 0),
            _ => Plan::content(seconds(0), 30_000),
        };
        plan.reads = u64::from(self.numbers.octet()) * 100;
        plan.is_deaf = self.numbers.rarely(2);
        plan.path()
    }
}
