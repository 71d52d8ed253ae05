//! One machine over one transport, alone.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::io;

use runtime::{ReadOperation, Runtime};

use crate::driver::{Reader, Staged, write_through};
use crate::io::AsyncIo;
use crate::timer::{Clock, Timer};

/// How many turns one poll takes at most, so that other tasks have theirs.
const TURNS: usize = 32;

/// Drives any machine over any transport, until both directions are closed.
pub fn drive<M: Runtime, Io: AsyncIo>(machine: M, io: Io) -> Drive<M, Io> {
    Drive {
        machine,
        io: Box::pin(io),
        reader: Reader::default(),
        clock: Clock::new(),
        is_closing: false,
        is_closed: false,
    }
}

/// A machine that is driven alone. It is finished when both directions are closed, with the
/// transport's error if it failed, which was also reported to the machine.
#[must_use = "futures do nothing unless they are polled"]
pub struct Drive<M, Io> {
    machine: M,
    io: Pin<Box<Io>>,
    reader: Reader,
    clock: Clock,
    is_closing: bool,
    is_closed: bool,
}

impl<M: Runtime, Io: AsyncIo> Drive<M, Io> {
    /// Sets what wakes it when a deadline of the machine's has come.
    ///
    /// Without one, output that the transport or the peer does not take waits for ever.
    pub fn with_timer(mut self, timer: impl Timer + Send + 'static) -> Self {
        self.clock.set_timer(Box::new(timer));
        self
    }

    /// The machine.
    pub fn machine(&mut self) -> &mut M {
        &mut self.machine
    }

    /// Takes turns; ready when both directions are closed, pending when nothing can be done now.
    fn poll_turns(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        for _ in 0..TURNS {
            self.machine.tick(self.clock.now());
            let offered = self.reader.offer(&mut self.machine);
            self.write(cx)?;
            let next = self.reader.next(&mut self.machine);
            if next == ReadOperation::Yield {
                self.machine.yield_reader(cx.waker());
            }
            let is_filled = match next {
                ReadOperation::Read if offered == ReadOperation::Yield => true,
                ReadOperation::Read => match self.reader.fill(cx, self.io.as_mut()) {
                    Poll::Ready(result) => result.map(|_| true)?,
                    Poll::Pending => false,
                },
                ReadOperation::Close if self.is_closed => return Poll::Ready(Ok(())),
                ReadOperation::Close | ReadOperation::Yield => false,
            };
            let deadline = self.machine.tick(self.clock.now());
            if !is_filled && self.clock.poll_until(cx, deadline).is_pending() {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Writes all that can be written now.
    fn write(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if !self.is_closing {
            match write_through(&mut self.machine, cx, self.io.as_mut())? {
                Poll::Ready(Staged::Closed) => self.is_closing = true,
                Poll::Ready(_) => {
                    self.machine.yield_writer(cx.waker());
                    // What is not flushed now is flushed when the transport wakes the task.
                    let _ = self.io.as_mut().poll_flush(cx)?;
                }
                Poll::Pending => {}
            }
        }
        if self.is_closing && !self.is_closed {
            self.is_closed = self.io.as_mut().poll_close(cx)?.is_ready();
        }
        Ok(())
    }
}

impl<M: Runtime, Io: AsyncIo> Future for Drive<M, Io>
where
    M: Unpin,
{
    type Output = io::Result<()>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let outcome = this.poll_turns(cx);
        if let Poll::Ready(Err(error)) = &outcome {
            let copy = io::Error::new(error.kind(), error.to_string());
            this.machine.report_exn(Box::new(copy));
        }
        outcome
    }
}

impl<M: fmt::Debug, Io> fmt::Debug for Drive<M, Io> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drive")
            .field("machine", &self.machine)
            .finish_non_exhaustive()
    }
}
