//! One machine over one transport, alone.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::io;

use runtime::{
    ReadOperation, Runtime, Staged, WriteResult, ends_output_only, poll_write_through,
    report_returned,
};
use session::transport::{Reader, Transport};

use crate::linger::Linger;
use crate::timer::{Clock, NoTimer, Timer};

/// How many turns one poll takes at most, so that other tasks have theirs.
const TURNS: usize = 32;

/// Drives any machine over any transport, until both directions are closed.
pub fn drive<M: Runtime, Io: Transport>(machine: M, io: Io) -> Drive<M, Io> {
    Drive {
        machine,
        io: Box::pin(io),
        reader: Reader::default(),
        clock: Clock::new(),
        linger: Linger::default(),
        is_closing: false,
        is_closed: false,
        is_stuck: false,
    }
}

/// A machine that is driven alone. It is finished when both directions are closed, with the
/// transport's error if it failed, which was also reported to the machine. Where only its output
/// failed, the machine is told so and reads on: a peer that takes no more may have said why. Once the machine
/// reads no more, the last of the output must make progress, and the last of the input is read and dropped,
/// for as long as [`Closing`](runtime::Closing) says.
#[must_use = "futures do nothing unless they are polled"]
pub struct Drive<M, Io, T = NoTimer> {
    machine: M,
    io: Pin<Box<Io>>,
    reader: Reader,
    clock: Clock<T>,
    linger: Linger,
    is_closing: bool,
    is_closed: bool,
    /// The output waits for the transport.
    is_stuck: bool,
}

impl<M: Runtime, Io: Transport, T> Drive<M, Io, T> {
    /// Sets what wakes it when a deadline of the machine's has come.
    ///
    /// Without one, output that the transport or the peer does not take waits for ever, and the end of the
    /// peer's output for nothing.
    pub fn with_timer<U: Timer>(self, timer: U) -> Drive<M, Io, U> {
        Drive {
            machine: self.machine,
            io: self.io,
            reader: self.reader,
            clock: self.clock.with_timer(timer),
            linger: self.linger,
            is_closing: self.is_closing,
            is_closed: self.is_closed,
            is_stuck: self.is_stuck,
        }
    }
}

impl<M: Runtime, Io: Transport, T: Timer> Drive<M, Io, T> {
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
                ReadOperation::Read => match self.reader.poll_fill(cx, self.io.as_mut()) {
                    Poll::Ready(result) => result.map(|_| true)?,
                    Poll::Pending => false,
                },
                ReadOperation::Close if self.is_closed => {
                    let (is_ended, io) = (self.reader.is_ended(), self.io.as_mut());
                    let lingered = self.linger.poll(cx, is_ended, io, &mut self.clock);
                    return lingered.map(Ok);
                }
                ReadOperation::Close | ReadOperation::Yield => false,
            };
            let deadline = self.machine.tick(self.clock.now());
            let deadline = match next {
                ReadOperation::Close if self.is_stuck => {
                    let (is_over, until) = self.linger.give_up(deadline, &self.clock);
                    self.is_closed = is_over;
                    until
                }
                _ => deadline,
            };
            if !is_filled && self.clock.poll_until(cx, deadline).is_pending() {
                return Poll::Pending;
            }
        }
        self.clock.give_way(cx);
        Poll::Pending
    }

    /// Writes all that can be written now.
    fn write(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if !self.is_closing {
            let (io, linger) = (&mut self.io, &mut self.linger);
            let written = poll_write_through(&mut self.machine, |from| {
                let written = io.as_mut().poll_write(cx, from);
                if let Poll::Ready(Ok(count)) = written {
                    linger.count(count);
                }
                written
            });
            self.is_stuck = written.is_pending();
            match written? {
                Poll::Ready(Staged::Closed) => self.is_closing = true,
                Poll::Ready(_) => {
                    self.machine.yield_writer(cx.waker());
                    self.flush(cx)?;
                }
                Poll::Pending => {}
            }
        }
        if self.is_closing && !self.is_closed {
            // A transport that cannot be closed any more is closed already.
            self.is_closed = self.io.as_mut().poll_close(cx).is_ready();
        }
        Ok(())
    }

    /// What is not flushed now is flushed when the transport wakes the task.
    fn flush(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match self.io.as_mut().poll_flush(cx) {
            Poll::Ready(Err(error)) if ends_output_only(&error) => {
                self.machine.report_write_result(WriteResult::Closed);
                self.is_closing = true;
                Ok(())
            }
            Poll::Ready(flushed) => flushed,
            Poll::Pending => Ok(()),
        }
    }
}

impl<M: Runtime + Unpin, Io: Transport, T: Timer + Unpin> Future for Drive<M, Io, T> {
    type Output = io::Result<()>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let outcome = this.poll_turns(cx);
        if let Poll::Ready(Err(error)) = &outcome {
            report_returned(&mut this.machine, error);
        }
        outcome
    }
}

impl<M: fmt::Debug, Io, T> fmt::Debug for Drive<M, Io, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drive")
            .field("machine", &self.machine)
            .finish_non_exhaustive()
    }
}
