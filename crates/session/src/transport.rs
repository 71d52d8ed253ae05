//! Transports that are polled, as two halves.
//!
//! A half may be in another task than the other, or both in one type. What moves the octets of a
//! machine over them are [`Reader`] and [`Writer`].

mod buffer;
#[cfg(feature = "futures-io")]
#[cfg_attr(docsrs, doc(cfg(feature = "futures-io")))]
pub mod futures_io;
mod reader;
#[cfg(feature = "tokio")]
#[cfg_attr(docsrs, doc(cfg(feature = "tokio")))]
pub mod tokio;
mod writer;

use core::ops::DerefMut;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::io::{self, IoSlice};

pub use self::reader::Reader;
pub use self::writer::Writer;

/// The half of a transport that is read from, and says when it can be.
pub trait ReadHalf {
    /// Reads some octets; 0 is the end.
    ///
    /// # Errors
    ///
    /// The transport's.
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>>;
}

/// The half of a transport that is written to, and says when it can be.
pub trait WriteHalf {
    /// Says whether [`poll_write`](Self::poll_write) writes several pieces in one go. Where it does
    /// not, it is asked with one piece at a time, which is a copy.
    fn is_write_vectored(&self) -> bool {
        false
    }

    /// Writes some of the first of these octets.
    ///
    /// # Errors
    ///
    /// The transport's.
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>>;

    /// Sends on what the transport keeps back.
    ///
    /// # Errors
    ///
    /// The transport's.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Ends the output; the input may go on.
    ///
    /// # Errors
    ///
    /// The transport's.
    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>>;
}

/// A transport in one piece: both halves.
pub trait Transport: ReadHalf + WriteHalf {}

impl<T: ReadHalf + WriteHalf + ?Sized> Transport for T {}

impl<P: DerefMut<Target: ReadHalf> + Unpin> ReadHalf for Pin<P> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().as_mut().poll_read(cx, into)
    }
}

impl<P: DerefMut<Target: WriteHalf> + Unpin> WriteHalf for Pin<P> {
    fn is_write_vectored(&self) -> bool {
        (**self).is_write_vectored()
    }

    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().as_mut().poll_write(cx, from)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().as_mut().poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().as_mut().poll_close(cx)
    }
}
