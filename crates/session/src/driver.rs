//! What whoever drives a session does in each round, without its transport.
//!
//! The order is what there is to know: the time and what came first, then those who use the connection,
//! then all that both brought about, in one write, and only then the question whether to read or to wait.

mod end;

use core::fmt;
use core::mem;
use core::task::Waker;
use core::time::Duration;
use std::time::Instant;

use proto::Role;
use runtime::{Closing, ReadOperation, Reader, Staged, Writer};

use crate::due::Due;
use crate::error::Error;
use crate::locked::Locked;
use crate::session::Session;

/// The rounds of whoever drives a session over a transport of its own. It touches no transport, clock or
/// executor: an adapter for those is made of it, a [`Reader`] and a [`Writer`].
///
/// A round is
///
/// 1. [`offer`](Self::offer): the time is told, and what came is offered;
/// 2. those who use the connection: requests are [accepted](Session::accept), tasks polled;
/// 3. [`stage`](Self::stage) until there is nothing to write, or the transport takes no more for now;
/// 4. [`next`](Self::next), which says whether to read, to wait, to begin again, or that all is over;
///    before a task waits, it asks whether it [may](Self::may_rest).
///
/// The README shows whole programs.
///
/// # Errors
///
/// Its operations fail in the middle of a turn only, on the same thread, where nobody drives:
/// [`is_reentrant`](Error::is_reentrant).
pub struct Driver<R: Role> {
    session: Session<R>,
    /// When the timeline of its machine began.
    epoch: Instant,
    course: Course,
    closing: Closing,
    offered: ReadOperation,
    /// Something was opened of which nobody was told.
    has_new: bool,
    keeps_canceled: bool,
}

/// How far the end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    Open,
    /// The output is closed, or nobody waits for it any more.
    Closed,
    /// The input is dropped until the peer has taken our last words.
    Lingering,
    Over,
}

/// What comes after a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an adapter must handle every case")]
pub enum Next {
    /// Another round at once: there is more to do.
    Again,
    /// Read from the transport, and begin another round once something came, the
    /// [waker](Driver::may_rest) was called, the transport takes what is being written, or at that time.
    Read(Option<Instant>),
    /// Read nothing: the rest is the same.
    Wait(Option<Instant>),
    /// Nothing more is read or written: the transport may be dropped.
    Over,
}

impl<R: Role> Driver<R> {
    /// Begins to drive a session, of which there is one driver. From now on
    /// [alarms](Session::alarm) can be set: this one tells the time.
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn new(session: Session<R>) -> Result<Self, Error> {
        let (epoch, _) = session.turn(|locked| {
            locked.enable_alarms();
            locked.epoch()
        })?;
        Ok(Self {
            session,
            epoch,
            course: Course::Open,
            closing: Closing::new(),
            offered: ReadOperation::Read,
            has_new: false,
            keeps_canceled: false,
        })
    }

    /// Leaves it to the adapter to [take](Locked::take_canceled) those whose handlers nobody waits for any
    /// more, whenever [`Due`] says that there are some. Otherwise handlers learn that of their own streams.
    #[must_use]
    pub const fn keep_canceled(mut self) -> Self {
        self.keeps_canceled = true;
        self
    }

    /// The session.
    #[must_use]
    pub const fn session(&self) -> &Session<R> {
        &self.session
    }

    /// Begins a round: tells the time, and offers what came to the machine.
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn offer(&mut self, reader: &mut Reader, now: Instant) -> Result<Due, Error> {
        self.session.driver().begin();
        if self.course == Course::Lingering {
            reader.discard();
        }
        let (offered, mut due) = self.session.turn(|locked| {
            locked.count_received(reader.take_received());
            locked.tick(locked.point(now));
            reader.offer(locked.machine())
        })?;
        self.offered = offered;
        due.opened |= mem::take(&mut self.has_new);
        Ok(due)
    }

    /// Tells the machine what was written, and takes what is to be written next, by reference where that
    /// can be. While something of what was taken before is left, that comes first.
    ///
    /// [`Staged::Closed`] is said once: whoever hears it closes the output of the transport, which is
    /// closed already if that fails.
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn stage(&mut self, writer: &mut Writer) -> Result<Staged, Error> {
        if self.course != Course::Open {
            return Ok(Staged::Nothing);
        }
        // Before the look, so that what is asked for after it is not lost.
        self.session.driver().clear();
        let (staged, _) = self.session.turn(|locked| {
            settle(locked, writer);
            let staged = writer.stage(locked.machine(), true);
            if staged == Staged::Nothing {
                locked.park_writer();
            }
            staged
        })?;
        if staged == Staged::Closed {
            self.course = Course::Closed;
        }
        Ok(staged)
    }

    /// Ends a round: says what comes next.
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn next(&mut self, reader: &Reader, writer: &Writer, now: Instant) -> Result<Next, Error> {
        let (is_open, keeps_canceled) = (self.course == Course::Open, self.keeps_canceled);
        let is_stuck = is_open && writer.left() > 0;
        let (turn, due) = self.session.turn(|locked| {
            let deadline = locked.tick(locked.point(now));
            let operation = reader.next(locked.machine());
            if operation == ReadOperation::Yield {
                locked.park_reader();
            }
            if !keeps_canceled {
                drop(locked.take_canceled());
            }
            // A deadline that is new is to be kept, although nothing can be written.
            locked.set_write_closed(!is_open || is_stuck && deadline.is_none());
            let has_new = mem::take(&mut locked.has_new);
            locked.rest();
            (operation, deadline, locked.is_aborted(), has_new)
        })?;
        let (operation, mut deadline, is_aborted, has_new) = turn;
        self.has_new |= has_new;
        if has_new || keeps_canceled && due.canceled {
            return Ok(Next::Again);
        }
        if is_stuck && (operation == ReadOperation::Close || is_aborted) {
            let left = u64::try_from(writer.left()).unwrap_or(u64::MAX);
            let end = self.closing.leaves_by(left, self.point(now));
            if is_aborted || self.point(now) >= end {
                self.course = Course::Closed;
                return Ok(Next::Again);
            }
            deadline = deadline.into_iter().chain([end]).min();
        }
        let until = deadline.and_then(|point| self.epoch.checked_add(point));
        match operation {
            ReadOperation::Read if self.offered != ReadOperation::Read => Ok(Next::Again),
            ReadOperation::Read => Ok(Next::Read(until)),
            ReadOperation::Close if !is_open => self.end(reader, is_aborted, now),
            ReadOperation::Close | ReadOperation::Yield => Ok(Next::Wait(until)),
        }
    }

    /// Says whether the task that drives may wait; its waker is called once it is to begin another round.
    #[must_use]
    pub fn may_rest(&self, task: &Waker) -> bool {
        self.session.driver().rest(task, || true)
    }

    fn point(&self, at: Instant) -> Duration {
        at.saturating_duration_since(self.epoch)
    }
}

/// Tells the machine what was written.
fn settle<R: Role>(locked: &mut Locked<R>, writer: &mut Writer) {
    let sent = writer.settle(locked.machine());
    locked.count_sent(sent);
}

impl<R: Role> fmt::Debug for Driver<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver")
            .field("course", &self.course)
            .finish_non_exhaustive()
    }
}
