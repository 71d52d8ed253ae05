//! One connection of a run: a place that requests are bound to, and the HTTP/2 connections that follow
//! each other in it.
//!
//! The machine of `proto` is driven as it is, without a layer in between: one read, all that came of it,
//! the requests that may follow, one write.

mod dial;
mod hear;
mod index;
mod link;
mod request;
mod requests;
mod send;

use mio::{Registry, Token};

use self::link::Link;
use self::request::Request;
use self::requests::Requests;
use super::context::Context;
use super::tally::Outcome;
use super::waits::Waits;

/// How many reads a turn has at most, for others have theirs.
const READS: usize = 4;

/// One connection.
pub(super) struct Connection {
    /// Which one of all it is.
    number: usize,
    token: Token,
    link: Option<Link>,
    /// An answer has come since it was dialed.
    has_answered: bool,
    /// From when on it is dialed anew.
    dial_at: u64,
    requests: Requests,
    waits: Waits,
    /// It is in the list of those that have something to do.
    pub(super) is_dirty: bool,
    /// Its socket may have more, though it will not say so again.
    pub(super) is_unread: bool,
}

/// What a connection wants of its thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// To be told when its socket is ready.
    Wait,
    /// Another turn, though its socket says nothing.
    Turn,
}

impl Connection {
    pub(super) fn new(number: usize, token: Token) -> Self {
        Self {
            number,
            token,
            link: None,
            has_answered: false,
            dial_at: 0,
            requests: Requests::default(),
            waits: Waits::new(0),
            is_dirty: false,
            is_unread: false,
        }
    }

    /// A request is bound to it, for ever.
    pub(super) fn enter(
        &mut self,
        number: u64,
        intended: u64,
        now: u64,
        context: &mut Context<'_>,
    ) {
        let message = context.plan.messages.pick(number);
        let request = self.requests.insert(|| Request::new(message, intended));
        if let Some(request) = request {
            request.life.queue(&mut self.waits, now);
        }
    }

    /// Reads what is there, and does what follows.
    pub(super) fn turn(&mut self, context: &mut Context<'_>, registry: &Registry) -> Next {
        let mut now = context.clock.now();
        if !self.dial(context, registry, now) {
            return Next::Wait;
        }
        let mut next = Next::Turn;
        for _ in 0..READS {
            let (is_drained, read_at) = self.read(context);
            now = read_at.unwrap_or(now);
            if is_drained {
                next = Next::Wait;
                break;
            }
        }
        self.is_unread = next == Next::Turn;
        self.go_on(context, registry, now);
        next
    }

    /// Does what follows of requests that came.
    pub(super) fn resume(&mut self, context: &mut Context<'_>, registry: &Registry) {
        let now = context.clock.now();
        if self.dial(context, registry, now) {
            self.go_on(context, registry, now);
        }
    }

    /// Makes the requests that may be made, and writes.
    pub(super) fn go_on(&mut self, context: &mut Context<'_>, registry: &Registry, now: u64) {
        self.refill(context, now);
        self.open(context, now);
        self.write(context, now);
        self.hang_up(context, registry, now);
    }

    /// In a closed loop one request follows the other.
    fn refill(&mut self, context: &mut Context<'_>, now: u64) {
        while self.requests.len() < context.plan.streams {
            let supplied = context.supply.as_mut().and_then(|supply| supply.take(now));
            let Some(number) = supplied else { break };
            self.enter(number, now, now, context);
        }
    }

    /// Ends the requests that have taken too long.
    pub(super) fn expire(&mut self, context: &mut Context<'_>, now: u64) {
        let Some(limit) = now.checked_sub(context.plan.timeout) else {
            return;
        };
        while let Some(place) = self.requests.pop_before(limit) {
            self.time_out(place, context);
        }
        for place in self.requests.running_before(limit) {
            self.time_out(place, context);
        }
    }

    fn time_out(&mut self, place: u32, context: &mut Context<'_>) {
        let Some(request) = self.requests.get(place) else {
            return;
        };
        let (stream, over) = (request.stream, request.intended + context.plan.timeout);
        self.end(place, Outcome::TimedOut, over, context);
        if let (Some(link), Some(stream)) = (&mut self.link, stream) {
            link.cancel(stream);
        }
    }

    /// The run is over: what is under way is as old as it is.
    pub(super) fn cut(&mut self, context: &mut Context<'_>, now: u64) {
        self.requests.waiting.clear();
        for place in self.requests.places() {
            self.end(place, Outcome::Censored, now, context);
        }
        if let Some(link) = &mut self.link {
            link.send_close_notify();
        }
    }

    /// Says whether nothing is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.requests.len() == 0
    }

    /// Tells the machine the time, and looks whether it is to be dialed.
    pub(super) fn tick(&mut self, context: &mut Context<'_>, registry: &Registry, now: u64) {
        if let Some(link) = &mut self.link {
            link.tick(now);
        }
        if self.dial(context, registry, now) {
            self.go_on(context, registry, now);
        }
    }

    /// A request is over: it is counted, and gone.
    fn end(&mut self, place: u32, outcome: Outcome, now: u64, context: &mut Context<'_>) {
        let Some(request) = self.requests.remove(place) else {
            return;
        };
        let is_late = now.saturating_sub(request.intended) > context.plan.timeout;
        let outcome = match outcome {
            Outcome::Answered if is_late => Outcome::TimedOut,
            outcome => outcome,
        };
        if outcome == Outcome::Answered {
            context.tally.counts.whole += 1;
            self.has_answered = true;
        }
        if !context.counted.counts(request.intended) {
            return;
        }
        let ended = request.ended(outcome, &mut self.waits, now, self.number);
        context.tally.add(&ended);
        if outcome == Outcome::Answered {
            context.last = context.last.max(now);
            if context.plan.messages.is_grpc {
                let calls = &mut context.tally.calls;
                *calls.entry(request.call.unwrap_or(-1)).or_default() += 1;
            }
        }
    }
}
