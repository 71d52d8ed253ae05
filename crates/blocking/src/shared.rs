//! The machine that a connection's threads share, and how they take turns with it.
//!
//! Every turn is the same: lock, act, take note of the events, see whether there is something to
//! write, unlock, wake, write. No lock is held while a socket is used.

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::net::Shutdown;
use std::sync::{OnceLock, PoisonError};
use std::time::Instant;

use proto::{ErrorCode, Role, StreamId};

use crate::clock::Clock;
use crate::error::{Error, Kind};
use crate::machine::Machine;
use crate::server::shed::Standing;
use crate::socket::Socket;
use crate::state::State;
use crate::sync::{Condvar, Fault, Mutex, MutexGuard, has, thread};
use crate::writing::{Job, Lane};

/// A connection, as its threads and handles see it.
pub(crate) struct Shared<R: Role> {
    state: Mutex<State<R>>,
    pub(crate) clock: Clock,
    /// The socket, where there is one and not two halves.
    pub(crate) socket: Option<Arc<dyn Socket>>,
    /// The conditions of the connection as a whole: streams to be had, pings, its end.
    changed: Arc<Condvar>,
    /// Takes what the peer opened, where another thread than the one that reads learns of it.
    handler: OnceLock<Box<Handler<R>>>,
}

/// Takes the streams that the peer opened, on whatever thread; it does not block.
pub(crate) type Handler<R> = dyn Fn(&Arc<Shared<R>>, Vec<StreamId>) + Send + Sync;

/// What a thread waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    Stream(StreamId),
    Connection,
}

impl<R: Role> Shared<R> {
    pub(crate) fn new(
        machine: Box<dyn Machine<R>>,
        socket: Option<Arc<dyn Socket>>,
        lane: Lane,
    ) -> Self {
        let changed = Arc::new(Condvar::new());
        let state = State::new(machine, lane, Arc::clone(&changed));
        Self {
            state: Mutex::new(state),
            clock: Clock::new(),
            socket,
            changed,
            handler: OnceLock::new(),
        }
    }

    /// Sets who takes what the peer opened, where another thread than the one that reads learns of
    /// it: a request may wait until others have ended (RFC 9113 §10.5).
    pub(crate) fn set_handler(&self, handler: Box<Handler<R>>) {
        // There is one server to a connection.
        let _ = self.handler.set(handler);
    }

    /// Takes a turn.
    pub(crate) fn act<T>(self: &Arc<Self>, action: impl FnOnce(&mut State<R>) -> T) -> T {
        let mut state = self.lock();
        let outcome = action(&mut state);
        let job = state.settle();
        self.leave(state, job);
        outcome
    }

    /// Takes a turn without writing: what is queued leaves with what follows it.
    pub(crate) fn prepare<T>(self: &Arc<Self>, action: impl FnOnce(&mut State<R>) -> T) -> T {
        let mut state = self.lock();
        let outcome = action(&mut state);
        state.absorb();
        self.leave(state, None);
        outcome
    }

    /// Ends the connection at once, whatever the peer takes.
    pub(crate) fn abort(self: &Arc<Self>, code: ErrorCode) {
        self.act(|state| state.machine.connection().abort(code));
        let is_blocked = !self.lock().lane.is_closed;
        if is_blocked {
            self.shut(Shutdown::Both);
        }
    }

    /// How the connection stands.
    pub(crate) fn standing(self: &Arc<Self>) -> Standing {
        let now = self.clock.now();
        self.act(|state| {
            state.machine.tick(now);
            Standing::of(state.machine.connection(), now)
        })
    }

    /// Takes turns until there is an outcome. Whoever waits tells the machine the time.
    pub(crate) fn wait<T>(
        self: &Arc<Self>,
        subject: Subject,
        until: Option<Instant>,
        mut attempt: impl FnMut(&mut State<R>) -> Option<T>,
    ) -> Result<T, Error> {
        loop {
            let mut state = self.lock();
            let deadline = state.machine.tick(self.clock.now());
            state.absorb();
            let outcome = attempt(&mut state);
            let job = state.settle();
            if outcome.is_none() && job.is_none() && state.opened.is_empty() {
                self.sleep(state, subject, until, deadline)?;
                continue;
            }
            self.leave(state, job);
            if let Some(outcome) = outcome {
                return Ok(outcome);
            }
        }
    }

    /// Waits for news, or for the machine's deadline.
    fn sleep<'a>(
        &'a self,
        mut state: MutexGuard<'a, State<R>>,
        subject: Subject,
        until: Option<Instant>,
        deadline: Option<Duration>,
    ) -> Result<(), Error> {
        if state.is_reader(thread::current().id()) {
            return Err(Kind::WouldBlock.into());
        }
        let condition = match subject {
            Subject::Stream(id) => state.slots.condition(id),
            Subject::Connection => Arc::clone(&self.changed),
        };
        let limit = until.map(|until| until.saturating_duration_since(Instant::now()));
        if limit == Some(Duration::ZERO) {
            return Err(Kind::Timeout.into());
        }
        wake(state.take_wakes());
        if has(Fault::Doze) {
            drop(state);
            state = self.lock();
        }
        let patience = deadline.map(|point| self.clock.until(point));
        match patience.into_iter().chain(limit).min() {
            None => drop(condition.wait(state)),
            Some(limit) => drop(condition.wait_timeout(state, limit)),
        }
        Ok(())
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State<R>> {
        // The machine is whole after every operation, also where the application panicked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Unlocks, wakes who waits, and writes.
    pub(crate) fn leave(self: &Arc<Self>, mut state: MutexGuard<'_, State<R>>, job: Option<Job>) {
        let wakes = state.take_wakes();
        let opened = self.begin_to_hand_out(&mut state);
        drop(state);
        wake(wakes);
        if let Some(opened) = opened {
            self.hand_out(opened);
        }
        if let Some(job) = job {
            self.write(job);
        }
    }

    /// Takes what the peer opened, unless the thread that reads is about to, or another does.
    fn begin_to_hand_out(&self, state: &mut State<R>) -> Option<Vec<StreamId>> {
        let is_mine = !state.is_handing_out && !state.is_reader(thread::current().id());
        if state.opened.is_empty() || !is_mine || self.handler.get().is_none() {
            return None;
        }
        state.is_handing_out = true;
        Some(core::mem::take(&mut state.opened))
    }

    /// Hands out what the peer opened, and what that brings about.
    fn hand_out(self: &Arc<Self>, mut opened: Vec<StreamId>) {
        while let (Some(handler), false) = (self.handler.get(), opened.is_empty()) {
            handler(self, opened);
            let mut state = self.lock();
            opened = core::mem::take(&mut state.opened);
            state.is_handing_out = !opened.is_empty();
        }
    }
}

fn wake(wakes: Vec<Arc<Condvar>>) {
    for condition in wakes {
        condition.notify_all();
    }
}

impl<R: Role> fmt::Debug for Shared<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}
