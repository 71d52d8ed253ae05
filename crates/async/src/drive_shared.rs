//! One machine over one transport, while others use the machine.

use alloc::sync::Arc;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use runtime::{ReadOperation, Runtime, Staged, ends_output_only, report_returned};
use session::transport::{Reader, Transport, Writer};

use crate::linger::Linger;
use crate::timer::{Clock, NoTimer, Timer};

/// How many turns one poll takes at most, so that other tasks have theirs.
const TURNS: usize = 32;

/// Drives any machine over any transport, until both directions are closed.
///
/// The machine is locked only for moments, and others may lock it meanwhile: what they have it do
/// is written at once.
pub fn drive_shared<M: Runtime, Io: Transport>(
    machine: Arc<Mutex<M>>,
    io: Io,
) -> DriveShared<M, Io> {
    DriveShared {
        machine,
        io: Box::pin(io),
        reader: Reader::default(),
        writer: Writer::default(),
        clock: Clock::new(),
        linger: Linger::default(),
        is_closing: false,
        is_closed: false,
        is_stuck: false,
    }
}

/// A machine that is driven while others use it. It is finished when both directions are closed,
/// with the transport's error if it failed, which was also reported to the machine. Where only its
/// output failed, the machine is told so and reads on: a peer that takes no more may have said why. Once the
/// machine reads no more, the last of the output must make progress, and the last of the input is read and
/// dropped, for as long as [`Closing`](runtime::Closing) says.
#[must_use = "futures do nothing unless they are polled"]
pub struct DriveShared<M, Io, T = NoTimer> {
    machine: Arc<Mutex<M>>,
    io: Pin<Box<Io>>,
    reader: Reader,
    writer: Writer,
    clock: Clock<T>,
    linger: Linger,
    is_closing: bool,
    is_closed: bool,
    /// The output waits for the transport.
    is_stuck: bool,
}

impl<M: Runtime, Io: Transport, T> DriveShared<M, Io, T> {
    /// Sets what wakes it when a deadline of the machine's has come.
    ///
    /// Without one, output that the transport or the peer does not take waits for ever, and the end of the
    /// peer's output for nothing.
    pub fn with_timer<U: Timer>(self, timer: U) -> DriveShared<M, Io, U> {
        DriveShared {
            machine: self.machine,
            io: self.io,
            reader: self.reader,
            writer: self.writer,
            clock: self.clock.with_timer(timer),
            linger: self.linger,
            is_closing: self.is_closing,
            is_closed: self.is_closed,
            is_stuck: self.is_stuck,
        }
    }
}

impl<M: Runtime, Io: Transport, T: Timer> DriveShared<M, Io, T> {
    fn poll_turns(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        for _ in 0..TURNS {
            let offered = self.offer();
            self.write(cx)?;
            let (next, deadline) = self.next(cx);
            let deadline = match next {
                ReadOperation::Close if self.is_stuck => {
                    let (is_over, until) = self.linger.give_up(deadline, &self.clock);
                    self.is_closed = is_over;
                    until
                }
                _ => deadline,
            };
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
            if !is_filled && self.clock.poll_until(cx, deadline).is_pending() {
                return Poll::Pending;
            }
        }
        self.clock.give_way(cx);
        Poll::Pending
    }

    fn offer(&mut self) -> ReadOperation {
        let mut machine = lock(&self.machine);
        machine.tick(self.clock.now());
        self.reader.offer(&mut *machine)
    }

    /// Writes all that can be written now.
    fn write(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        while !self.is_closing {
            let written = match self.stage(cx) {
                Staged::Octets => self.writer.poll_drain(cx, self.io.as_mut()),
                Staged::Closed => {
                    self.is_closing = true;
                    break;
                }
                Staged::Nothing => match self.io.as_mut().poll_flush(cx) {
                    // What is not flushed now is flushed when the transport wakes the task.
                    Poll::Pending | Poll::Ready(Ok(())) => return Ok(()),
                    failed @ Poll::Ready(Err(_)) => failed,
                },
            };
            self.is_stuck = written.is_pending();
            match written {
                Poll::Pending => return Ok(()),
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(error)) if ends_output_only(&error) => {
                    self.writer.fail(&mut *lock(&self.machine), error);
                }
                Poll::Ready(failed) => return failed,
            }
        }
        if !self.is_closed {
            // A transport that cannot be closed any more is closed already.
            self.is_closed = self.io.as_mut().poll_close(cx).is_ready();
        }
        Ok(())
    }

    fn stage(&mut self, cx: &mut Context<'_>) -> Staged {
        let mut machine = lock(&self.machine);
        self.linger.count(self.writer.settle(&mut *machine));
        let staged = self
            .writer
            .stage(&mut *machine, self.io.is_write_vectored());
        if staged == Staged::Nothing {
            machine.yield_writer(cx.waker());
        }
        staged
    }

    fn next(&mut self, cx: &mut Context<'_>) -> (ReadOperation, Option<Duration>) {
        let mut machine = lock(&self.machine);
        let next = self.reader.next(&mut *machine);
        if next == ReadOperation::Yield {
            machine.yield_reader(cx.waker());
        }
        (next, machine.tick(self.clock.now()))
    }
}

impl<M: Runtime, Io: Transport, T: Timer + Unpin> Future for DriveShared<M, Io, T> {
    type Output = io::Result<()>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let outcome = this.poll_turns(cx);
        if let Poll::Ready(Err(error)) = &outcome {
            report_returned(&mut *lock(&this.machine), error);
        }
        outcome
    }
}

fn lock<M>(machine: &Mutex<M>) -> MutexGuard<'_, M> {
    machine.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<M, Io, T> fmt::Debug for DriveShared<M, Io, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DriveShared").finish_non_exhaustive()
    }
}
