//! The steps of `runtime`, over a transport that is polled, with buffers that a thread's connections
//! take turns with.

use core::pin::Pin;
use core::task::{Context, Poll};
use std::io;

use runtime::{ReadOperation, Runtime, Staged};

use crate::buffer;
use crate::io::AsyncIo;

/// The reading half.
#[derive(Debug, Default)]
pub(crate) struct Reader(runtime::Reader);

impl Reader {
    /// Reads once, behind the octets that are held; returns how many came, 0 at the end.
    pub(crate) fn fill<T: AsyncIo>(
        &mut self,
        cx: &mut Context<'_>,
        mut from: Pin<&mut T>,
    ) -> Poll<io::Result<usize>> {
        if self.0.capacity() == 0 {
            self.0.give_memory(buffer::take_input());
        }
        let filled = self.0.poll_fill(|into| from.as_mut().poll_read(cx, into));
        if filled.is_pending() {
            buffer::give_input(self.0.take_memory());
        }
        filled
    }

    /// Offers what is held, until the machine wants more, or no more.
    pub(crate) fn offer<M: Runtime + ?Sized>(&mut self, machine: &mut M) -> ReadOperation {
        self.0.offer(machine)
    }

    /// Says what to do next: nothing, when the machine knows that the input has ended.
    pub(crate) fn next<M: Runtime + ?Sized>(&self, machine: &mut M) -> ReadOperation {
        self.0.next(machine)
    }

    /// Says whether the transport has nothing more.
    pub(crate) fn is_ended(&self) -> bool {
        self.0.is_ended()
    }
}

/// The writing half.
#[derive(Debug, Default)]
pub(crate) struct Writer(runtime::Writer);

impl Writer {
    /// Takes what the machine wants written, unless what was taken earlier is still being written;
    /// shares what can be shared, where the transport writes several pieces in one go.
    pub(crate) fn stage<M: Runtime + ?Sized>(&mut self, machine: &mut M, shares: bool) -> Staged {
        self.0.stage_with(machine, shares, buffer::take_output)
    }

    /// Writes what was taken, until all of it is written or the transport takes no more for now.
    pub(crate) fn drain<T: AsyncIo>(
        &mut self,
        cx: &mut Context<'_>,
        mut to: Pin<&mut T>,
    ) -> Poll<io::Result<()>> {
        self.0.poll_drain(|from| to.as_mut().poll_write(cx, from))
    }

    /// Tells the machine what was written since the last time; returns how many octets that are.
    pub(crate) fn settle<M: Runtime + ?Sized>(&mut self, machine: &mut M) -> usize {
        self.0.settle(machine)
    }

    /// How much of what was taken is still to be written.
    pub(crate) const fn left(&self) -> usize {
        self.0.left()
    }

    /// Lets go of what is not written, and tells the machine that writing failed.
    pub(crate) fn fail<M: Runtime + ?Sized>(&mut self, machine: &mut M, error: io::Error) {
        self.0.fail(machine, error);
        self.rest();
    }

    /// Gives the buffer back; nothing is being written.
    pub(crate) fn rest(&mut self) {
        buffer::give_output(self.0.take_memory());
    }
}
