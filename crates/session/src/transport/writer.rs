//! The steps that write, over a half that is polled.

use core::pin::Pin;
use core::task::{Context, Poll};
use std::io;

use runtime::{Runtime, Staged};

use super::{WriteHalf, buffer};

/// The writing half of a driver: [`runtime::Writer`] over a transport that is polled.
///
/// Its buffer is one of those that the connections of a thread take turns with: while nothing is being
/// written, it has none.
#[derive(Debug, Default)]
pub struct Writer(runtime::Writer);

impl Writer {
    /// Makes one that holds nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes what the machine wants written, unless what was taken earlier is still being written;
    /// shares what can be shared, where the transport writes several pieces in one go. While there is
    /// nothing, the buffer is given back.
    pub fn stage<M: Runtime + ?Sized>(&mut self, machine: &mut M, shares: bool) -> Staged {
        let staged = self.0.stage_with(machine, shares, buffer::take_output);
        if staged != Staged::Octets {
            buffer::give_output(self.0.take_memory());
        }
        staged
    }

    /// Writes what was taken, until all of it is written or the transport takes no more for now.
    ///
    /// # Errors
    ///
    /// The transport's, of kind `WriteZero` if it took nothing.
    pub fn poll_drain<T: WriteHalf + ?Sized>(
        &mut self,
        cx: &mut Context<'_>,
        mut to: Pin<&mut T>,
    ) -> Poll<io::Result<()>> {
        self.0.poll_drain(|from| to.as_mut().poll_write(cx, from))
    }

    /// Tells the machine what was written since the last time; returns how many octets that are.
    pub fn settle<M: Runtime + ?Sized>(&mut self, machine: &mut M) -> usize {
        self.0.settle(machine)
    }

    /// How much of what was taken is still to be written, in octets.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.0.left()
    }

    /// Releases what is not written, and tells the machine that a write failed, or that what was
    /// written could not be sent on: see [`runtime::report_write_error`]. Nothing is staged from now on.
    pub fn fail<M: Runtime + ?Sized>(&mut self, machine: &mut M, error: io::Error) {
        self.0.fail(machine, error);
        buffer::give_output(self.0.take_memory());
    }
}
