//! Adapters to tokio's I/O traits and timer.

use core::future::Future;
use core::pin::{Pin, pin};
use core::task::{Context, Poll, ready};
use std::io::{self, IoSlice};
use std::time::Instant;

use ::tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use ::tokio::task::yield_now;
use ::tokio::time::{Sleep, sleep_until};

use crate::io::AsyncIo;
use crate::timer::Timer;

/// A transport of tokio's.
#[derive(Debug)]
pub struct TokioIo<T>(pub T);

impl<T: AsyncRead + AsyncWrite> TokioIo<Pin<Box<T>>> {
    /// Takes a transport that cannot be moved while it is polled.
    pub fn pinned(io: T) -> Self {
        Self(Box::pin(io))
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncIo for TokioIo<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut buffer = ReadBuf::new(into);
        ready!(Pin::new(&mut self.get_mut().0).poll_read(cx, &mut buffer))?;
        Poll::Ready(Ok(buffer.filled().len()))
    }

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

/// The timer of tokio's runtime.
#[derive(Debug, Default)]
pub struct TokioTimer(Option<(Instant, Pin<Box<Sleep>>)>);

impl TokioTimer {
    /// Makes a timer that waits for nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Timer for TokioTimer {
    /// A later point than the one that is set needs no new setting yet: to wake up once too early
    /// costs less than to set the timer at every turn.
    fn poll_until(&mut self, cx: &mut Context<'_>, at: Instant) -> Poll<()> {
        let (point, sleep) = self
            .0
            .get_or_insert_with(|| (at, Box::pin(sleep_until(at.into()))));
        loop {
            if *point > at {
                *point = at;
                sleep.as_mut().reset(at.into());
            }
            ready!(sleep.as_mut().poll(cx));
            if *point == at {
                return Poll::Ready(());
            }
            *point = at;
            sleep.as_mut().reset(at.into());
        }
    }

    /// The runtime's time, which its tests may stop and move.
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    /// A task that wakes itself is run again before the runtime looks at the future that it blocks
    /// on, up to 61 times; one that yields is not.
    fn give_way(&mut self, cx: &mut Context<'_>) {
        // It has the task woken, and is pending whenever it is polled for the first time.
        let _ = pin!(yield_now()).poll(cx);
    }
}

/// Asks a TCP socket for the options of TCP. It goes on without, where it refuses.
pub(crate) fn ask(socket: &tokio::net::TcpStream, options: session::TcpOptions) {
    #[cfg(unix)]
    let _ = options.set(socket);
    #[cfg(not(unix))]
    let _ = (socket, options);
}
