//! What all streams of a connection may hold together: N windows of I octets, and G to grow by.

use super::budget::{Share, WindowBudget};
use super::{INITIAL_WINDOW, MAX_WINDOW};

/// Keeps the sum over all streams of what the peer may still send and what nobody has taken at no
/// more than N · I + G, however they are opened, grow, end and are taken (RFC 9113 §10.5).
///
/// A stream that the peer may send on costs I and what it grew by. One that the peer has ended, or
/// that was reset, costs what is still there to be taken; that comes out of G, for the peer may open
/// another in its place.
#[derive(Debug)]
pub(crate) struct Allowance {
    /// I: the most that a stream that is open now may have had without growing.
    initial: u32,
    /// What I is once no stream is open that had more.
    next_initial: u32,
    /// N.
    streams: u32,
    /// G.
    growth: u32,
    /// The streams that the peer may send on.
    open: u32,
    /// What they grew by, and what is there of the others.
    beyond: u64,
    /// What of that comes out of a budget that connections share.
    grant: Share,
}

impl Allowance {
    pub(crate) fn new(initial: u32, streams: u32, growth: u32) -> Self {
        Self {
            initial,
            next_initial: initial,
            streams,
            growth,
            open: 0,
            beyond: 0,
            grant: Share::default(),
        }
    }

    /// N · I + G for so many streams, in octets.
    fn total(&self, streams: u32) -> u64 {
        u64::from(streams) * u64::from(self.initial) + u64::from(self.growth)
    }

    /// The window of a connection on which as much may be under way, in octets.
    ///
    /// RFC 9113 §6.9.2: 65,535 octets are granted before anything was said.
    pub(crate) fn window(&self) -> u32 {
        let total = u32::try_from(self.total(self.streams)).unwrap_or(MAX_WINDOW);
        total.clamp(INITIAL_WINDOW, MAX_WINDOW)
    }

    /// Says whether there is space for one more stream where N is at least `streams`.
    ///
    /// RFC 9113 §6.9.1: N is not raised to what no window of the connection could let through.
    pub(crate) fn has_capacity(&self, streams: u32) -> bool {
        let (most, total) = (u64::from(MAX_WINDOW), self.total(self.streams.max(streams)));
        let is_raised = streams > self.streams;
        (!is_raised || total <= most) && self.used() + u64::from(self.initial) <= total.min(most)
    }

    /// What the peer may still send, and what is there, at most.
    fn used(&self) -> u64 {
        u64::from(self.open) * u64::from(self.initial) + self.beyond
    }

    /// Lets there be as many streams, of windows as large. What was announced stays.
    pub(crate) fn raise(&mut self, initial: u32, streams: u32) {
        self.initial = self.initial.max(initial);
        self.next_initial = self.next_initial.max(initial);
        self.streams = self.streams.max(streams);
    }

    /// I is so much, as the peer knows by now; streams that are open may still hold more.
    pub(crate) fn settle(&mut self, initial: u32) {
        self.next_initial = initial;
        if self.open == 0 {
            self.initial = initial;
        }
    }

    /// The peer may send on one more stream.
    pub(crate) fn open(&mut self) {
        self.open += 1;
    }

    /// The peer sends no more on a stream that grew by `grown`, and of which `waiting` octets are there.
    pub(crate) fn close(&mut self, grown: u32, waiting: u32) {
        self.open -= 1;
        self.beyond += u64::from(waiting);
        self.give_back(grown);
        if self.open == 0 {
            self.initial = self.next_initial;
        }
    }

    /// How much is left to grow by, in octets.
    pub(crate) fn left(&self) -> u32 {
        let growth = u64::from(self.growth).saturating_sub(self.beyond);
        let space = u64::from(self.window()).saturating_sub(self.used());
        let left = self.grant.left(growth.min(space));
        u32::try_from(left).unwrap_or(u32::MAX)
    }

    /// Takes up to `octets` to grow by. Returns how many.
    pub(crate) fn take(&mut self, octets: u32) -> u32 {
        let taken = self.grant.take(octets.min(self.left()));
        self.beyond += u64::from(taken);
        taken
    }

    /// Takes note of octets beyond I that are there no more.
    pub(crate) fn give_back(&mut self, octets: u32) {
        self.beyond -= u64::from(octets);
        self.grant.keep(self.beyond);
    }

    /// Lets windows grow out of a budget that connections share, from now on.
    pub(crate) fn grow_from(&mut self, budget: WindowBudget) {
        self.grant.come_from(budget);
    }
}
