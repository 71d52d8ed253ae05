//! What wakes a driver at a point in time, and the timeline that its machine knows.

use core::fmt;
use core::task::{Context, Poll};
use core::time::Duration;
use std::time::Instant;

/// Wakes a task at a point in time.
pub trait Timer {
    /// Is ready once the time has come; has the task woken then, and only for the latest of the
    /// points it was asked for.
    fn poll_until(&mut self, cx: &mut Context<'_>, at: Instant) -> Poll<()>;

    /// The time. A timer whose clock can be stopped or moved, as in tests, says what that shows: it
    /// never goes back.
    fn now(&self) -> Instant {
        Instant::now()
    }

    /// Has the task woken again once the others that can run have had their turn. Where an executor
    /// runs a task that wakes itself ahead of others, its timer knows better than this.
    fn give_way(&mut self, cx: &mut Context<'_>) {
        cx.waker().wake_by_ref();
    }
}

/// No timer: nothing is woken by the time alone.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "there is none")]
pub enum NoTimer {}

impl Timer for NoTimer {
    fn poll_until(&mut self, _: &mut Context<'_>, _: Instant) -> Poll<()> {
        match *self {}
    }
}

/// The timeline of a machine, and what wakes its driver, if anything does.
pub(crate) struct Clock<T> {
    epoch: Instant,
    timer: Option<T>,
}

impl Clock<NoTimer> {
    pub(crate) fn new() -> Self {
        Self::since(Instant::now())
    }

    /// One whose timeline began before.
    pub(crate) const fn since(epoch: Instant) -> Self {
        Self { epoch, timer: None }
    }
}

impl<T> Clock<T> {
    /// The same timeline, with what wakes the driver.
    pub(crate) fn with_timer<U>(self, timer: U) -> Clock<U> {
        Clock {
            epoch: self.epoch,
            timer: Some(timer),
        }
    }
}

impl<T: Timer> Clock<T> {
    pub(crate) const fn has_timer(&self) -> bool {
        self.timer.is_some()
    }

    /// How long ago the timeline began.
    pub(crate) fn now(&self) -> Duration {
        let now = self
            .timer
            .as_ref()
            .map_or_else(Instant::now, |timer| timer.now());
        now.saturating_duration_since(self.epoch)
    }

    /// Lets other tasks go first.
    pub(crate) fn give_way(&mut self, cx: &mut Context<'_>) {
        match &mut self.timer {
            Some(timer) => timer.give_way(cx),
            None => cx.waker().wake_by_ref(),
        }
    }

    /// Is ready once a point on the timeline has come. Without a timer that is never.
    pub(crate) fn poll_until(&mut self, cx: &mut Context<'_>, point: Option<Duration>) -> Poll<()> {
        let at = point.and_then(|point| self.epoch.checked_add(point));
        match (&mut self.timer, at) {
            (Some(timer), Some(at)) => timer.poll_until(cx, at),
            _ => Poll::Pending,
        }
    }
}

impl<T> fmt::Debug for Clock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock")
            .field("epoch", &self.epoch)
            .finish_non_exhaustive()
    }
}
