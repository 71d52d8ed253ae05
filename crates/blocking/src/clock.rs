//! The timeline on which a machine is told the time, and how a thread waits and is woken.

use alloc::sync::Arc;
use alloc::task::Wake;
use core::task::Waker;
use core::time::Duration;
use std::io::{self, ErrorKind};
use std::time::Instant;

use proto::Role;
use session::Locked;

use crate::sync::thread::{self, Thread};
use crate::sync::thread_local;

thread_local! {
    static WAKER: Waker = Waker::from(Arc::new(Unpark(thread::current())));
}

/// Counts from when it was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(Instant);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }

    /// How long ago the timeline began.
    pub(crate) fn now(self) -> Duration {
        self.0.elapsed()
    }

    /// How long it is until a point on the timeline.
    pub(crate) fn until(self, point: Duration) -> Duration {
        point.saturating_sub(self.now())
    }
}

/// Tells a session's machine the time; says how long it is until it wants to be told again.
pub(crate) fn tick<R: Role>(locked: &mut Locked<R>) -> Option<Duration> {
    let now = locked.point(Instant::now());
    locked
        .tick(now)
        .map(|deadline| deadline.saturating_sub(now))
}

/// The shorter of two times, where there are any.
pub(crate) fn earlier(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    one.into_iter().chain(other).min()
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

/// Does something with the waker of the calling thread.
pub(crate) fn with_waker<T>(action: impl FnOnce(&Waker) -> T) -> T {
    WAKER.with(action)
}

/// The waker of the calling thread.
pub(crate) fn thread_waker() -> Waker {
    with_waker(Waker::clone)
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
