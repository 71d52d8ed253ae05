//! Octets from a transport to a machine and back: two halves of three steps.
//!
//! Only `offer`, `stage` and `settle` touch the machine, and only `fill` and `drain` the transport,
//! so that a machine that several tasks share is never locked while the transport is polled. A
//! machine that belongs to the driver alone writes its pieces in place: see `write_through`.

use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::io::{self, ErrorKind};

use runtime::{Outbox, ReadOperation, Runtime, WriteOperation, WriteResult};

use crate::buffer;
use crate::io::AsyncIo;

/// The reading half.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    inbox: Vec<u8>,
    start: usize,
    end: usize,
    input: Input,
}

/// How far the input has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Input {
    #[default]
    Open,
    Ended,
    Told,
}

impl Reader {
    /// Reads once, behind the octets that are held; returns how many came, 0 at the end.
    pub(crate) fn fill<T: AsyncIo>(
        &mut self,
        cx: &mut Context<'_>,
        mut from: Pin<&mut T>,
    ) -> Poll<io::Result<usize>> {
        self.make_room();
        let room = self.inbox.get_mut(self.end..).unwrap_or_default();
        let count = loop {
            match from.as_mut().poll_read(cx, room) {
                Poll::Ready(Ok(count)) => break count.min(room.len()),
                Poll::Ready(Err(error)) if error.kind() == ErrorKind::Interrupted => {}
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    self.rest();
                    return Poll::Pending;
                }
            }
        };
        if count == 0 {
            self.input = Input::Ended;
        }
        self.end += count;
        Poll::Ready(Ok(count))
    }

    /// Offers what is held, until the machine wants more, or no more.
    pub(crate) fn offer<M: Runtime + ?Sized>(&mut self, machine: &mut M) -> ReadOperation {
        loop {
            let operation = machine.next_read_operation();
            if operation != ReadOperation::Read {
                return operation;
            }
            let held = self.inbox.get(self.start..self.end).unwrap_or_default();
            let consumed = if held.is_empty() {
                0
            } else {
                machine.read(held)
            };
            if consumed > 0 {
                self.start = self.end.min(self.start + consumed);
                continue;
            }
            match self.input {
                Input::Open => return ReadOperation::Read,
                Input::Ended if machine.next_read_operation() == ReadOperation::Read => {
                    self.input = Input::Told;
                    machine.read_eof(held);
                }
                Input::Ended => {}
                Input::Told => return ReadOperation::Close,
            }
        }
    }

    /// Says what to do next: nothing, when the machine knows that the input has ended.
    pub(crate) fn next<M: Runtime + ?Sized>(&self, machine: &mut M) -> ReadOperation {
        match machine.next_read_operation() {
            ReadOperation::Read if self.input == Input::Told => ReadOperation::Close,
            operation => operation,
        }
    }

    /// Says whether the transport has nothing more.
    pub(crate) fn is_ended(&self) -> bool {
        self.input != Input::Open
    }

    /// Moves what is held to the front; the room behind it is never empty.
    fn make_room(&mut self) {
        if self.inbox.is_empty() {
            self.inbox = buffer::take_input();
        }
        self.inbox.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.end == self.inbox.len() {
            self.inbox.resize(2 * self.end, 0);
        }
    }

    /// Gives the buffer back if nothing is held.
    fn rest(&mut self) {
        if self.start == self.end {
            buffer::give_input(&mut self.inbox);
            (self.start, self.end) = (0, 0);
        }
    }
}

/// The writing half.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    outbox: Outbox,
}

/// What there is to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Staged {
    Octets,
    Nothing,
    Closed,
}

impl Writer {
    /// Takes what the machine wants written, unless what was taken earlier is still being written;
    /// shares what can be shared, where the transport writes several pieces in one go.
    pub(crate) fn stage<M: Runtime + ?Sized>(&mut self, machine: &mut M, shares: bool) -> Staged {
        if self.left() > 0 {
            return Staged::Octets;
        }
        match machine.next_write_operation() {
            WriteOperation::Yield => Staged::Nothing,
            WriteOperation::Close(_) => Staged::Closed,
            WriteOperation::Write(chunks) => {
                if self.outbox.capacity() == 0 {
                    self.outbox.give_memory(buffer::take_output());
                }
                if shares {
                    self.outbox.share(&chunks);
                } else {
                    self.outbox.copy(&chunks);
                }
                Staged::Octets
            }
        }
    }

    /// Writes what was taken, until all of it is written or the transport takes no more for now.
    pub(crate) fn drain<T: AsyncIo>(
        &mut self,
        cx: &mut Context<'_>,
        mut to: Pin<&mut T>,
    ) -> Poll<io::Result<()>> {
        while self.left() > 0 {
            let (slices, count) = self.outbox.io_slices();
            let slices = slices.get(..count).unwrap_or_default();
            match ready!(to.as_mut().poll_write(cx, slices)) {
                Ok(0) => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                Ok(count) => self.outbox.written(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Tells the machine what was written since the last time; returns how many octets that are.
    pub(crate) fn settle<M: Runtime + ?Sized>(&mut self, machine: &mut M) -> usize {
        self.outbox.settle(machine)
    }

    /// How much of what was taken is still to be written.
    pub(crate) const fn left(&self) -> usize {
        self.outbox.left()
    }

    /// Gives the buffer back; nothing is being written.
    pub(crate) fn rest(&mut self) {
        buffer::give_output(self.outbox.take_memory());
    }
}

/// Writes what a machine wants written, from where it lies, until there is no more.
pub(crate) fn write_through<M: Runtime + ?Sized, T: AsyncIo>(
    machine: &mut M,
    cx: &mut Context<'_>,
    mut to: Pin<&mut T>,
) -> Poll<io::Result<Staged>> {
    loop {
        let result = match machine.next_write_operation() {
            WriteOperation::Yield => return Poll::Ready(Ok(Staged::Nothing)),
            WriteOperation::Close(_) => return Poll::Ready(Ok(Staged::Closed)),
            WriteOperation::Write(chunks) => {
                let (slices, count) = chunks.io_slices();
                ready!(
                    to.as_mut()
                        .poll_write(cx, slices.get(..count).unwrap_or_default())
                )
            }
        };
        match result {
            Ok(0) => machine.report_write_result(WriteResult::Closed),
            Ok(count) => machine.report_write_result(WriteResult::Ok(count)),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Poll::Ready(Err(error)),
        }
    }
}

/// Tells a machine that its transport failed.
///
/// A peer that takes no more may still have said why, so that reading goes on.
pub(crate) fn report_write_error<M: Runtime + ?Sized>(machine: &mut M, error: io::Error) {
    match error.kind() {
        ErrorKind::WriteZero
        | ErrorKind::BrokenPipe
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted => machine.report_write_result(WriteResult::Closed),
        _ => machine.report_exn(Box::new(error)),
    }
}
