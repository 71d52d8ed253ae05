//! What the tasks of a connection share: the machine, and who is to be told of what happens.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::task::{Context, Poll, Waker};
use std::collections::HashMap;
use std::time::Instant;

use proto::{ConnectionError, Event, Role, Side, StreamError, StreamId, StreamMut, UserError};

use crate::alarms::Alarms;
use crate::error::{Error, Kind};
use crate::flavor::{Flavor, Threads};
use crate::local::Machine as _;
use crate::slots::{Operation, Slots};

/// How many octets went through a transport.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Octets {
    /// From the peer.
    pub received: u64,
    /// To the peer.
    pub sent: u64,
}

/// What one task at a time may change.
pub(crate) struct State<R: Role, F: Flavor = Threads> {
    pub(crate) machine: Box<F::Machine<R>>,
    pub(crate) slots: Slots,
    /// Streams that the peer opened and nobody handled yet.
    pub(crate) opened: Vec<StreamId>,
    /// Streams that ended, other than by our own doing, while a handler held something of them.
    pub(crate) canceled: Vec<StreamId>,
    pub(crate) pings: HashMap<[u8; 8], Ping>,
    pub(crate) next_ping: u64,
    /// Who waits to open a stream, in the order in which they came.
    pub(crate) openers: Openers,
    /// Who waits to hear the peer's settings.
    strangers: Vec<Waker>,
    /// The peer's settings have come.
    pub(crate) is_introduced: bool,
    /// What the driver is to go on with by itself.
    pub(crate) jobs: Vec<F::Job>,
    /// When streams want to go on although nothing happens.
    pub(crate) alarms: Alarms,
    /// Who waits for the driver to be done.
    pub(crate) closers: Vec<Waker>,
    /// One of the ends opens no more streams.
    pub(crate) is_going_away: bool,
    /// Nobody waits any more for the peer to take what is queued.
    pub(crate) is_aborted: bool,
    pub(crate) closed: Option<Result<(), Arc<ConnectionError>>>,
    /// Nothing is written any more: the machine has no writer to wake, so every turn does.
    pub(crate) is_mute: bool,
    /// The driver is at its end.
    pub(crate) is_done: bool,
    pub(crate) octets: Octets,
    /// When the time line began on which the machine is told the time.
    pub(crate) epoch: Instant,
    wakes: Vec<Waker>,
    /// Wakers that nobody needs any more. To drop one may drop the last of a task, and with it
    /// handles on this connection, which take the lock.
    pub(crate) replaced: Vec<Waker>,
}

/// A ping of ours.
#[derive(Debug, Default)]
pub(crate) struct Ping {
    /// Answered, or lost.
    pub(crate) outcome: Option<bool>,
    pub(crate) waker: Option<Waker>,
}

/// Who waits to open a stream.
#[derive(Debug, Default)]
pub(crate) struct Openers {
    pub(crate) waiting: BTreeMap<u64, Waker>,
    pub(crate) next: u64,
    /// How many streams are promised to somebody.
    pub(crate) reserved: usize,
}

impl<R: Role, F: Flavor> State<R, F> {
    pub(crate) fn new(machine: Box<F::Machine<R>>) -> Self {
        Self {
            machine,
            slots: Slots::default(),
            opened: Vec::new(),
            canceled: Vec::new(),
            pings: HashMap::new(),
            next_ping: 0,
            openers: Openers::default(),
            strangers: Vec::new(),
            is_introduced: false,
            jobs: Vec::new(),
            alarms: Alarms::default(),
            closers: Vec::new(),
            is_going_away: false,
            is_aborted: false,
            closed: None,
            is_mute: false,
            is_done: false,
            octets: Octets::default(),
            epoch: Instant::now(),
            wakes: Vec::new(),
            replaced: Vec::new(),
        }
    }

    /// Takes who is to be woken once the lock is released.
    pub(crate) fn take_wakes(&mut self) -> Vec<Waker> {
        core::mem::take(&mut self.wakes)
    }

    /// Wakes somebody once the lock is released.
    pub(crate) fn wake_later(&mut self, waker: Waker) {
        self.wakes.push(waker);
    }

    /// Takes what is to be dropped once the lock is released.
    pub(crate) fn take_replaced(&mut self) -> Vec<Waker> {
        core::mem::take(&mut self.replaced)
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
            Event::Readable { stream_id } => self.rouse(stream_id, Operation::Recv),
            Event::Writable { stream_id } => self.rouse(stream_id, Operation::Send),
            Event::Finished { stream_id, result } => {
                let is_ours = matches!(result, Ok(()) | Err(StreamError::Canceled));
                if !is_ours && self.slots.is_in_hand(stream_id) {
                    self.canceled.push(stream_id);
                }
                let waiting = self.slots.finish(stream_id, result);
                self.wakes.extend(waiting.into_iter().flatten());
                if R::SIDE == Side::Client {
                    self.end_handler(stream_id);
                }
                self.rouse_past_reserved();
            }
            Event::Promised { promised_id, .. } => self.refuse(promised_id),
            Event::Available => self.rouse_next_opener(),
            Event::SettingsChanged => {
                self.is_introduced = true;
                self.wakes.append(&mut self.strangers);
                self.rouse_past_reserved();
            }
            Event::Pong { payload } => self.note_ping(payload, true),
            Event::PingLost { payload } => self.note_ping(payload, false),
            Event::GoAway { .. } => {
                self.is_going_away = true;
                self.wakes.append(&mut self.strangers);
                self.rouse_openers();
            }
            Event::Closed(result) => {
                self.closed = Some(result.map_err(Arc::new));
                self.wakes.extend(self.slots.take_all());
                self.wakes.append(&mut self.strangers);
                self.rouse_openers();
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
        if let Some(ping) = self.pings.get_mut(&payload) {
            ping.outcome = Some(answered);
            self.wakes.extend(ping.waker.take());
        }
    }

    fn rouse(&mut self, id: StreamId, operation: Operation) {
        self.wakes.extend(self.slots.take(id, operation));
    }

    /// Wakes the first who waits to open a stream. Who opens one wakes the next.
    pub(crate) fn rouse_next_opener(&mut self) {
        self.wakes
            .extend(self.openers.waiting.pop_first().map(|(_, waker)| waker));
    }

    /// The machine tells of a stream to be had only after there was none; while some are reserved
    /// and not opened, it does not know that there was none.
    fn rouse_past_reserved(&mut self) {
        if self.openers.reserved > 0 {
            self.rouse_next_opener();
        }
    }

    /// Wakes all who wait to open a stream: there will be none to be had.
    pub(crate) fn rouse_openers(&mut self) {
        let waiting = core::mem::take(&mut self.openers.waiting);
        self.wakes.extend(waiting.into_values());
    }

    /// Waits until the peer's settings have come, or never will.
    pub(crate) fn poll_introduced(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_introduced || self.is_going_away || self.closed.is_some() {
            return Poll::Ready(());
        }
        note(&mut self.strangers, cx.waker());
        Poll::Pending
    }

    /// The driver is at its end. What it was to go on with is dropped by the caller, once the lock
    /// is released.
    #[must_use]
    pub(crate) fn finish(&mut self) -> Vec<F::Job> {
        self.is_done = true;
        self.wakes.append(&mut self.closers);
        core::mem::take(&mut self.jobs)
    }

    /// Does something with a stream.
    pub(crate) fn with<T>(
        &mut self,
        id: StreamId,
        action: impl FnOnce(&mut StreamMut<'_, R>) -> Result<T, UserError>,
    ) -> Result<T, Error> {
        let connection = self.machine.connection();
        let outcome = connection
            .stream_mut(id)
            .and_then(|mut stream| action(&mut stream));
        outcome.map_err(|error| self.refusal(id, error))
    }

    /// Notes that a half of a stream is not held any more.
    pub(crate) fn let_go(&mut self, id: StreamId) {
        let waiting = self.slots.let_go(id);
        self.release(id, waiting);
    }

    /// Sends no more of a request whose answer is whole, where its other half still does.
    pub(crate) fn end_upload(&mut self, id: StreamId) {
        if !self.slots.is_shared(id) {
            return;
        }
        // One that has left already sends no more.
        if let Ok(mut stream) = self.machine.connection().stream_mut(id) {
            stream.end_upload();
        }
    }

    /// Notes that the half which sends is not held any more, whose message is whole. A request is sent
    /// to its end also where its answer was let go of before.
    pub(crate) fn let_go_sent(&mut self, id: StreamId) {
        if R::SIDE == Side::Server || !self.slots.leave_behind(id) {
            self.let_go(id);
        }
    }

    /// Notes that the handler of a stream has ended: only now may another request be begun for it,
    /// whatever became of the stream.
    pub(crate) fn end_handler(&mut self, id: StreamId) {
        let waiting = self.slots.end_handler(id);
        self.release(id, waiting);
    }

    /// Says whether the task has something to hand out, or to take back.
    pub(crate) fn has_news(&self) -> bool {
        !self.opened.is_empty() || !self.canceled.is_empty()
    }

    fn release(&mut self, id: StreamId, waiting: Option<[Option<Waker>; 2]>) {
        let Some(waiting) = waiting else { return };
        self.replaced.extend(waiting.into_iter().flatten());
        // A stream that has left already needs no release.
        if let Ok(stream) = self.machine.connection().stream_mut(id) {
            stream.release();
        }
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
    /// connection's; where our own content failed, why that did.
    pub(crate) fn stream_error(&self, id: StreamId, error: StreamError) -> Error {
        match error {
            StreamError::ConnectionLost if self.closed.is_some() => self.connection_error(),
            StreamError::Canceled => self.slots.cause(id).unwrap_or_else(|| error.into()),
            error => error.into(),
        }
    }

    /// Why a command on a stream was refused: where the stream ended, what ended it.
    pub(crate) fn refusal(&self, id: StreamId, error: UserError) -> Error {
        match error {
            UserError::StreamClosed | UserError::UnknownStream => match self.slots.finished(id) {
                Some(Err(error)) => self.stream_error(id, error),
                // It was there, and is whole.
                Some(Ok(())) => UserError::StreamClosed.into(),
                None => error.into(),
            },
            UserError::ConnectionClosed if self.closed.is_some() => self.connection_error(),
            error => error.into(),
        }
    }
}

/// Notes who waits, once however often it is asked.
pub(crate) fn note(waiting: &mut Vec<Waker>, waker: &Waker) {
    if !waiting.iter().any(|present| present.will_wake(waker)) {
        waiting.push(waker.clone());
    }
}
