//! What is being written: the half of a driver that writes, without its transport.
//!
//! Only [`stage`](Writer::stage), [`settle`](Writer::settle) and [`close`](Writer::close) touch the
//! machine, so that it is never locked while the transport is used. A machine that belongs to its
//! driver alone needs none of this: `write_through` writes from where the octets lie.

use alloc::vec::Vec;

use bytes::Bytes;

use crate::{Outbox, Runtime, Staged, WriteOperation, WriteResult};

/// The writing half of a driver: holds what the machine wants written until it is.
///
/// ```
/// use tress_runtime::{Runtime, Staged, Writer};
///
/// /// Has everything written that there is.
/// fn write(machine: &mut impl Runtime, writer: &mut Writer, wire: &mut Vec<u8>) -> Staged {
///     loop {
///         writer.settle(machine);
///         match writer.stage(machine, true) {
///             Staged::Octets => {
///                 let (slices, count) = writer.io_slices();
///                 slices.iter().take(count).for_each(|slice| wire.extend_from_slice(slice));
///                 writer.written(writer.left());
///             }
///             staged => return staged,
///         }
///     }
/// }
/// ```
#[derive(Debug, Default)]
pub struct Writer {
    outbox: Outbox,
    /// The transport takes no more.
    is_closed: bool,
}

impl Writer {
    /// Makes one that holds nothing, and has no memory yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes what the machine wants written, unless what was taken earlier is still being written;
    /// `shares` what can be shared, where the transport writes several pieces in one go.
    ///
    /// What was written is [settled](Self::settle) before.
    pub fn stage<M: Runtime + ?Sized>(&mut self, machine: &mut M, shares: bool) -> Staged {
        self.stage_with(machine, shares, Vec::new)
    }

    /// The same, with memory for copies from elsewhere, should there be octets and none for them.
    pub fn stage_with<M: Runtime + ?Sized>(
        &mut self,
        machine: &mut M,
        shares: bool,
        memory: impl FnOnce() -> Vec<u8>,
    ) -> Staged {
        if self.left() > 0 {
            return Staged::Octets;
        }
        match machine.next_write_operation() {
            WriteOperation::Write(chunks) if !self.is_closed => {
                if self.outbox.capacity() == 0 {
                    self.outbox.give_memory(memory());
                }
                if shares {
                    self.outbox.share(&chunks);
                } else {
                    self.outbox.copy(&chunks);
                }
                Staged::Octets
            }
            WriteOperation::Yield if !self.is_closed => Staged::Nothing,
            WriteOperation::Write(_) => {
                // Another machine than the one that was told.
                machine.report_write_result(WriteResult::Closed);
                Staged::Closed
            }
            WriteOperation::Yield | WriteOperation::Close(_) => Staged::Closed,
        }
    }

    /// What is to be written, and how many of the slices are in use.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn io_slices(&self) -> ([std::io::IoSlice<'_>; crate::Chunks::MAX], usize) {
        self.outbox.io_slices()
    }

    /// The same for a transport that wants to own what it writes: see [`Outbox::pieces`].
    pub fn pieces(&mut self) -> impl Iterator<Item = Bytes> {
        self.outbox.pieces()
    }

    /// Takes note that so many octets were written, the first of what was shown.
    pub fn written(&mut self, octets: usize) {
        self.outbox.written(octets);
    }

    /// Tells the machine what was written since the last time; returns how many octets that are.
    pub fn settle<M: Runtime + ?Sized>(&mut self, machine: &mut M) -> usize {
        self.outbox.settle(machine)
    }

    /// How much of what was taken is still to be written, in octets.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.outbox.left()
    }

    /// Releases what is not written, and tells the machine that the transport takes no more.
    /// Nothing is [staged](Self::stage) from now on. Reading goes on: a peer that takes no more may
    /// have said why.
    pub fn close<M: Runtime + ?Sized>(&mut self, machine: &mut M) {
        self.drop_output(machine);
        machine.report_write_result(WriteResult::Closed);
    }

    fn drop_output<M: Runtime + ?Sized>(&mut self, machine: &mut M) {
        self.settle(machine);
        self.outbox.clear();
        self.is_closed = true;
    }

    /// Takes the memory for copies away, for others to use, where nothing is being written; an empty
    /// one otherwise.
    #[must_use]
    pub fn take_memory(&mut self) -> Vec<u8> {
        if self.left() > 0 || self.outbox.has_unreported() {
            return Vec::new();
        }
        self.outbox.take_memory()
    }
}

#[cfg(feature = "std")]
mod io {
    use core::task::{Poll, ready};
    use std::io::{self, ErrorKind, IoSlice};

    use super::Writer;
    use crate::{Runtime, report_write_error};

    impl Writer {
        /// Writes what was taken, until all of it is written or the transport takes no more for
        /// now. A write that was interrupted is done again.
        ///
        /// # Errors
        ///
        /// The transport's, of kind `WriteZero` if it took nothing.
        pub fn poll_drain(
            &mut self,
            mut write: impl FnMut(&[IoSlice<'_>]) -> Poll<io::Result<usize>>,
        ) -> Poll<io::Result<()>> {
            while self.left() > 0 {
                let (slices, count) = self.io_slices();
                match ready!(write(slices.get(..count).unwrap_or_default())) {
                    Ok(0) => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                    Ok(count) => self.written(count),
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => return Poll::Ready(Err(error)),
                }
            }
            Poll::Ready(Ok(()))
        }

        /// The same, where a write waits.
        ///
        /// # Errors
        ///
        /// The transport's, of kind `WriteZero` if it took nothing.
        pub fn drain(
            &mut self,
            mut write: impl FnMut(&[IoSlice<'_>]) -> io::Result<usize>,
        ) -> io::Result<()> {
            match self.poll_drain(|from| Poll::Ready(write(from))) {
                Poll::Ready(result) => result,
                // It was ready.
                Poll::Pending => Err(ErrorKind::WouldBlock.into()),
            }
        }

        /// Releases what is not written, and tells the machine that a write failed, or that what
        /// was written could not be sent on: see [`report_write_error`]. Nothing is
        /// [staged](Self::stage) from now on.
        pub fn fail<M: Runtime + ?Sized>(&mut self, machine: &mut M, error: io::Error) {
            self.drop_output(machine);
            report_write_error(machine, error);
        }
    }
}
