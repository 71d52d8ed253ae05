//! What the lock of a session protects: the machine, and who is to be notified of what happens.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::task::Waker;
use core::time::Duration;
use std::time::Instant;

use proto::{ErrorCode, Role, Side, State, StreamError, StreamId, StreamMut, UserError};
use runtime::Runtime;

use crate::alarms::Alarms;
use crate::driver_waker::DriverWaker;
use crate::due::Due;
use crate::entries::{Entries, Entry};
use crate::error::Error;
use crate::extension::Extension;
use crate::flushes::Flushes;
use crate::going_away::GoingAway;
use crate::kind::{Judge, Kind, Lost};
use crate::machine::Machine;
use crate::peer_settings::PeerSettings;
use crate::pings::Pings;
use crate::spent::{Spent, park};
use crate::status::Status;
use crate::waiting::Waiting;

pub use crate::entries::Interest;

/// A session in the middle of a turn: nobody else sees it meanwhile.
///
/// Whoever drives a connection gets it from [`Session::turn`](crate::Session::turn).
pub struct Locked<R: Role> {
    pub(crate) machine: Box<dyn Machine<R>>,
    pub(crate) extension: Option<Box<dyn Extension<R>>>,
    pub(crate) entries: Entries,
    /// Streams that the peer opened and nobody accepted yet.
    pub(crate) opened: VecDeque<StreamId>,
    /// Some of them came since somebody last took them.
    pub(crate) has_new: bool,
    /// Who waits for the next of them.
    pub(crate) acceptor: Option<Waker>,
    /// Streams that ended, other than by our own doing, while a handler held something of them.
    pub(crate) canceled: Vec<StreamId>,
    /// Requests that the machine has and has not opened yet.
    pub(crate) waiting: Waiting,
    pub(crate) peer_settings: PeerSettings,
    pub(crate) pings: Pings,
    pub(crate) flushes: Flushes,
    pub(crate) alarms: Alarms,
    /// Who waits for the connection to be at its end.
    pub(crate) closers: Vec<Waker>,
    /// One of the ends opens no more streams.
    pub(crate) is_going_away: bool,
    /// What the peer's latest GOAWAY said.
    pub(crate) going_away: Option<Arc<GoingAway>>,
    pub(crate) is_aborted: bool,
    pub(crate) closed: Option<Result<(), Arc<Lost>>>,
    /// Whoever drives the connection is at its end.
    pub(crate) is_done: bool,
    is_write_closed: bool,
    pub(crate) epoch: Instant,
    pub(crate) judge: Judge,
    pub(crate) status: Arc<Status>,
    pub(crate) driver: Arc<DriverWaker>,
    waker: Waker,
    pub(crate) spent: Spent,
}

impl<R: Role> Locked<R> {
    pub(crate) fn new(
        machine: Box<dyn Machine<R>>,
        judge: Judge,
        status: Arc<Status>,
        driver: Arc<DriverWaker>,
    ) -> Self {
        Self {
            machine,
            extension: None,
            entries: Entries::default(),
            opened: VecDeque::new(),
            has_new: false,
            acceptor: None,
            canceled: Vec::new(),
            waiting: Waiting::default(),
            peer_settings: PeerSettings::default(),
            pings: Pings::default(),
            flushes: Flushes::default(),
            alarms: Alarms::default(),
            closers: Vec::new(),
            is_going_away: false,
            going_away: None,
            is_aborted: false,
            closed: None,
            is_done: false,
            is_write_closed: false,
            epoch: Instant::now(),
            judge,
            status,
            waker: driver.for_machine(),
            driver,
            spent: Spent::default(),
        }
    }

    /// The same with what the adapter keeps under the lock.
    pub(crate) fn extended(self, extension: Option<Box<dyn Extension<R>>>) -> Self {
        Self { extension, ..self }
    }

    /// The machine. Events that it tells of the session polls at the end of the turn.
    pub fn machine(&mut self) -> &mut dyn Machine<R> {
        &mut *self.machine
    }

    /// Tells the machine the time, wakes those whose time has come, and says when to tell it again.
    pub fn tick(&mut self, now: Duration) -> Option<Duration> {
        self.alarms.fire(now, &mut self.spent);
        let deadline = self.machine.tick(now);
        let alarm = self.alarms.next();
        deadline.into_iter().chain(alarm).min()
    }

    /// Has the machine flag the [driver](crate::Session::driver) once there is something to write.
    pub fn park_writer(&mut self) {
        self.machine.yield_writer(&self.waker);
    }

    /// Has the machine flag the [driver](crate::Session::driver) once it reads on.
    pub fn park_reader(&mut self) {
        self.machine.yield_reader(&self.waker);
    }

    /// Counts octets that came from the peer.
    pub fn count_received(&self, octets: usize) {
        self.status.count_received(octets);
    }

    /// Counts octets that went to the peer.
    pub fn count_sent(&self, octets: usize) {
        self.status.count_sent(octets);
    }

    /// Says whether every turn is to be looked at, because nothing is written any more, so that the
    /// machine has no writer to wake.
    pub const fn set_write_closed(&mut self, is_write_closed: bool) {
        self.is_write_closed = is_write_closed;
    }

    /// Says whether nobody waits any more for the peer to take what is queued, or for the end of what it
    /// sends: the connection was aborted, or its transport takes nothing.
    #[must_use]
    pub const fn is_aborted(&self) -> bool {
        self.is_aborted
    }

    /// Takes the streams whose handlers nobody waits for any more.
    #[must_use]
    pub fn take_canceled(&mut self) -> Vec<StreamId> {
        core::mem::take(&mut self.canceled)
    }

    /// The driver rests after this turn: gives back memory that is not needed.
    pub fn rest(&mut self) {
        self.entries.rest();
    }

    /// The driver is at its end: those who wait for that are woken.
    pub fn finish(&mut self) {
        self.is_done = true;
        self.spent.wake(self.closers.drain(..));
    }

    /// What is left to be done where nothing was done with the machine.
    pub(crate) fn due_of_extension(&mut self) -> Due {
        let extension = self.extension.as_mut();
        let output = extension.is_some_and(|extension| extension.take_due());
        if output {
            self.driver.flag();
        }
        Due {
            output,
            ..Due::default()
        }
    }

    /// What is left to be done.
    pub(crate) fn due(&mut self) -> Due {
        self.due_of_extension();
        Due {
            output: self.driver.is_flagged(),
            opened: self.has_new,
            canceled: !self.canceled.is_empty(),
            write_closed: self.is_write_closed,
        }
    }

    /// The entry of a stream, while somebody has to do with it.
    pub(crate) fn entry(&mut self, id: StreamId) -> Option<&mut Entry> {
        let word = self.machine.connection().stream(id)?.user_data()?;
        self.entries.get_mut(word, id)
    }

    /// Makes an entry of a stream that is new.
    pub(crate) fn open(&mut self, id: StreamId) -> Option<&mut Entry> {
        // One that has left already needs none.
        let mut stream = self.machine.connection().stream_mut(id).ok()?;
        let word = self.entries.open(id);
        stream.set_user_data(word);
        self.entries.get_mut(word, id)
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

    /// Notes who waits for what on a stream.
    pub(crate) fn park(&mut self, id: StreamId, interest: Interest, waker: &Waker) {
        let Some(word) = self
            .machine
            .connection()
            .stream(id)
            .and_then(|stream| stream.user_data())
        else {
            return;
        };
        if let Some(entry) = self.entries.get_mut(word, id) {
            park(entry.place(interest), waker, &mut self.spent);
        }
    }

    /// Wakes who waits for something on a stream.
    pub(crate) fn wake(&mut self, id: StreamId, interest: Interest) {
        let waker = self
            .entry(id)
            .and_then(|entry| entry.place(interest).take());
        self.spent.wake(waker);
    }

    /// Notes that a handle on a stream is gone.
    pub(crate) fn holder_dropped(&mut self, id: StreamId) {
        if let Some(entry) = self.entry(id) {
            entry.holders.holder_dropped();
            if entry.is_free() {
                self.release(id);
            }
        }
    }

    /// Notes that the half which sends is gone, whose message is whole. A request is sent to its end
    /// also where its answer was released before.
    pub(crate) fn sender_dropped(&mut self, id: StreamId) {
        let is_running = R::SIDE == Side::Client && self.result(id).is_none();
        let entry = is_running.then(|| self.entry(id)).flatten();
        if let Some(entry) = entry {
            let is_left_behind = entry.holders.count() == 1;
            entry
                .holders
                .set_handled(entry.holders.is_handled() || is_left_behind);
        }
        self.holder_dropped(id);
    }

    /// Sends no more of a request whose answer is whole, where its other half still does.
    pub(crate) fn end_upload(&mut self, id: StreamId) {
        if self
            .entry(id)
            .is_none_or(|entry| entry.holders.count() <= 1)
        {
            return;
        }
        // One that has left already sends no more.
        if let Ok(mut stream) = self.machine.connection().stream_mut(id) {
            stream.end_upload();
        }
    }

    /// Notes that the handler of a stream has ended: only now may another request be begun for it,
    /// whatever became of the stream.
    pub(crate) fn end_handler(&mut self, id: StreamId) {
        if let Some(entry) = self.entry(id).filter(|entry| entry.holders.is_handled()) {
            entry.holders.set_handled(false);
            if entry.is_free() {
                self.release(id);
            }
        }
    }

    /// Forgets a stream that nobody has to do with any more.
    pub(crate) fn release(&mut self, id: StreamId) {
        // One that has left already needs no release.
        let Ok(mut stream) = self.machine.connection().stream_mut(id) else {
            return;
        };
        let word = stream.take_user_data();
        stream.release();
        if let Some(mut entry) = word.and_then(|word| self.entries.remove(word)) {
            let [recv, send] = entry.take_wakers();
            self.spent.discard(recv);
            self.spent.discard(send);
        }
    }

    /// Resets a stream, where it still runs.
    pub(crate) fn reset(&mut self, id: StreamId, code: ErrorCode) {
        // A stream that ended already needs no reset.
        let _ = self.with(id, |stream| stream.reset(code));
    }

    /// Says whether a request of ours waits to be opened.
    pub(crate) fn is_waiting(&mut self, id: StreamId) -> bool {
        let stream = self.machine.connection().stream(id);
        stream.is_some_and(|stream| stream.state() == State::Idle && stream.result().is_none())
    }

    /// How a stream ended, if it did.
    pub(crate) fn result(&mut self, id: StreamId) -> Option<Result<(), StreamError>> {
        self.machine.connection().stream(id)?.result()
    }

    /// What became of the connection, as an error.
    pub(crate) fn connection_error(&self) -> Error {
        match &self.closed {
            Some(Err(lost)) => Kind::Connection(Arc::clone(lost)).into(),
            Some(Ok(())) => Kind::Closed.into(),
            None => UserError::ConnectionClosed.into(),
        }
    }

    /// Why the connection takes no more requests, of one of which nothing was sent.
    pub(crate) fn too_late(&self) -> Error {
        match &self.closed {
            Some(result) => Kind::TooLate(result.clone().err()).into(),
            None => UserError::ConnectionClosed.into(),
        }
    }

    /// What became of a stream, as an error: where the connection took it along, the
    /// connection's; where our own content failed, why that did.
    pub(crate) fn stream_error(&mut self, id: StreamId, error: StreamError) -> Error {
        match error {
            StreamError::ConnectionLost if self.closed.is_some() => self.connection_error(),
            StreamError::Canceled => {
                let cause = self
                    .entry(id)
                    .and_then(|entry| entry.cause.as_deref().cloned());
                cause.unwrap_or_else(|| error.into())
            }
            error => Kind::Stream(error, self.going_away.clone()).into(),
        }
    }

    /// Why a command on a stream was refused: where the stream ended, what ended it.
    pub(crate) fn refusal(&mut self, id: StreamId, error: UserError) -> Error {
        match error {
            UserError::StreamClosed | UserError::UnknownStream => match self.result(id) {
                Some(Err(error)) => self.stream_error(id, error),
                // It was there, and is whole.
                Some(Ok(())) => UserError::StreamClosed.into(),
                None => error.into(),
            },
            UserError::ConnectionClosed if self.closed.is_some() => self.connection_error(),
            error => self.user_error(error),
        }
    }

    /// A mistake of the application's, with the field that it is about.
    pub(crate) fn user_error(&mut self, error: UserError) -> Error {
        let field = match error {
            UserError::Malformed(rule) => self.machine.connection().refused_field(rule),
            _ => None,
        };
        let field = field.map(Arc::from);
        Kind::User(error, field).into()
    }
}

impl<R: Role> fmt::Debug for Locked<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Locked")
            .field("entries", &self.entries)
            .field("closed", &self.closed)
            .finish_non_exhaustive()
    }
}
