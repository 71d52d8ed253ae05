//! What moves octets between a transport and a connection: whoever polls the connection.
//!
//! It has no timer. At every poll it tells the machine the time, so that budgets refill; without polls
//! no time passes.

use alloc::boxed::Box;
use core::pin::Pin;
use core::task::{Context, Poll, Waker, ready};
use core::time::Duration;
use std::io;
use std::time::Instant;

use proto::Role;
use runtime::{ReadOperation, Staged};
use session::transport::tokio::TokioIo;
use session::transport::{ReadHalf, Reader, WriteHalf, Writer};
use session::{Extension, Locked, Session};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::table::{Table, Turn};

/// So many octets are read in one poll at most: then others have their turn.
const BATCH: usize = 128 * 1024;

/// And so many times is looked for more.
const TURNS: usize = 64;

/// A machine that waits for no time is looked at this often at least, should it be polled.
const LONG: Duration = Duration::from_secs(3600);

/// A connection's transport, and what is on its way through it.
#[derive(Debug)]
pub(crate) struct Driver<T> {
    io: TokioIo<T>,
    reader: Reader,
    writer: Writer,
    stage: Stage,
    /// The transport may keep something back.
    is_unflushed: bool,
    /// Nothing of ours was left to be written when the transport failed.
    is_flushed: bool,
    /// Octets that came and were not counted yet.
    uncounted: usize,
    /// Until then, and unless it is asked for, the machine has nothing to say, and waits for octets.
    quiet_until: Option<Instant>,
}

/// Octets that were read past the machine.
struct Peeked<'a>(&'a [u8]);

impl ReadHalf for Peeked<'_> {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let places = into.iter_mut().zip(self.0);
        Poll::Ready(Ok(places.map(|(place, octet)| *place = *octet).count()))
    }
}

/// How far the end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Open,
    /// Nothing more will be written; the transport is to be told.
    Closing,
    /// The output is closed.
    Closed,
    Done,
}

/// What is to be done after a turn with the machine.
#[derive(Clone, Copy, Debug)]
struct Step {
    staged: Staged,
    next: ReadOperation,
    /// What came is to be offered again before more is read.
    is_held: bool,
    /// When the machine is to be told the time next, by what was known when it last was.
    deadline: Option<Duration>,
}

impl Step {
    /// Nothing is to be done but to read.
    const READ: Self = Self {
        staged: Staged::Nothing,
        next: ReadOperation::Read,
        is_held: false,
        deadline: None,
    };
}

impl<T> Driver<T> {
    pub(crate) fn new(io: T) -> Self {
        Self {
            io: TokioIo(io),
            reader: Reader::new(),
            writer: Writer::new(),
            stage: Stage::Open,
            is_unflushed: false,
            is_flushed: true,
            uncounted: 0,
            quiet_until: None,
        }
    }

    /// Says whether all of ours was written when the transport ended.
    pub(crate) const fn is_flushed(&self) -> bool {
        self.is_flushed
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> Driver<T> {
    /// Reads and writes until nothing can be done for now, or both directions are closed.
    pub(crate) fn poll<R: Role>(&mut self, cx: &mut Context<'_>, session: &Session<R>) -> Poll<()>
    where
        Table<R>: Extension<R>,
    {
        if self.stage == Stage::Done {
            return Poll::Ready(());
        }
        session.driver().begin();
        let now = Instant::now();
        let mut is_quiet = self.is_quiet(session, now);
        let (mut untold, mut deadline) = (Some(now), self.quiet_until);
        let (mut taken, mut may_come) = (0, true);
        for _ in 0..TURNS {
            let step = if core::mem::take(&mut is_quiet) {
                Step::READ
            } else {
                session.driver().clear();
                let step = self.step(session, untold);
                if untold.take().is_some() {
                    deadline = now.checked_add(step.deadline.unwrap_or(LONG));
                }
                step
            };
            let written = self.write(cx, session, step.staged);
            let mut goes_on = step.is_held || written == Poll::Ready(true);
            match step.next {
                ReadOperation::Read if step.is_held || !may_come => {}
                ReadOperation::Read => match self.fill(cx, session) {
                    Poll::Ready(count) => {
                        taken += count;
                        goes_on = true;
                    }
                    Poll::Pending => may_come = false,
                },
                ReadOperation::Close if self.stage == Stage::Closed => {
                    self.drop_input(cx);
                    return self.finish(session);
                }
                ReadOperation::Close | ReadOperation::Yield => {}
            }
            if taken >= BATCH {
                break;
            }
            if !goes_on && self.rest(cx.waker(), session, written) {
                let waits_to_read = step.next == ReadOperation::Read && written.is_ready();
                self.quiet_until = deadline.filter(|_| waits_to_read);
                return Poll::Pending;
            }
        }
        self.quiet_until = None;
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Says whether nothing has changed since the machine last waited for octets and nothing else.
    fn is_quiet<R: Role>(&self, session: &Session<R>, now: Instant) -> bool {
        let is_early = self.quiet_until.is_some_and(|until| now < until);
        is_early && !session.driver().is_flagged()
    }

    /// Writes what there is, and flushes it.
    pub(crate) fn poll_flush<R: Role>(
        &mut self,
        cx: &mut Context<'_>,
        session: &Session<R>,
    ) -> Poll<()>
    where
        Table<R>: Extension<R>,
    {
        loop {
            let staged = self.turn(session, |driver, locked| driver.stage(locked));
            let staged = staged.unwrap_or(Staged::Nothing);
            if !ready!(self.write(cx, session, staged)) {
                return Poll::Ready(());
            }
        }
    }

    /// Reads a few octets past the machine, to be looked at before it gets them.
    pub(crate) fn poll_peek(
        &mut self,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_read(cx, into)
    }

    /// Gives the machine octets that were read past it.
    pub(crate) fn feed(&mut self, cx: &mut Context<'_>, octets: &[u8]) {
        // They are there at once.
        let _ = self.reader.poll_fill(cx, Pin::new(&mut Peeked(octets)));
    }

    /// Has the machine take what came, and say what is to be written and what is to be read. The time is
    /// told once a poll.
    fn step<R: Role>(&mut self, session: &Session<R>, now: Option<Instant>) -> Step
    where
        Table<R>: Extension<R>,
    {
        let step = self.turn(session, |driver, locked| {
            let deadline = now.and_then(|now| {
                let now = locked.point(now);
                let deadline = locked.tick(now);
                deadline.map(|deadline| deadline.saturating_sub(now))
            });
            locked.count_received(core::mem::take(&mut driver.uncounted));
            let offered = driver.reader.offer(locked.machine());
            let staged = driver.stage(locked);
            let next = driver.reader.next(locked.machine());
            match next {
                ReadOperation::Yield => locked.park_reader(),
                ReadOperation::Read | ReadOperation::Close => {}
            }
            if staged == Staged::Nothing {
                locked.park_writer();
            }
            let is_held = next == ReadOperation::Read && offered != ReadOperation::Read;
            Step {
                staged,
                next,
                is_held,
                deadline,
            }
        });
        // In the middle of another turn, of the same thread, nothing can be done.
        step.unwrap_or(Step {
            next: ReadOperation::Yield,
            ..Step::READ
        })
    }

    /// Takes a turn, and note of what it has changed.
    fn turn<R: Role, U>(
        &mut self,
        session: &Session<R>,
        action: impl FnOnce(&mut Self, &mut Locked<R>) -> U,
    ) -> Option<U>
    where
        Table<R>: Extension<R>,
    {
        let turn = session.turn(|locked| {
            let outcome = action(self, locked);
            locked.with_extension(|connection, table: &mut Table<R>, spent| {
                Turn {
                    connection: connection.into(),
                    table,
                    spent,
                }
                .sync();
            });
            outcome
        });
        turn.ok().map(|(outcome, _)| outcome)
    }

    /// Takes what is to be written, unless something still is.
    fn stage<R: Role>(&mut self, locked: &mut Locked<R>) -> Staged {
        let count = self.writer.settle(locked.machine());
        locked.count_sent(count);
        let is_vectored = self.io.is_write_vectored();
        self.writer.stage(locked.machine(), is_vectored)
    }

    /// Writes what is staged; flushes or closes where it is nothing. Says whether there may be more.
    fn write<R: Role>(
        &mut self,
        cx: &mut Context<'_>,
        session: &Session<R>,
        staged: Staged,
    ) -> Poll<bool>
    where
        Table<R>: Extension<R>,
    {
        let result = match staged {
            Staged::Octets => self.drain(cx),
            Staged::Nothing => self.flush(cx),
            Staged::Closed => self.close(cx),
        };
        match ready!(result) {
            Ok(goes_on) => Poll::Ready(goes_on),
            Err(error) => {
                self.fail(session, error);
                Poll::Ready(true)
            }
        }
    }

    /// Writes what is staged. Says that there may be more.
    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        self.is_unflushed = true;
        let drained = self.writer.poll_drain(cx, Pin::new(&mut self.io));
        drained.map_ok(|()| true)
    }

    fn flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        if !self.is_unflushed {
            return Poll::Ready(Ok(false));
        }
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        flushed.map_ok(|()| {
            self.is_unflushed = false;
            false
        })
    }

    /// Closes the output, behind all that was written.
    fn close(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        if self.stage == Stage::Open {
            self.stage = Stage::Closing;
        }
        if self.stage == Stage::Closed {
            return Poll::Ready(Ok(false));
        }
        let closed = Pin::new(&mut self.io).poll_close(cx);
        closed.map(|_| {
            // An output that cannot be closed is.
            self.stage = Stage::Closed;
            Ok(false)
        })
    }

    fn fail<R: Role>(&mut self, session: &Session<R>, error: io::Error)
    where
        Table<R>: Extension<R>,
    {
        self.is_flushed = false;
        self.is_unflushed = false;
        // In the middle of another turn nothing was staged.
        let _ = self.turn(session, |driver, locked| {
            driver.writer.fail(locked.machine(), error);
        });
    }

    /// Reads once; returns how many octets came.
    fn fill<R: Role>(&mut self, cx: &mut Context<'_>, session: &Session<R>) -> Poll<usize> {
        let filled = self.reader.poll_fill(cx, Pin::new(&mut self.io));
        filled.map(|filled| match filled {
            Ok(count) => {
                self.uncounted += count;
                count
            }
            Err(error) => {
                self.is_flushed &= self.writer.left() == 0;
                let _ = session.turn(|locked| {
                    self.is_flushed &= locked.machine().connection().queued() == 0;
                    locked.machine().report_exn(Box::new(error));
                });
                0
            }
        })
    }

    /// The driver is about to wait. Says whether it may.
    fn rest<R: Role>(&self, waker: &Waker, session: &Session<R>, written: Poll<bool>) -> bool {
        if written.is_pending() {
            // The transport wakes it; so does the machine, should that go on without it.
            let _ = session.turn(Locked::park_writer);
        }
        session.driver().rest(waker, || true)
    }

    /// Reads what is there, for nobody: a system that closes a connection of TCP over octets that were
    /// not read resets it, and drops what the peer has not got yet (RFC 9112 §9.6).
    fn drop_input(&mut self, cx: &mut Context<'_>) {
        let mut dropped = [0; 4096];
        for _ in 0..TURNS {
            let read = Pin::new(&mut self.io).poll_read(cx, &mut dropped);
            if !matches!(read, Poll::Ready(Ok(1..))) {
                return;
            }
        }
    }

    fn finish<R: Role>(&mut self, session: &Session<R>) -> Poll<()> {
        self.stage = Stage::Done;
        let _ = session.turn(Locked::finish);
        Poll::Ready(())
    }
}
