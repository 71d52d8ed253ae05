//! What is counted as it happens.

use core::time::Duration;

use super::{Slowdown, Stall, Stalls, Trips};
use crate::observe::Direction;
use crate::schedule::Blocked;
use crate::violation::Limit;

/// What is counted as it happens.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    received: u64,
    frames_received: u64,
    frames_sent: u64,
    own_window: Hold,
    shared_window: Hold,
    concurrency: Hold,
    transport: Hold,
    application: Duration,
    trips: Trips,
    /// A PING whose answer is waited for, and since when.
    asked: Option<([u8; 8], Duration)>,
    round_trip: Option<Duration>,
}

/// What one cause holds up, and has held up.
#[derive(Clone, Copy, Debug, Default)]
struct Hold {
    streams: u32,
    count: u64,
    time: Duration,
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
        self.trips.slow(why);
    }

    /// A stream begins to wait.
    pub(crate) const fn hold(&mut self, why: Blocked) {
        let hold = self.cause(why);
        hold.streams += 1;
        hold.count += 1;
    }

    /// A stream waits no more.
    pub(crate) const fn release(&mut self, why: Blocked) {
        let hold = self.cause(why);
        hold.streams = hold.streams.saturating_sub(1);
    }

    /// A request has to wait for the peer to take another stream.
    pub(crate) const fn wait_to_open(&mut self) {
        self.concurrency.count += 1;
    }

    const fn cause(&mut self, why: Blocked) -> &mut Hold {
        match why {
            Blocked::OwnWindow => &mut self.own_window,
            Blocked::SharedWindow => &mut self.shared_window,
            Blocked::Concurrency => &mut self.concurrency,
        }
    }

    /// Time has passed, in which all was as it is now.
    pub(crate) fn passed(&mut self, time: Duration, held: Held) {
        if time.is_zero() {
            return;
        }
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
            hold.time = hold.time.saturating_add(time);
            is_held = true;
        }
        if held.is_open && !is_held {
            self.application = self.application.saturating_add(time);
        }
    }

    /// A limit was passed.
    pub(crate) fn trip(&mut self, limit: Limit) {
        self.trips.end(limit);
    }

    /// A PING is asked for. One at a time is timed.
    pub(crate) fn ask(&mut self, payload: [u8; 8], now: Duration) {
        self.asked.get_or_insert((payload, now));
    }

    /// The answer to a PING has come.
    pub(crate) fn answered(&mut self, payload: [u8; 8], now: Duration) {
        let asked = self.asked.take_if(|(asked, _)| *asked == payload);
        if let Some((_, since)) = asked {
            self.round_trip = Some(now.saturating_sub(since));
        }
    }

    /// Says what was counted.
    pub(crate) fn tell(&self, stats: &mut super::Stats) {
        stats.octets_received = self.received;
        stats.frames_received = self.frames_received;
        stats.frames_sent = self.frames_sent;
        stats.stalls = Stalls {
            stream_window: self.own_window.tell(),
            connection_window: self.shared_window.tell(),
            transport: self.transport.tell(),
            peer_concurrency: self.concurrency.tell(),
            application: self.application,
        };
        self.trips.tell(stats);
        stats.round_trip = self.round_trip;
    }
}

impl Hold {
    const fn tell(&self) -> Stall {
        Stall {
            count: self.count,
            time: self.time,
        }
    }
}
