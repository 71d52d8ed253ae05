//! Adapters to tokio's I/O traits, which are those of a session, and its timer.

use core::future::Future;
use core::pin::{Pin, pin};
use core::task::{Context, Poll, ready};
use std::time::Instant;

use ::tokio::task::yield_now;
use ::tokio::time::{Sleep, sleep_until};

pub use session::transport::tokio::TokioIo;

use crate::timer::Timer;

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
