//! The task of a connection: it reads, hands out what came, and writes once per batch.

mod output;

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::io::{self, ErrorKind};

use proto::Role;
use runtime::{Closing, ReadOperation};
use session::transport::{Reader, Transport, Writer};
use session::{Due, Locked, Session};

use self::output::Output;
use crate::timer::{Clock, NoTimer, Timer};

/// How many turns one poll takes at most, so that other tasks have theirs.
const TURNS: usize = 16;

/// What takes the requests of the peer's, and what the task is to go on with by itself.
pub(crate) trait Work<R: Role> {
    /// Takes what is new, and goes on with what was taken before, as far as that goes now.
    fn work(&mut self, session: &Session<R>, due: Due);

    /// Says whether there is nothing that could go on now.
    fn is_idle(&self) -> bool;

    /// Gives back memory that is not needed while the task rests.
    fn rest(&mut self) {}
}

/// A connection and its transport.
pub(crate) struct Engine<R: Role, Io> {
    session: Session<R>,
    io: Pin<Box<Io>>,
    reader: Reader,
    writer: Writer,
    /// How many octets the last read brought.
    count: usize,
    stage: Stage,
    /// The transport may keep something back.
    is_unflushed: bool,
    closing: Closing,
    /// The task rested because there was nothing to read.
    is_read_ready: bool,
}

/// How far the end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Open,
    /// Nothing more will be written; the transport is to be told.
    Closing,
    /// The output is closed.
    Closed,
    /// Both directions are; the peer takes the last of it until then.
    Lingering(Duration),
    Done,
}

/// What a turn came to.
enum Turn {
    /// There may be more to do at once.
    Again,
    /// Nothing can be done until somebody wakes the task, or until then.
    Rest(Option<Duration>),
    Over,
}

impl<R: Role, Io: Transport> Engine<R, Io> {
    /// Brings a session and a transport together, on the session's timeline.
    pub(crate) fn new(session: Session<R>, io: Io) -> (Self, Clock<NoTimer>) {
        let engine = Self {
            session,
            io: Box::pin(io),
            reader: Reader::default(),
            writer: Writer::default(),
            count: 0,
            stage: Stage::Open,
            is_unflushed: false,
            closing: Closing::new(),
            is_read_ready: false,
        };
        let (epoch, _) = engine.act(|locked| locked.epoch());
        (engine, Clock::since(epoch))
    }

    /// Takes turns until both directions are closed.
    pub(crate) fn poll<T: Timer>(
        &mut self,
        cx: &mut Context<'_>,
        clock: &mut Clock<T>,
        work: &mut impl Work<R>,
    ) -> Poll<()> {
        if self.session.is_in_turn() {
            // An observer polls the very task whose turn it sees.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.session.driver().begin();
        self.read_first(cx, work);
        // What piles up before its reader has a turn is out of the cache by then, or needs memory
        // that the system has to give anew.
        let mut taken = self.count;
        for _ in 0..TURNS {
            match self.turn(cx, clock, work) {
                Turn::Again => {
                    taken += self.count;
                    if taken >= Reader::BATCH {
                        break;
                    }
                }
                Turn::Rest(until) => {
                    let is_time = clock.poll_until(cx, until).is_ready();
                    if !is_time && self.session.driver().rest(cx.waker(), || work.is_idle()) {
                        work.rest();
                        return Poll::Pending;
                    }
                }
                Turn::Over => return self.finish(),
            }
        }
        clock.give_way(cx);
        Poll::Pending
    }

    /// Reads before anything else, where most likely nothing else woke the task.
    fn read_first(&mut self, cx: &mut Context<'_>, work: &impl Work<R>) {
        let is_read_ready = core::mem::take(&mut self.is_read_ready);
        if is_read_ready && !self.session.driver().is_flagged() && work.is_idle() {
            // Whatever comes of it, the turns see to all the rest.
            let _ = self.fill(cx, None);
        }
    }

    fn turn<T: Timer>(
        &mut self,
        cx: &mut Context<'_>,
        clock: &Clock<T>,
        work: &mut impl Work<R>,
    ) -> Turn {
        if let Stage::Lingering(until) = self.stage {
            return self.linger(cx, clock, until);
        }
        let (offered, due) = self.offer(clock.now());
        work.work(&self.session, due);
        self.session.driver().clear();
        let output = self.write(cx);
        let (next, deadline) = self.next(clock.now(), output == Output::Stuck);
        let turn = match next {
            ReadOperation::Read if offered != ReadOperation::Read => Turn::Again,
            ReadOperation::Read => self.fill(cx, deadline),
            ReadOperation::Close if self.stage == Stage::Closed => self.end(clock),
            ReadOperation::Close | ReadOperation::Yield => Turn::Rest(deadline),
        };
        match turn {
            Turn::Rest(_) if output == Output::More => Turn::Again,
            turn => turn,
        }
    }

    /// Offers what came to the machine.
    fn offer(&mut self, now: Duration) -> (ReadOperation, Due) {
        let count = core::mem::take(&mut self.count);
        let (session, reader) = (&self.session, &mut self.reader);
        act(session, |locked| {
            locked.count_received(count);
            locked.tick(now);
            reader.offer(locked.machine())
        })
    }

    /// What is to be done next.
    fn next(&mut self, now: Duration, is_stuck: bool) -> (ReadOperation, Option<Duration>) {
        let reader = &self.reader;
        let is_write_closed = self.stage != Stage::Open;
        let turn = |locked: &mut Locked<R>| {
            let next = reader.next(locked.machine());
            if next == ReadOperation::Yield {
                locked.park_reader();
            }
            locked.rest();
            let deadline = locked.tick(now);
            // A deadline that is new is to be kept, although nothing can be written.
            locked.set_write_closed(is_write_closed || is_stuck && deadline.is_none());
            (next, deadline, locked.is_aborted())
        };
        let ((next, deadline, is_aborted), due) = act(&self.session, turn);
        if due.opened || due.canceled {
            self.session.driver().flag();
        }
        if !is_stuck || (next != ReadOperation::Close && !is_aborted) {
            return (next, deadline);
        }
        let left = u64::try_from(self.writer.left()).unwrap_or(u64::MAX);
        let end = self.closing.leaves_by(left, now);
        if is_aborted || now >= end {
            self.stage = Stage::Closed;
        }
        (next, deadline.into_iter().chain([end]).min())
    }

    /// Reads once.
    fn fill(&mut self, cx: &mut Context<'_>, deadline: Option<Duration>) -> Turn {
        match self.reader.poll_fill(cx, self.io.as_mut()) {
            Poll::Pending => {
                self.is_read_ready = true;
                return Turn::Rest(deadline);
            }
            Poll::Ready(Ok(count)) => self.count = count,
            Poll::Ready(Err(error)) => {
                self.act(|locked| locked.machine().report_exn(Box::new(error)));
            }
        }
        Turn::Again
    }

    /// Both directions are closed. To drop a transport on unread input may destroy our last words.
    fn end<T: Timer>(&mut self, clock: &Clock<T>) -> Turn {
        let is_aborted = || self.act(|locked| locked.is_aborted()).0;
        if self.reader.is_ended() || !clock.has_timer() || is_aborted() {
            return Turn::Over;
        }
        self.stage = Stage::Lingering(self.closing.lingers_until(clock.now()));
        Turn::Again
    }

    /// Reads and drops what still comes.
    fn linger<T: Timer>(
        &mut self,
        cx: &mut Context<'_>,
        clock: &Clock<T>,
        until: Duration,
    ) -> Turn {
        let mut into = [0; 1024];
        match self.io.as_mut().poll_read(cx, &mut into) {
            _ if clock.now() >= until => Turn::Over,
            Poll::Ready(Ok(1..)) => Turn::Again,
            Poll::Ready(_) => Turn::Over,
            Poll::Pending => Turn::Rest(Some(until)),
        }
    }

    fn finish(&mut self) -> Poll<()> {
        self.stage = Stage::Done;
        self.act(Locked::finish);
        Poll::Ready(())
    }
}

impl<R: Role, Io> Engine<R, Io> {
    pub(crate) const fn session(&self) -> &Session<R> {
        &self.session
    }

    /// There is a timer from now on.
    pub(crate) fn enable_alarms(&self) {
        // In the middle of a turn nobody sets a timer.
        let _ = self.session.turn(Locked::enable_alarms);
    }

    fn act<U>(&self, action: impl FnOnce(&mut Locked<R>) -> U) -> (U, Due) {
        act(&self.session, action)
    }
}

/// Takes a turn of the driver's.
///
/// # Panics
///
/// In the middle of a turn on the same thread, in which no task is polled: see [`Engine::poll`].
fn act<R: Role, U>(session: &Session<R>, action: impl FnOnce(&mut Locked<R>) -> U) -> (U, Due) {
    session.turn(action).expect("no task is polled in a turn")
}

impl<R: Role, Io> Drop for Engine<R, Io> {
    fn drop(&mut self) {
        if self.stage != Stage::Done {
            let error = io::Error::new(ErrorKind::Interrupted, "the driver was dropped");
            self.session.lose(Box::new(error));
        }
    }
}

impl<R: Role, Io> fmt::Debug for Engine<R, Io> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}
