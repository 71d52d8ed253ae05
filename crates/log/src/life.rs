//! What is known of one stream, while its log is read.

use alloc::vec::Vec;

use proto::Direction;

use crate::entry::Event;
use crate::moves::{AT_ONCE, Turn};
use crate::spans::{Fact, Facts};
use crate::trace::{Mark, StreamTrace};

/// A stream, from its first event on.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) trace: StreamTrace,
    begin: u64,
    /// When it was closed.
    closed: Option<u64>,
    /// When the last octet of it left.
    left: u64,
    facts: Facts,
    /// The facts that hold, and since when.
    holding: Vec<(Fact, u64)>,
    /// What the application has queued and what was made frames of it: octets, and whether the head
    /// and the end are among it.
    queued: Message,
    sent: Message,
    received: u64,
    taken: u64,
    /// When the first frame was sent, and the last.
    first_sent: Option<u64>,
    last_sent: u64,
}

/// How far a message is.
#[derive(Clone, Copy, Debug, Default)]
struct Message {
    has_head: bool,
    octets: u64,
    has_end: bool,
}

impl Life {
    pub(crate) fn new(trace: StreamTrace, begin: u64) -> Self {
        Self {
            trace,
            begin,
            closed: None,
            left: begin,
            facts: Facts::default(),
            holding: Vec::new(),
            queued: Message::default(),
            sent: Message::default(),
            received: 0,
            taken: 0,
            first_sent: None,
            last_sent: begin,
        }
    }

    /// When it was closed, if it was.
    pub(crate) const fn closed(&self) -> Option<u64> {
        self.closed
    }

    pub(crate) fn mark(&mut self, mark: Mark) {
        self.trace.marks.push(mark);
    }

    /// A fact holds from now on, or does not.
    pub(crate) fn set(&mut self, fact: Fact, holds: bool, at: u64) {
        let place = self.holding.iter().position(|(held, _)| *held == fact);
        match (place, holds) {
            (None, true) => self.holding.push((fact, at)),
            (Some(place), false) => {
                let (_, since) = self.holding.swap_remove(place);
                self.facts.add(fact, since, at);
            }
            _ => {}
        }
    }

    pub(crate) fn holds(&self, fact: Fact) -> bool {
        self.holding.iter().any(|(held, _)| *held == fact)
    }

    /// The application has said something.
    pub(crate) fn queue(&mut self, at: u64, event: &Event<'_>) {
        if let Event::Queued {
            octets, end_stream, ..
        } = event
        {
            self.queued.has_head = true;
            self.queued.octets = self.queued.octets.saturating_add(*octets);
            self.queued.has_end |= end_stream;
            if *end_stream {
                self.set(Fact::Owes, false, at);
            }
            self.update(at);
        }
    }

    /// The application has taken content.
    pub(crate) fn take(&mut self, at: u64, octets: u64) {
        self.taken = self.taken.saturating_add(octets);
        self.update(at);
    }

    /// HEADERS leave.
    pub(crate) fn send_head(&mut self, at: u64, end_stream: bool) {
        self.set(Fact::Unopened, false, at);
        self.sent.has_head = true;
        self.send(at, end_stream);
    }

    /// The peer has promised to answer a request that we did not make (RFC 9113 §8.4).
    pub(crate) const fn send_promised(&mut self) {
        self.sent.has_end = true;
    }

    /// DATA leave.
    pub(crate) fn send_data(&mut self, at: u64, octets: u64, end_stream: bool) {
        let count = &mut self.trace.content.sent;
        *count = count.saturating_add(octets);
        self.sent.octets = self.sent.octets.saturating_add(octets);
        // Whatever it waited for before, it has its turn now.
        let from = at.saturating_sub(AT_ONCE).max(self.last_sent);
        self.facts.add(Fact::OwnTurn, from, at);
        self.send(at, end_stream);
    }

    fn send(&mut self, at: u64, end_stream: bool) {
        self.first_sent.get_or_insert(at);
        self.last_sent = at;
        self.sent.has_end |= end_stream;
        if end_stream {
            self.set(Fact::Owes, false, at);
        }
        self.update(at);
        self.close_if_whole(at);
    }

    /// HEADERS came.
    pub(crate) fn receive_head(&mut self, at: u64, end_headers: bool, end_stream: bool) {
        self.set(Fact::Block, !end_headers, at);
        self.set(Fact::PeerBegun, true, at);
        self.receive(at, end_stream);
    }

    /// DATA came.
    pub(crate) fn receive_data(&mut self, at: u64, octets: u64, end_stream: bool) {
        let count = &mut self.trace.content.received;
        *count = count.saturating_add(octets);
        self.received = self.received.saturating_add(octets);
        self.update(at);
        self.receive(at, end_stream);
    }

    fn receive(&mut self, at: u64, end_stream: bool) {
        if end_stream {
            self.set(Fact::PeerOwes, false, at);
            self.close_if_whole(at);
        }
    }

    fn update(&mut self, at: u64) {
        let (queued, sent) = (self.queued, self.sent);
        let is_pending = (queued.has_head && !sent.has_head)
            || queued.octets > sent.octets
            || (queued.has_end && !sent.has_end);
        self.set(Fact::Pending, is_pending, at);
        self.set(Fact::Untaken, self.received > self.taken, at);
    }

    fn close_if_whole(&mut self, at: u64) {
        if self.sent.has_end && !self.holds(Fact::PeerOwes) {
            self.close(at);
        }
    }

    /// It is over: nothing more is said on it.
    pub(crate) fn close(&mut self, at: u64) {
        if self.closed.is_none() {
            self.closed = Some(at);
            for fact in [Fact::Unopened, Fact::Pending, Fact::Owes, Fact::PeerOwes] {
                self.set(fact, false, at);
            }
        }
    }

    /// A frame has waited for the transport.
    pub(crate) fn leave(&mut self, is_head: bool, from: u64, to: u64) {
        self.left = self.left.max(to);
        if to.saturating_sub(from) > AT_ONCE {
            self.facts.add(Fact::Unwritten, from, to);
        } else if is_head {
            self.facts.add(Fact::Block, from, to);
        }
    }

    /// The end of what is known: what holds is known to hold until now.
    pub(crate) fn finish(mut self, around: &Around<'_>) -> StreamTrace {
        let end = self
            .closed
            .map_or(around.end, |closed| closed.max(self.left));
        let end = end.max(self.begin);
        if !around.has_queued {
            // Nothing is known of the application: it had all to say, and its message was to be sent.
            let until = if self.sent.has_end {
                self.last_sent
            } else {
                end
            };
            let from = self.first_sent.unwrap_or(until);
            self.facts.add(Fact::Pending, from, until);
        }
        for (fact, since) in core::mem::take(&mut self.holding) {
            self.facts.add(fact, since, end);
        }
        if around.is_client {
            self.facts.add(Fact::Client, self.begin, end);
        }
        self.add_turns(around.sent, Fact::OwnTurn, Fact::OtherTurn, end);
        self.add_turns(around.received, Fact::OwnArrival, Fact::OtherArrival, end);
        for (fact, times) in &around.shut {
            self.add_all(*fact, times, end);
        }
        self.trace.spans = self.facts.spans(self.begin, end);
        self.trace.begin = core::time::Duration::from_nanos(self.begin);
        self.trace.end = core::time::Duration::from_nanos(end);
        self.trace.is_closed = self.closed.is_some();
        self.trace
    }

    /// Adds when a window was shut, and which one.
    pub(crate) fn shut(&mut self, fact: Fact, times: &[(u64, u64)], end: u64) {
        self.add_all(fact, times, end);
    }

    fn add_all(&mut self, fact: Fact, times: &[(u64, u64)], end: u64) {
        let first = times.partition_point(|(_, to)| *to <= self.begin);
        let times = times.get(first..).unwrap_or_default().iter();
        for (from, to) in times.take_while(|(from, _)| *from < end) {
            self.facts.add(fact, *from, (*to).min(end));
        }
    }

    /// Adds the turns during its life: its own, and those of others, which may follow each other.
    fn add_turns(&mut self, turns: &[Turn], own: Fact, other: Fact, end: u64) {
        let first = turns.partition_point(|turn| turn.to <= self.begin);
        let turns = turns.get(first..).unwrap_or_default().iter();
        let mut others: Option<(u64, u64)> = None;
        for turn in turns.take_while(|turn| turn.from < end) {
            if turn.stream == self.trace.id {
                self.facts.add(own, turn.from, turn.to);
                continue;
            }
            others = match others {
                Some((from, to)) if to == turn.from => Some((from, turn.to)),
                before => {
                    if let Some((from, to)) = before {
                        self.facts.add(other, from, to);
                    }
                    Some((turn.from, turn.to))
                }
            };
        }
        if let Some((from, to)) = others {
            self.facts.add(other, from, to);
        }
    }
}

/// What is known of the connection around its streams.
#[derive(Debug)]
pub(crate) struct Around<'a> {
    /// When the last event was.
    pub(crate) end: u64,
    pub(crate) is_client: bool,
    /// The log says what the application does.
    pub(crate) has_queued: bool,
    pub(crate) sent: &'a [Turn],
    pub(crate) received: &'a [Turn],
    /// When the windows were shut that all streams share.
    pub(crate) shut: [(Fact, Vec<(u64, u64)>); 2],
}

impl Life {
    /// Which way its first words went: a stream of ours, or of the peer's.
    pub(crate) const fn is_of(&self, direction: Direction, is_client: bool) -> bool {
        let is_client_stream = self.trace.id % 2 == 1;
        match direction {
            Direction::Sent => is_client_stream == is_client,
            Direction::Received => is_client_stream != is_client,
        }
    }
}
