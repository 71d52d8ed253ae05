//! Adapters to hyper's I/O traits and timer.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::io::{self, IoSlice};
use std::time::Instant;

use ::hyper::rt::{self, Read, ReadBuf, Sleep, Write};
use session::transport::{ReadHalf, WriteHalf};

use crate::timer::Timer;

/// A transport that was made for hyper.
#[derive(Debug)]
pub struct HyperIo<T>(pub T);

impl<T: Read + Write> HyperIo<Pin<Box<T>>> {
    /// Takes a transport that cannot be moved while it is polled.
    pub fn pinned(io: T) -> Self {
        Self(Box::pin(io))
    }
}

impl<T: Read + Write + Unpin> ReadHalf for HyperIo<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut buffer = ReadBuf::new(into);
        ready!(Pin::new(&mut self.get_mut().0).poll_read(cx, buffer.unfilled()))?;
        Poll::Ready(Ok(buffer.filled().len()))
    }
}

impl<T: Read + Write + Unpin> WriteHalf for HyperIo<T> {
    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

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
        Pin::new(&mut self.get_mut().0).poll_shutdown(cx)
    }
}

/// A timer that was made for hyper.
pub struct HyperTimer<T> {
    timer: T,
    sleep: Option<(Instant, Pin<Box<dyn Sleep>>)>,
}

impl<T: rt::Timer> HyperTimer<T> {
    /// Takes a timer.
    pub const fn new(timer: T) -> Self {
        Self { timer, sleep: None }
    }
}

impl<T: rt::Timer> Timer for HyperTimer<T> {
    fn poll_until(&mut self, cx: &mut Context<'_>, at: Instant) -> Poll<()> {
        let timer = &self.timer;
        let (point, sleep) = self
            .sleep
            .get_or_insert_with(|| (at, timer.sleep_until(at)));
        if *point != at {
            *point = at;
            timer.reset(sleep, at);
        }
        ready!(sleep.as_mut().poll(cx));
        // One that is over may not be asked again.
        self.sleep = None;
        Poll::Ready(())
    }
}

impl<T> fmt::Debug for HyperTimer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTimer").finish_non_exhaustive()
    }
}
