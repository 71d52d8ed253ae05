//! What moves octets between a transport and a connection: whoever polls the connection.
//!
//! It has no timer. At every poll it tells the machine the time, so that budgets refill; without polls
//! no time passes.

use alloc::boxed::Box;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
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

/// What writing came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Output {
    /// All is written.
    Idle,
    /// The transport takes no more for now.
    Stuck,
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
        let mut taken = 0;
        for _ in 0..TURNS {
            session.driver().clear();
            let offered = self.offer(session);
            let output = self.write(cx, session);
            let more = match self.next(session) {
                ReadOperation::Read if offered != ReadOperation::Read => true,
                ReadOperation::Read => match self.fill(cx, session) {
                    Poll::Ready(count) => {
                        taken += count;
                        true
                    }
                    Poll::Pending => false,
                },
                ReadOperation::Close if self.stage == Stage::Closed => {
                    self.drop_input(cx);
                    return self.finish(session);
                }
                ReadOperation::Close | ReadOperation::Yield => false,
            };
            if taken >= BATCH {
                break;
            }
            let may_rest = !more && (output == Output::Stuck || self.stage != Stage::Closing);
            if may_rest && self.rest(cx.waker(), session) {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
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
        match self.write(cx, session) {
            Output::Idle => Poll::Ready(()),
            Output::Stuck => Poll::Pending,
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

    /// Offers what came to the machine.
    fn offer<R: Role>(&mut self, session: &Session<R>) -> ReadOperation
    where
        Table<R>: Extension<R>,
    {
        let now = Instant::now();
        let reader = &mut self.reader;
        let offered = session.turn(|locked| {
            let now = locked.point(now);
            locked.tick(now);
            let offered = reader.offer(locked.machine());
            sync(locked);
            offered
        });
        // In the middle of another turn, of the same thread, nothing can be offered.
        offered.map_or(ReadOperation::Yield, |(offered, _)| offered)
    }

    /// Writes until there is no more, or the transport takes no more for now.
    fn write<R: Role>(&mut self, cx: &mut Context<'_>, session: &Session<R>) -> Output
    where
        Table<R>: Extension<R>,
    {
        loop {
            let is_vectored = self.io.is_write_vectored();
            let writer = &mut self.writer;
            let staged = session.turn(|locked| {
                let count = writer.settle(locked.machine());
                locked.count_sent(count);
                let staged = writer.stage(locked.machine(), is_vectored);
                sync(locked);
                staged
            });
            let result = match staged.map_or(Staged::Nothing, |(staged, _)| staged) {
                Staged::Octets => self.drain(cx),
                Staged::Nothing => self.flush(cx),
                Staged::Closed => self.close(cx),
            };
            match result {
                Poll::Pending => return Output::Stuck,
                Poll::Ready(Ok(true)) => {}
                Poll::Ready(Ok(false)) => return Output::Idle,
                Poll::Ready(Err(error)) => self.fail(session, error),
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
        let writer = &mut self.writer;
        // In the middle of another turn nothing was staged.
        let _ = session.turn(|locked| {
            writer.fail(locked.machine(), error);
            sync(locked);
        });
    }

    /// What is to be done next.
    fn next<R: Role>(&self, session: &Session<R>) -> ReadOperation {
        let reader = &self.reader;
        let next = session.turn(|locked| {
            let next = reader.next(locked.machine());
            if next == ReadOperation::Yield {
                locked.park_reader();
            }
            next
        });
        next.map_or(ReadOperation::Yield, |(next, _)| next)
    }

    /// Reads once; returns how many octets came.
    fn fill<R: Role>(&mut self, cx: &mut Context<'_>, session: &Session<R>) -> Poll<usize> {
        let filled = self.reader.poll_fill(cx, Pin::new(&mut self.io));
        filled.map(|filled| match filled {
            Ok(count) => {
                let _ = session.turn(|locked| locked.count_received(count));
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
    fn rest<R: Role>(&self, waker: &Waker, session: &Session<R>) -> bool {
        let parked = session.turn(|locked| {
            locked.park_writer();
            locked.rest();
        });
        parked.is_ok() && session.driver().rest(waker, || true)
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

/// Takes note of what a step of the driver has changed.
fn sync<R: Role>(locked: &mut Locked<R>)
where
    Table<R>: Extension<R>,
{
    locked.with_extension(|connection, table: &mut Table<R>, spent| {
        Turn {
            connection,
            table,
            spent,
        }
        .sync();
    });
}
