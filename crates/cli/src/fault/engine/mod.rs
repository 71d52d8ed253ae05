//! What lies between a client and a server and makes the faults of a script.
//!
//! Frames are passed on one to one, those of connection and flow control included. Where a fault touches a
//! frame, what follows from that is made good: who has sent content that is dropped gets its credit of the
//! connection's window back, and field blocks stay in step with their tables.

mod control;
mod credit;
mod direction;
mod fields;
mod going;
mod make;
mod pass;
mod request;
mod stream;
mod unit;
mod watch;

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;

use blocking::proto::FieldSection;
use blocking::proto::frame::Increment;

use self::credit::{Account, Initial};
use self::direction::Direction;
use self::going::Going;
use self::stream::Streams;
use self::unit::Unit;
pub(crate) use self::watch::Watch;
use super::choose::Chooser;
use super::rule::{Fault, Limit};
use crate::shaper::{Item, Stage, Way};

/// No more octets are read that go one way while so many of them are held.
const HELD: usize = 16 << 20;

/// The connection, among the times at which something is due.
const CONNECTION: u32 = 0;

/// A connection with faults.
#[derive(Debug)]
pub(crate) struct Engine {
    chooser: Arc<Chooser>,
    number: u64,
    now: Duration,
    up: Direction,
    down: Direction,
    streams: Streams,
    /// When something is due, and on which stream.
    due: BTreeSet<(Duration, u32)>,
    /// The client is told that it may open no more streams at once than these.
    max_streams: Option<u32>,
    going: Going,
    /// What the client gets behind the server's first SETTINGS, and how the connection ends behind that.
    early: Vec<(Vec<u8>, Option<FieldSection>)>,
    early_end: Option<Item>,
    /// Nothing goes on any more.
    is_over: bool,
    watch: Watch,
    /// What went wrong on purpose since somebody looked.
    update: Vec<String>,
}

impl Engine {
    /// The connection of this number, from its beginning.
    pub(crate) fn new(chooser: &Arc<Chooser>, number: u64, watch: Watch) -> Self {
        let smallest = |way: Way| Initial::new(chooser.smallest_window(way));
        let mut engine = Self {
            chooser: Arc::clone(chooser),
            number,
            now: Duration::ZERO,
            up: Direction::new(true, smallest(Way::Up)),
            down: Direction::new(false, smallest(Way::Down)),
            streams: Streams::default(),
            due: BTreeSet::new(),
            max_streams: None,
            going: Going::default(),
            early: Vec::new(),
            early_end: None,
            is_over: false,
            watch,
            update: Vec::new(),
        };
        engine.begin();
        engine
    }

    /// What went wrong on purpose since the last time, a line for each.
    pub(crate) fn update(&mut self) -> Vec<String> {
        core::mem::take(&mut self.update)
    }

    /// Begins what goes wrong with the whole connection.
    fn begin(&mut self) {
        let chooser = Arc::clone(&self.chooser);
        for rule in chooser.of_connection(self.number) {
            self.update
                .push(alloc::format!("connection {}: {}", self.number, rule.name));
            match rule.fault {
                Fault::ConnectionWindow(Limit { way, octets, time }) => {
                    let direction = self.direction(way);
                    direction.window =
                        Some(Account::new(credit::USUAL, credit::USUAL, Some(octets)));
                    direction.window_until = time;
                    self.due.extend(time.map(|time| (time, CONNECTION)));
                }
                Fault::Streams(most) => self.max_streams = Some(most),
                Fault::LateAck { way, time } => self.direction(way).ack_delay = Some(time),
                _ => {}
            }
        }
    }

    const fn direction(&mut self, way: Way) -> &mut Direction {
        match way {
            Way::Up => &mut self.up,
            Way::Down => &mut self.down,
        }
    }

    /// Something has come.
    fn came(&mut self, way: Way, unit: Unit) {
        match unit {
            Unit::Block(block) => self.block_came(way, block),
            unit => {
                self.watch.came(way, &unit);
                match unit {
                    Unit::Data(content) => self.data_came(way, content),
                    Unit::Frame(whole) => self.control_came(way, whole),
                    Unit::Preface => {
                        self.emit(way, blocking::proto::frame::PREFACE.as_slice(), None)
                    }
                    Unit::Raw(octets) => self.direction(way).out.extend_from_slice(&octets),
                    Unit::Block(_) => {}
                }
            }
        }
    }

    /// Passes frames on, made or as they came. What we say to the client comes behind the server's first
    /// SETTINGS (RFC 9113 §3.4).
    fn emit(&mut self, way: Way, octets: &[u8], fields: Option<&FieldSection>) {
        if way == Way::Down && !self.down.has_settings {
            self.early.push((octets.to_vec(), fields.cloned()));
            return;
        }
        self.watch.left(way, octets, fields);
        self.direction(way).out.extend_from_slice(octets);
    }

    /// Content that goes this way was dropped: its sender gets the connection's credit for it from us.
    fn give_back(&mut self, way: Way, octets: u32) {
        if let Some(window) = &mut self.direction(way).window {
            window.moves(octets.into(), octets.into());
        }
        if let Some(increment) = Increment::new(octets) {
            self.emit(way.back(), &make::credit(0, increment), None);
        }
    }

    /// The server's first SETTINGS went on: so does what we have had to say to the client.
    fn say_early(&mut self) {
        for (octets, fields) in core::mem::take(&mut self.early) {
            self.emit(Way::Down, &octets, fields.as_ref());
        }
        if let Some(end) = self.early_end.take() {
            self.end(end);
        }
    }

    /// Ends the connection, for the client in this way.
    fn end(&mut self, item: Item) {
        if self.is_over {
            return;
        }
        if !self.down.has_settings {
            self.early_end.get_or_insert(item);
            return;
        }
        self.is_over = true;
        self.up.end = Some(match item {
            Item::Finish => Item::Finish,
            _ => Item::Close,
        });
        self.down.end = Some(item);
    }

    /// Something is due at a time.
    fn at(&mut self, time: Duration, stream: u32) {
        self.due.insert((time, stream));
    }

    /// Passes the end of a direction on, behind what is held of it, unless nobody waits for that.
    fn finish_due(&mut self) {
        let is_abandoned = self.up.is_finished && self.down.is_finished;
        for way in [Way::Up, Way::Down] {
            let direction = self.direction(way);
            if direction.is_finished && !direction.is_ended && (direction.held == 0 || is_abandoned)
            {
                direction.is_ended = true;
                direction.end.get_or_insert(Item::Finish);
            }
        }
    }

    /// All that goes on now.
    fn drain(&mut self) -> Vec<(Way, Item)> {
        if !self.is_over {
            self.finish_due();
        }
        let mut items = Vec::new();
        for way in [Way::Up, Way::Down] {
            let direction = self.direction(way);
            let out = core::mem::take(&mut direction.out);
            if !out.is_empty() {
                items.push((way, Item::Octets(out.into())));
            }
            items.extend(direction.end.take().map(|item| (way, item)));
        }
        items
    }
}

impl Stage for Engine {
    fn take(&mut self, now: Duration, way: Way, octets: &[u8]) -> Vec<(Way, Item)> {
        self.now = now;
        if !self.is_over {
            self.direction(way).units.push(octets);
        }
        while !self.is_over {
            let Some(unit) = self.direction(way).units.next() else {
                break;
            };
            if self.direction(way).units.is_raw() {
                // Who begins with anything else than the preface does not get frames either.
                self.direction(way.back()).units.give_up();
            }
            self.came(way, unit);
        }
        self.drain()
    }

    fn finish(&mut self, now: Duration, way: Way) -> Vec<(Way, Item)> {
        self.now = now;
        if !self.is_over {
            let direction = self.direction(way);
            let rest = direction.units.rest();
            direction.out.extend_from_slice(&rest);
            direction.is_finished = true;
        }
        self.drain()
    }

    fn tick(&mut self, now: Duration) -> Vec<(Way, Item)> {
        self.now = now;
        while let Some((at, stream)) = self.due.first().copied() {
            if at > now || self.is_over {
                break;
            }
            self.due.pop_first();
            match stream {
                CONNECTION => self.connection_due(),
                stream => self.stream_due(stream),
            }
        }
        self.drain()
    }

    fn next(&self) -> Option<Duration> {
        let first = self.due.first().filter(|_| !self.is_over);
        first.map(|(at, _)| *at)
    }

    fn has_capacity(&self, way: Way) -> bool {
        let direction = match way {
            Way::Up => &self.up,
            Way::Down => &self.down,
        };
        direction.held < HELD
    }
}

#[cfg(test)]
mod tests;
