#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod around;
mod boxed;
#[cfg(feature = "bytes")]
mod buffers;
mod chunks;
mod closing;
#[cfg(feature = "std")]
mod failure;
mod operation;
#[cfg(feature = "bytes")]
mod outbox;
mod reader;
#[cfg(feature = "std")]
mod through;
mod upgrade;
#[cfg(feature = "bytes")]
mod writer;

use alloc::boxed::Box;
use core::task::Waker;
use core::time::Duration;

#[cfg(feature = "bytes")]
use bytes::Bytes;

pub use crate::around::Around;
#[cfg(feature = "bytes")]
#[cfg_attr(docsrs, doc(cfg(feature = "bytes")))]
pub use crate::buffers::Buffers;
pub use crate::chunks::{Chunks, TooManyChunks};
pub use crate::closing::Closing;
#[cfg(feature = "std")]
#[cfg_attr(docsrs, doc(cfg(feature = "std")))]
pub use crate::failure::{ends_output_only, report_returned, report_write_error};
pub use crate::operation::{ReadOperation, Staged, WriteOperation, WriteResult};
#[cfg(feature = "bytes")]
#[cfg_attr(docsrs, doc(cfg(feature = "bytes")))]
pub use crate::outbox::Outbox;
pub use crate::reader::Reader;
#[cfg(feature = "std")]
#[cfg_attr(docsrs, doc(cfg(feature = "std")))]
pub use crate::through::{poll_write_through, write_through};
pub use crate::upgrade::{Upgradable, Upgrade};
#[cfg(feature = "bytes")]
#[cfg_attr(docsrs, doc(cfg(feature = "bytes")))]
pub use crate::writer::Writer;

/// What went wrong outside the machine: an error of the transport, or of the driver itself.
pub type Exn = Box<dyn core::error::Error + Send + Sync>;

/// A protocol machine, as a driver sees it.
///
/// No operation can fail: a machine turns what is wrong with its input into output for the peer and
/// into a [`ReadOperation::Close`] or [`WriteOperation::Close`].
///
/// # The contract
///
/// * **Reading.** The driver asks [`next_read_operation`](Self::next_read_operation). On `Read` it
///   offers octets to [`read`](Self::read), keeps those that were not consumed and offers them
///   again, with more behind them, next time. Given a buffer of the length that the machine asks
///   for, `read` always consumes something, unless it has begun to yield meanwhile. At the end of
///   the input it calls [`read_eof`](Self::read_eof) once.
/// * **Pausing.** A machine may consume less than it could and answer `Yield` from then on. The
///   driver then calls [`yield_reader`](Self::yield_reader), and when it is woken first offers what
///   it still holds before it reads more from the transport.
/// * **Writing.** The octets that [`next_write_operation`](Self::next_write_operation) has shown
///   stay the first ones, unchanged, until [`report_write_result`](Self::report_write_result) says
///   how many of them were written.
/// * **Time.** See [`tick`](Self::tick). It is optional.
pub trait Runtime {
    /// Says what the reading half of the driver should do next.
    #[doc(alias("nghttp2_session_want_read"))]
    fn next_read_operation(&mut self) -> ReadOperation;

    /// Takes input; returns how many octets of it were consumed, from the front.
    #[doc(alias("nghttp2_session_mem_recv"))]
    fn read(&mut self, input: &[u8]) -> usize;

    /// Takes input as [`read`](Self::read) does, out of a buffer that the machine may keep: content in it
    /// that waits for its reader may stay where it is, and need not be copied.
    ///
    /// What is not consumed is offered again, in the same buffer or in another, with more behind it. A
    /// machine that has no use for the buffer reads it as any input.
    ///
    /// `input` is to be nearly all of the buffer: what a machine keeps of it, it counts by that length.
    /// [`Reader`] has it so, and reads again into a buffer once no part of it is kept.
    #[cfg(feature = "bytes")]
    #[cfg_attr(docsrs, doc(cfg(feature = "bytes")))]
    fn read_shared(&mut self, input: &Bytes) -> usize {
        self.read(input)
    }

    /// Takes the last of the input; returns how many octets of it were consumed.
    fn read_eof(&mut self, input: &[u8]) -> usize;

    /// Registers the waker of a reading half that was told to yield.
    ///
    /// It is woken at once if there is work already.
    fn yield_reader(&mut self, waker: &Waker);

    /// Says what the writing half of the driver should do next.
    #[doc(alias("nghttp2_session_mem_send", "nghttp2_session_want_write"))]
    fn next_write_operation(&mut self) -> WriteOperation<'_>;

    /// Takes the outcome of the latest [`WriteOperation::Write`].
    fn report_write_result(&mut self, result: WriteResult);

    /// Registers the waker of a writing half that was told to yield.
    ///
    /// It is woken at once if there is work already.
    fn yield_writer(&mut self, waker: &Waker);

    /// Takes an error of the transport; nothing more can be read or written after it.
    #[doc(alias = "report_error")]
    fn report_exn(&mut self, exn: Exn);

    /// Asks the machine to end in good order: both halves close once what is queued has left.
    fn shutdown(&mut self);

    /// Says whether both halves are closed.
    fn is_closed(&self) -> bool;

    /// Tells the machine the time, and learns when it wants to be told again.
    ///
    /// `now` counts from an epoch that the driver chooses, and never goes back. The answer is a
    /// point on the same line, not a delay. A driver calls it before every [`read`](Self::read)
    /// and after every wake-up, and asks again after each turn. Without ticks, limits refill by
    /// useful work only and nothing times out: output that the transport or the peer does not take
    /// waits for ever, and so does whoever waits for the peer to say something.
    fn tick(&mut self, now: Duration) -> Option<Duration> {
        let _ = now;
        None
    }
}
