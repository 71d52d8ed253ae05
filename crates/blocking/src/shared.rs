//! The machine that a connection's threads share, and how they take turns with it.
//!
//! Every turn is the same: lock, act, take note of the events, see whether there is something to
//! write, unlock, wake, write. No lock is held while a socket is used.

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::collections::HashMap;
use std::net::Shutdown;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread, ThreadId};
use std::time::Instant;

use proto::{ConnectionError, ErrorCode, Event, Role, StreamError, StreamId, UserError};

use crate::clock::Clock;
use crate::error::{Error, Kind};
use crate::machine::Machine;
use crate::slots::Slots;
use crate::socket::Socket;
use crate::writing::{Job, Lane};

/// How many octets went through a socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Octets {
    /// From the peer.
    pub received: u64,
    /// To the peer.
    pub sent: u64,
}

/// A connection, as its threads and handles see it.
pub(crate) struct Shared<R: Role> {
    state: Mutex<State<R>>,
    pub(crate) clock: Clock,
    /// The socket, where there is one and not two halves.
    pub(crate) socket: Option<Arc<dyn Socket>>,
    /// The conditions of the connection as a whole: streams to be had, pings, its end.
    changed: Arc<Condvar>,
}

/// What the lock protects.
pub(crate) struct State<R: Role> {
    pub(crate) machine: Box<dyn Machine<R>>,
    pub(crate) slots: Slots,
    /// Streams that the peer opened and nobody handled yet.
    pub(crate) opened: Vec<StreamId>,
    /// What became of pings: none yet, answered, lost.
    pub(crate) pings: HashMap<[u8; 8], Option<bool>>,
    /// One of the ends opens no more streams.
    pub(crate) is_going_away: bool,
    pub(crate) closed: Option<Result<(), Arc<ConnectionError>>>,
    pub(crate) octets: Octets,
    pub(crate) lane: Lane,
    /// The reading thread hands out what came, and will write afterwards.
    pub(crate) is_in_batch: bool,
    /// The reading thread is in the middle of a read.
    pub(crate) is_reading: bool,
    /// The reading thread is at its end.
    pub(crate) is_done: bool,
    pub(crate) reader: Option<Thread>,
    wakes: Vec<Arc<Condvar>>,
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
        let state = State {
            machine,
            slots: Slots::default(),
            opened: Vec::new(),
            pings: HashMap::new(),
            is_going_away: false,
            closed: None,
            octets: Octets::default(),
            lane,
            is_in_batch: false,
            is_reading: false,
            is_done: false,
            reader: None,
            wakes: Vec::new(),
            changed: Arc::clone(&changed),
        };
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
        let wakes = core::mem::take(&mut state.wakes);
        drop(state);
        wake(wakes);
        outcome
    }

    /// Ends the connection at once, whatever the peer takes.
    pub(crate) fn abort(self: &Arc<Self>, code: ErrorCode) {
        self.act(|state| state.machine.connection().abort(code));
        let is_blocked = !self.lock().lane.is_closed;
        if let (Some(socket), true) = (&self.socket, is_blocked) {
            // A socket that cannot be shut down any more is closed already.
            let _ = socket.shutdown(Shutdown::Both);
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
    fn sleep(
        &self,
        mut state: MutexGuard<'_, State<R>>,
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
        wake(core::mem::take(&mut state.wakes));
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
        let wakes = core::mem::take(&mut state.wakes);
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

impl<R: Role> State<R> {
    /// Takes note of what happened, and of what is to be written.
    pub(crate) fn settle(&mut self) -> Option<Job> {
        self.absorb();
        if self.is_in_batch {
            return None;
        }
        self.lane.next(&mut *self.machine)
    }

    /// Takes note of what happened.
    pub(crate) fn absorb(&mut self) {
        while let Some(event) = self.machine.connection().poll_event() {
            self.note(event);
        }
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Opened { stream_id } => {
                self.slots.open(stream_id);
                self.opened.push(stream_id);
            }
            Event::Readable { stream_id } | Event::Writable { stream_id } => self.rouse(stream_id),
            Event::Finished { stream_id, result } => {
                self.slots.finish(stream_id, result);
                self.rouse(stream_id);
            }
            Event::Pong { payload } => self.note_ping(payload, true),
            Event::PingLost { payload } => self.note_ping(payload, false),
            Event::Closed(result) => {
                self.closed = Some(result.map_err(Arc::new));
                self.wakes.extend(self.slots.all_waiting());
                self.rouse_all();
            }
            Event::Available => self.rouse_all(),
            Event::GoAway { .. } => {
                self.is_going_away = true;
                self.rouse_all();
            }
            _ => {}
        }
    }

    fn note_ping(&mut self, payload: [u8; 8], answered: bool) {
        if let Some(outcome) = self.pings.get_mut(&payload) {
            *outcome = Some(answered);
            self.rouse_all();
        }
    }

    /// Wakes who waits for a stream.
    fn rouse(&mut self, id: StreamId) {
        self.wakes.extend(self.slots.waiting(id));
    }

    /// Wakes who waits for the connection.
    pub(crate) fn rouse_all(&mut self) {
        self.wakes.push(Arc::clone(&self.changed));
    }

    /// Goes away: what runs finishes.
    pub(crate) fn go_away(&mut self) {
        self.is_going_away = true;
        self.machine.connection().go_away();
        self.rouse_all();
    }

    /// Notes that a half of a stream is not held any more.
    pub(crate) fn let_go(&mut self, id: StreamId) {
        if !self.slots.let_go(id) {
            return;
        }
        // A stream that has left already needs no release.
        if let Ok(stream) = self.machine.connection().stream_mut(id) {
            stream.release();
        }
    }

    /// Says whether this is the thread that reads.
    fn is_reader(&self, id: ThreadId) -> bool {
        self.reader.as_ref().is_some_and(|reader| reader.id() == id)
    }

    /// What became of the connection, as an error.
    pub(crate) fn connection_error(&self) -> Error {
        match &self.closed {
            Some(Err(error)) => Kind::Connection(Arc::clone(error)).into(),
            Some(Ok(())) => Kind::Closed.into(),
            None => UserError::ConnectionClosed.into(),
        }
    }

    /// What became of a stream, as an error: where the connection took it along, the
    /// connection's.
    pub(crate) fn stream_error(&self, error: StreamError) -> Error {
        match error {
            StreamError::ConnectionLost if self.closed.is_some() => self.connection_error(),
            error => error.into(),
        }
    }

    /// Why a command on a stream was refused: where the stream ended, what ended it.
    pub(crate) fn refusal(&self, id: StreamId, error: UserError) -> Error {
        match error {
            UserError::StreamClosed | UserError::UnknownStream => match self.slots.finished(id) {
                Some(Err(error)) => self.stream_error(error),
                // It was there, and is whole.
                Some(Ok(())) => UserError::StreamClosed.into(),
                None => error.into(),
            },
            UserError::ConnectionClosed if self.closed.is_some() => self.connection_error(),
            error => error.into(),
        }
    }
}

impl<R: Role> fmt::Debug for Shared<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}
