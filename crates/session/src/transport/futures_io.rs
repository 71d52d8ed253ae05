//! Transports that have the traits of `futures_io`: of smol, async-std and others.

use core::pin::Pin;
use core::task::{Context, Poll};
use std::io::{self, IoSlice};

use ::futures_io::{AsyncRead, AsyncWrite};

use super::{ReadHalf, WriteHalf};

/// A transport of smol's, async-std's, or any that has the traits of `futures_io`, or one of its
/// halves.
#[derive(Debug)]
pub struct FuturesIo<T>(pub T);

impl<T> FuturesIo<Pin<Box<T>>> {
    /// Takes a transport that cannot be moved while it is polled.
    pub fn pinned(io: T) -> Self {
        Self(Box::pin(io))
    }
}

impl<T: AsyncRead + Unpin> ReadHalf for FuturesIo<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().0).poll_read(cx, into)
    }
}

impl<T: AsyncWrite + Unpin> WriteHalf for FuturesIo<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().0).poll_write_vectored(cx, from)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_close(cx)
    }
}
