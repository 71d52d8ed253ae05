//! One thread of a run: its connections, and the loop that serves them.

use alloc::vec::Vec;
use core::iter::Peekable;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::io;

use mio::{Events, Token};

use super::clock::Clock;
use super::connection::{Connection, Next};
use super::context::Context;
use super::label::Label;
use super::live::Share;
use super::plan::{Load, Plan};
use super::schedule::{Due, Schedule};
use super::spare::Spare;
use super::spent::Spent;
use super::supply::Supply;
use super::tally::{Ended, Tally};
use super::timer::Timer;

/// How often all connections are looked at, in nanoseconds.
const LOOK: u64 = 50_000_000;

/// How many requests are bound to connections between two looks at sockets: behind more than that the
/// generator is late anyway.
const ADMITTED: usize = 1_000;

/// After how many connections in a row that could not be made the run ends.
const REFUSED: u32 = 20;

/// A thread of a run.
pub(super) struct Worker<'a> {
    context: Context<'a>,
    timer: Timer,
    connections: Vec<Connection>,
    schedule: Option<Peekable<Schedule>>,
    /// Which thread it is.
    number: usize,
    next_look: u64,
    /// Those that have something to do though no socket says so.
    dirty: Vec<usize>,
}

/// What a thread leaves.
pub(super) struct Done {
    pub(super) tally: Tally,
    /// When it ended, and when its last request was answered, in nanoseconds.
    pub(super) ended: u64,
    pub(super) last: u64,
}

impl<'a> Worker<'a> {
    pub(super) fn new(plan: &'a Plan, number: usize, clock: Clock) -> io::Result<Self> {
        let until = plan.duration.map(|duration| plan.warm_up + duration);
        let numbers = (number as u64, plan.threads as u64);
        let counted = Supply::new(None, numbers, plan.warm_up).until(until);
        let (supply, schedule) = match &plan.load {
            Load::Open(schedule) => (None, Some(schedule.clone().peekable())),
            Load::Closed { requests } => {
                let share = requests.map(|requests| share(requests, numbers));
                (
                    Some(Supply::new(share, numbers, plan.warm_up).until(until)),
                    None,
                )
            }
        };
        let mine = (number..plan.connections).step_by(plan.threads);
        let connections = mine.enumerate();
        let connections: Vec<_> = connections
            .map(|(token, number)| Connection::new(number, Token(token)))
            .collect();
        Ok(Self {
            context: Context {
                plan,
                clock,
                tally: Tally::new(plan.connections),
                supply,
                counted,
                memory: Vec::new(),
                spare: Spare::default(),
                last: 0,
                refused: 0,
            },
            timer: Timer::new()?,
            connections,
            schedule,
            number,
            next_look: 0,
            dirty: Vec::new(),
        })
    }

    /// Runs to the end, or until it is stopped.
    pub(super) fn run(mut self, stop: &AtomicBool, share: &Share) -> io::Result<Done> {
        let mut events = Events::with_capacity(256);
        let mut ended = 0;
        while !stop.load(Ordering::Relaxed) {
            let now = self.context.clock.now();
            ended = now;
            if self.is_over(now) {
                break;
            }
            self.admit(now);
            if now >= self.next_look {
                self.look(now);
                share.show(&self.context.tally);
            }
            self.turn_dirty();
            let limit = self.limit();
            self.timer
                .wait(&mut events, limit, self.schedule.is_some())?;
            for event in &events {
                if Timer::is_socket(event.token()) {
                    self.turn(event.token().0);
                }
            }
        }
        let now = self.context.clock.now();
        for connection in &mut self.connections {
            connection.cut(&mut self.context, now);
        }
        self.miss(now);
        Ok(Done {
            ended: ended.max(now),
            last: self.context.last,
            tally: self.context.tally,
        })
    }

    /// Binds the requests that are due to their connections.
    fn admit(&mut self, now: u64) {
        let plan = self.context.plan;
        let Some(schedule) = &mut self.schedule else {
            return;
        };
        for _ in 0..ADMITTED {
            let Some(due) = schedule.next_if(|due| due.at <= now) else {
                return;
            };
            let Some(place) = mine(plan, self.number, due) else {
                continue;
            };
            let Some(connection) = self.connections.get_mut(place) else {
                continue;
            };
            if self.context.counted.counts(due.at) {
                self.context.tally.late(now - due.at);
            }
            connection.enter(due.number, due.at, now, &mut self.context);
            if !connection.is_dirty {
                connection.is_dirty = true;
                self.dirty.push(place);
            }
        }
    }

    /// Counts the requests that were due and that nobody came to.
    fn miss(&mut self, now: u64) {
        let plan = self.context.plan;
        let Some(schedule) = &mut self.schedule else {
            return;
        };
        while let Some(due) = schedule.next_if(|due| due.at < now) {
            let Some(place) = mine(plan, self.number, due) else {
                continue;
            };
            if self.context.counted.counts(due.at) {
                let number = self.number + place * plan.threads;
                self.context.tally.late(now - due.at);
                let mut spent = Spent::default();
                spent.add(Label::Late, now - due.at);
                self.context.tally.add(&Ended::missed(&spent, number));
            }
        }
    }

    /// One turn of one connection.
    fn turn(&mut self, place: usize) {
        let Some(connection) = self.connections.get_mut(place) else {
            return;
        };
        let next = connection.turn(&mut self.context, self.timer.registry());
        if next == Next::Turn && !connection.is_dirty {
            connection.is_dirty = true;
            self.dirty.push(place);
        }
    }

    fn turn_dirty(&mut self) {
        for place in core::mem::take(&mut self.dirty) {
            let Some(connection) = self.connections.get_mut(place) else {
                continue;
            };
            connection.is_dirty = false;
            if connection.is_unread {
                self.turn(place);
            } else {
                connection.resume(&mut self.context, self.timer.registry());
            }
        }
    }

    /// Looks at all connections: what takes too long, and what is to be dialed.
    fn look(&mut self, now: u64) {
        let interval = LOOK.min(self.context.plan.timeout / 4).max(1_000_000);
        self.next_look = now + interval;
        let registry = self.timer.registry();
        for connection in &mut self.connections {
            connection.expire(&mut self.context, now);
            connection.tick(&mut self.context, registry, now);
        }
    }

    /// Says whether there is nothing to do any more.
    fn is_over(&self, now: u64) -> bool {
        if self.context.counted.is_past(now) || self.context.refused >= REFUSED {
            return true;
        }
        let supply = self.context.supply.as_ref();
        supply.is_some_and(Supply::is_empty) && self.connections.iter().all(Connection::is_idle)
    }

    /// How long to wait at most.
    fn limit(&mut self) -> Duration {
        if !self.dirty.is_empty() {
            return Duration::ZERO;
        }
        let now = self.context.clock.now();
        let due = self.schedule.as_mut().and_then(|schedule| schedule.peek());
        let next = [
            Some(self.next_look),
            // One that is due by now is looked at at once.
            due.map(|due| due.at),
            self.context.counted.until,
        ];
        let next = next.into_iter().flatten().min().unwrap_or(now);
        Duration::from_nanos(next.saturating_sub(now))
    }
}

/// The place among the connections of a thread that a request is bound to, if it is one of its own.
fn mine(plan: &Plan, thread: usize, due: Due) -> Option<usize> {
    let connections = plan.connections as u64;
    let place = usize::try_from(due.number % connections).ok()?;
    (place % plan.threads == thread).then_some(place / plan.threads)
}

/// What of a number is the share of the one of so many.
fn share(all: u64, (number, of): (u64, u64)) -> u64 {
    all / of + u64::from(number < all % of)
}

#[cfg(test)]
mod tests;
