//! What is counted as it happens.

use alloc::boxed::Box;
use core::time::Duration;

use super::{Slowdown, Stall, Trips};
use crate::nanos::Nanos;
use crate::observe::Direction;
use crate::schedule::Blocked;
use crate::violation::Limit;

/// What is counted as it happens.
#[derive(Debug)]
pub(crate) struct Counts {
    received: u64,
    frames_received: u64,
    frames_sent: u64,
    application: Nanos,
    /// A PING whose answer is waited for, and since when; never, if for none.
    asked: ([u8; 8], Nanos),
    /// What the latest took; never, if none came back.
    round_trip: Nanos,
    /// What few connections have.
    rare: Option<Box<Rare>>,
}

/// What held streams up, and the limits that were passed.
#[derive(Debug, Default)]
struct Rare {
    own_window: Hold,
    shared_window: Hold,
    concurrency: Hold,
    transport: Hold,
    trips: Trips,
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            received: 0,
            frames_received: 0,
            frames_sent: 0,
            application: Nanos::ZERO,
            asked: ([0; 8], Nanos::NEVER),
            round_trip: Nanos::NEVER,
            rare: None,
        }
    }
}

/// What one cause holds up, and has held up.
#[derive(Clone, Copy, Debug, Default)]
struct Hold {
    streams: u32,
    count: u64,
    time: Nanos,
}

/// What besides windows and limits is the case while time passes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    /// The transport was shown something, and has not taken it.
    pub(crate) by_transport: bool,
    /// So many requests wait for the peer to take another stream.
    pub(crate) by_concurrency: usize,
    /// Streams are open.
    pub(crate) is_open: bool,
}

impl Counts {
    /// Octets have come, whole frames of them.
    pub(crate) fn received(&mut self, octets: usize) {
        self.received += octets as u64;
    }

    /// A frame has come, or was made to be sent.
    pub(crate) const fn frame(&mut self, direction: Direction) {
        match direction {
            Direction::Received => self.frames_received += 1,
            Direction::Sent => self.frames_sent += 1,
        }
    }

    /// So many frames were made to be sent.
    pub(crate) fn sent(&mut self, frames: usize) {
        self.frames_sent += frames as u64;
    }

    /// The peer is slowed.
    pub(crate) fn slow(&mut self, why: Slowdown) {
        self.rare().trips.slow(why);
    }

    /// A stream begins to wait.
    pub(crate) fn hold(&mut self, why: Blocked) {
        let hold = self.cause(why);
        hold.streams += 1;
        hold.count += 1;
    }

    /// A stream waits no more.
    pub(crate) fn release(&mut self, why: Blocked) {
        let hold = self.cause(why);
        hold.streams = hold.streams.saturating_sub(1);
    }

    /// A request has to wait for the peer to take another stream.
    pub(crate) fn wait_to_open(&mut self) {
        self.rare().concurrency.count += 1;
    }

    fn cause(&mut self, why: Blocked) -> &mut Hold {
        let rare = self.rare();
        match why {
            Blocked::OwnWindow => &mut rare.own_window,
            Blocked::SharedWindow => &mut rare.shared_window,
            Blocked::Concurrency => &mut rare.concurrency,
        }
    }

    fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_with(Box::default)
    }

    /// Time has passed, in which all was as it is now.
    pub(crate) fn passed(&mut self, time: Duration, held: Held) {
        if time.is_zero() {
            return;
        }
        if held.by_transport || held.by_concurrency > 0 {
            self.rare();
        }
        let rare = self.rare.as_mut();
        let is_held = rare.is_some_and(|rare| rare.passed(time, held));
        if held.is_open && !is_held {
            self.application = self.application.after(time);
        }
    }

    /// A limit was passed.
    pub(crate) fn trip(&mut self, limit: Limit) {
        self.rare().trips.end(limit);
    }

    /// A PING is asked for. One at a time is timed.
    pub(crate) fn ask(&mut self, payload: [u8; 8], now: Duration) {
        if self.asked.1 == Nanos::NEVER {
            self.asked = (payload, Nanos::of(now));
        }
    }

    /// The answer to a PING has come.
    pub(crate) fn answered(&mut self, payload: [u8; 8], now: Duration) {
        let (asked, since) = self.asked;
        if let Some(since) = since.time().filter(|_| asked == payload) {
            self.asked.1 = Nanos::NEVER;
            self.round_trip = Nanos::of(now.saturating_sub(since));
        }
    }

    /// Says what was counted.
    pub(crate) fn tell(&self, stats: &mut super::Stats) {
        stats.octets_received = self.received;
        stats.frames_received = self.frames_received;
        stats.frames_sent = self.frames_sent;
        stats.stalls.application = self.application.time().unwrap_or(Duration::MAX);
        stats.round_trip = self.round_trip.time();
        if let Some(rare) = &self.rare {
            rare.tell(stats);
        }
    }
}

impl Rare {
    /// Time has passed. Says whether anything was held up in it.
    fn passed(&mut self, time: Duration, held: Held) -> bool {
        self.transport.count += u64::from(held.by_transport && self.transport.streams == 0);
        self.transport.streams = held.by_transport.into();
        let is_concurrency = held.by_concurrency > 0 || self.concurrency.streams > 0;
        let causes = [
            (self.own_window.streams > 0, &mut self.own_window),
            (self.shared_window.streams > 0, &mut self.shared_window),
            (is_concurrency, &mut self.concurrency),
            (held.by_transport, &mut self.transport),
        ];
        let mut is_held = false;
        for (_, hold) in causes.into_iter().filter(|(is_so, _)| *is_so) {
            hold.time = hold.time.after(time);
            is_held = true;
        }
        is_held
    }

    fn tell(&self, stats: &mut super::Stats) {
        stats.stalls.stream_window = self.own_window.tell();
        stats.stalls.connection_window = self.shared_window.tell();
        stats.stalls.transport = self.transport.tell();
        stats.stalls.peer_concurrency = self.concurrency.tell();
        self.trips.tell(stats);
    }
}

impl Hold {
    fn tell(&self) -> Stall {
        Stall {
            count: self.count,
            time: self.time.time().unwrap_or(Duration::MAX),
        }
    }
}
