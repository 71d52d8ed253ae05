//! What the lock of a connection protects: the machine, and who is to be told of what happens.

use alloc::sync::Arc;
use std::collections::HashMap;

use proto::{ConnectionError, Event, Role, Side, StreamError, StreamId, UserError};
use runtime::ReadOperation;

use crate::error::{Error, Kind};
use crate::machine::Machine;
use crate::slots::Slots;
use crate::sync::Condvar;
use crate::sync::thread::{self, Thread, ThreadId};
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
    /// The reading thread hands out what came, and will write afterwards what it has to say.
    pub(crate) is_in_batch: bool,
    /// A thread hands out what the peer opened.
    pub(crate) is_handing_out: bool,
    /// The reading thread is in the middle of a read.
    pub(crate) is_reading: bool,
    /// The reading thread is at its end.
    pub(crate) is_done: bool,
    pub(crate) reader: Option<Thread>,
    wakes: Vec<Arc<Condvar>>,
    changed: Arc<Condvar>,
}

impl<R: Role> State<R> {
    pub(crate) fn new(machine: Box<dyn Machine<R>>, lane: Lane, changed: Arc<Condvar>) -> Self {
        Self {
            machine,
            slots: Slots::default(),
            opened: Vec::new(),
            pings: HashMap::new(),
            is_going_away: false,
            closed: None,
            octets: Octets::default(),
            lane,
            is_in_batch: false,
            is_handing_out: false,
            is_reading: false,
            is_done: false,
            reader: None,
            wakes: Vec::new(),
            changed,
        }
    }

    /// Takes who is to be woken once the lock is released.
    pub(crate) fn take_wakes(&mut self) -> Vec<Arc<Condvar>> {
        core::mem::take(&mut self.wakes)
    }

    /// Takes note of what happened, and of what is to be written.
    pub(crate) fn settle(&mut self) -> Option<Job> {
        self.absorb();
        // Others write: a handler may keep the reading thread for long.
        if self.is_in_batch && self.is_reader(thread::current().id()) {
            return None;
        }
        let mut is_over = || self.machine.next_read_operation() == ReadOperation::Close;
        if self.lane.is_closed && self.is_reading && is_over() {
            self.is_reading = false;
            return Some(Job::Wake);
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
                if self.slots.finish(stream_id, result) {
                    self.release(stream_id);
                }
                self.rouse(stream_id);
            }
            Event::Pong { payload } => self.note_ping(payload, true),
            Event::PingLost { payload } => self.note_ping(payload, false),
            Event::Closed(result) => {
                self.closed = Some(result.map_err(Arc::new));
                self.wakes.extend(self.slots.all_waiting());
                self.rouse_all();
            }
            Event::Promised { promised_id, .. } => self.refuse(promised_id),
            Event::Available => self.rouse_all(),
            Event::GoAway { .. } => {
                self.is_going_away = true;
                self.rouse_all();
            }
            _ => {}
        }
    }

    /// Nobody here takes what a server pushes (RFC 9113 §8.4).
    fn refuse(&mut self, id: StreamId) {
        // One that has left already needs no refusal.
        if let Ok(stream) = self.machine.connection().stream_mut(id) {
            stream.release();
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

    /// Sends no more of a request whose answer is whole, where its other half still does.
    #[cfg(feature = "http")]
    pub(crate) fn end_upload(&mut self, id: StreamId) {
        if !self.slots.is_shared(id) {
            return;
        }
        // One that has left already sends no more.
        if let Ok(mut stream) = self.machine.connection().stream_mut(id) {
            stream.end_upload();
        }
    }

    /// Notes that a half of a stream is not held any more.
    pub(crate) fn let_go(&mut self, id: StreamId) {
        if self.slots.let_go(id) {
            self.release(id);
        }
    }

    /// Notes that the half which sends is not held any more, whose message is whole. A request is sent
    /// to its end also where its answer was let go of before.
    pub(crate) fn let_go_sent(&mut self, id: StreamId) {
        if R::SIDE == Side::Server || !self.slots.leave_behind(id) {
            self.let_go(id);
        }
    }

    fn release(&mut self, id: StreamId) {
        // A stream that has left already needs no release.
        if let Ok(stream) = self.machine.connection().stream_mut(id) {
            stream.release();
        }
    }

    /// Says whether there is a stream that runs, and so may have output, or output of another kind.
    pub(crate) fn has_output(&mut self) -> bool {
        let connection = self.machine.connection();
        connection.streams().next().is_some() || connection.queued() > 0
    }

    /// Says whether this is the thread that reads.
    pub(crate) fn is_reader(&self, id: ThreadId) -> bool {
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
