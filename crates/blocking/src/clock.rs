//! The time line on which a machine is told the time, and how a thread is woken.

use alloc::sync::Arc;
use alloc::task::Wake;
use core::task::Waker;
use core::time::Duration;
use std::io::{self, ErrorKind};
use std::time::Instant;

use crate::sync::thread::{self, Thread};

/// Counts from when it was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(Instant);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }

    /// How long ago the time line began.
    pub(crate) fn now(self) -> Duration {
        self.0.elapsed()
    }

    /// How long it is until a point on the time line.
    pub(crate) fn until(self, point: Duration) -> Duration {
        point.saturating_sub(self.now())
    }
}

/// Wakes a thread that is parked.
#[derive(Debug)]
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

/// The waker of the calling thread.
pub(crate) fn thread_waker() -> Waker {
    Waker::from(Arc::new(Unpark(thread::current())))
}

/// Parks the calling thread until it is woken, or this long.
pub(crate) fn park(limit: Option<Duration>) {
    match limit {
        None => thread::park(),
        Some(limit) => thread::park_timeout(limit),
    }
}

/// Says whether an error only means that the time for a read or a write is over.
pub(crate) fn is_out_of_time(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
