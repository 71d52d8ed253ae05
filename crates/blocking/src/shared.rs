//! The machine that a connection's threads share, and how they take turns with it.
//!
//! Every turn is the same: lock, act, take note of the events, see whether there is something to
//! write, unlock, wake, write. No lock is held while a socket is used.

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::net::Shutdown;
use std::sync::PoisonError;
use std::time::Instant;

use proto::{ErrorCode, Role, StreamId};

use crate::clock::Clock;
use crate::error::{Error, Kind};
use crate::machine::Machine;
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
}

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
        }
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
    pub(crate) fn prepare<T>(&self, action: impl FnOnce(&mut State<R>) -> T) -> T {
        let mut state = self.lock();
        let outcome = action(&mut state);
        state.absorb();
        let wakes = state.take_wakes();
        drop(state);
        wake(wakes);
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
            if outcome.is_none() && job.is_none() {
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
        drop(state);
        wake(wakes);
        if let Some(job) = job {
            self.write(job);
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
