//! Looking at the connection as a whole; a single stream is looked at with [`StreamRef`].

use core::time::Duration;

#[cfg(doc)]
use super::StreamRef;
use super::{Connection, Core, Shared};
use crate::role::Role;
use crate::stats::{Held, Stats};

/// How far the life of a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// The peer's first SETTINGS are to come (RFC 9113 §3.4).
    Preface,
    /// Streams may be opened.
    Open,
    /// One of the ends has said GOAWAY: those that run may finish (RFC 9113 §6.8).
    GoingAway,
    /// Nothing is read any more, and only what is queued is written.
    Over,
}

impl<R: Role> Connection<R> {
    /// How far the life of the connection has come.
    #[must_use]
    pub fn stage(&self) -> Stage {
        let life = &self.core.shared.life;
        if life.is_over() {
            Stage::Over
        } else if life.is_going_away() {
            Stage::GoingAway
        } else if life.is_preface() {
            Stage::Preface
        } else {
            Stage::Open
        }
    }

    /// What the connection has done so far, and what held it up.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let shared = &self.core.shared;
        let (local, peer) = shared.streams.opened_in_all();
        let mut stats = Stats::default();
        shared.counts.tell(&mut stats);
        stats.time = shared.timers.now();
        stats.streams_opened_local = local;
        stats.streams_opened_peer = peer;
        stats.streams_active_local = shared.streams.active_local();
        stats.streams_active_peer = shared.streams.active_peer();
        stats.octets_sent = shared.output.written_in_all();
        stats
    }

    /// The octets that the peer may still send, on all streams together (RFC 9113 §6.9.1).
    #[must_use]
    pub const fn recv_window(&self) -> i32 {
        self.core.shared.windows.recv_window().value()
    }

    /// The octets that we may still send, on all streams together (RFC 9113 §6.9.1).
    #[must_use]
    pub const fn send_window(&self) -> i32 {
        self.core.shared.windows.send_window().value()
    }

    /// The octets that wait to be sent: frames that are made, and the content of all streams.
    #[must_use]
    pub fn queued(&self) -> usize {
        let streams = self.streams().map(|stream| stream.queued());
        self.core.shared.output.octets() + streams.sum::<usize>()
    }

    /// Says whether requests are open that the application is not notified of yet, for it works for as
    /// many as the peer may have open at once, those included whose streams the peer has reset
    /// (RFC 9113 §10.5). [`Event::Opened`](crate::Event::Opened) tells of them when it releases
    /// others, and without anything being read.
    #[must_use]
    pub const fn has_waiting_requests(&self) -> bool {
        self.core.shared.streams.first_waiting().is_some()
    }

    /// Says whether we read nothing until the peer has read what it made us answer, or for a moment
    /// because it sends its content in tiny pieces.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.core.shared.is_paused()
    }

    /// The octets of memory that the connection holds: itself, its streams, both tables of fields,
    /// fields that were not taken, and frames that wait to be written. Content that is shared with
    /// the application counts here, too; what is kept for later and a driver's buffers do not.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.core.memory() + self.streams().map(|stream| stream.memory()).sum::<usize>()
    }
}

impl Shared {
    /// Counts time that has passed, in which all was as it is now.
    pub(super) fn count_time(&mut self, time: Duration) {
        let streams = &self.streams;
        let held = Held {
            by_transport: self.output.is_stuck(),
            by_concurrency: streams.pending_requests().len(),
            is_open: streams.active_local() + streams.active_peer() > 0,
        };
        self.counts.passed(time, held);
    }
}

impl Core {
    /// What is held besides the streams.
    fn memory(&self) -> usize {
        let Shared {
            input,
            output,
            encoder,
            streams,
            ..
        } = &self.shared;
        let tables = input.table_octets() + encoder.table().size();
        let fields = streams.held_fields();
        size_of::<Self>() + tables + fields + output.octets()
    }
}
