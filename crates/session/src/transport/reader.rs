//! The steps that read, over a half that is polled.

use core::pin::Pin;
use core::task::{Context, Poll};
use std::io;

use runtime::{ReadOperation, Runtime};

use super::{ReadHalf, buffer};

/// The reading half of a driver: [`runtime::Reader`] over a transport that is polled.
///
/// Its buffer is one of those that the connections of a thread take turns with ([`runtime::Buffers`]): while
/// nothing is held and nothing comes, it has none. What nearly fills it is offered by
/// [`read_shared`](Runtime::read_shared), so that a machine may keep parts of it.
#[derive(Debug, Default)]
pub struct Reader(runtime::Reader);

impl Reader {
    /// How much one poll of a driver takes at least before others have their turn, in octets.
    pub const BATCH: usize = runtime::Reader::BATCH;

    /// Makes one that holds nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(runtime::Reader::new())
    }

    /// Reads once, behind the octets that are held; returns how many came, 0 at the end.
    ///
    /// # Errors
    ///
    /// The transport's.
    pub fn poll_fill<T: ReadHalf + ?Sized>(
        &mut self,
        cx: &mut Context<'_>,
        mut from: Pin<&mut T>,
    ) -> Poll<io::Result<usize>> {
        buffer::with_input(|buffers| buffers.serve(&mut self.0));
        let filled = self.0.poll_fill(|into| from.as_mut().poll_read(cx, into));
        if filled.is_pending() {
            buffer::with_input(|buffers| buffers.take_back(&mut self.0));
        }
        filled
    }

    /// Offers what is held, until the machine wants more, or no more.
    pub fn offer<M: Runtime + ?Sized>(&mut self, machine: &mut M) -> ReadOperation {
        self.0.offer(machine)
    }

    /// Says what to do next: nothing, when the machine knows that the input has ended.
    pub fn next<M: Runtime + ?Sized>(&self, machine: &mut M) -> ReadOperation {
        self.0.next(machine)
    }

    /// Says whether the transport has nothing more.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.0.is_ended()
    }
}
