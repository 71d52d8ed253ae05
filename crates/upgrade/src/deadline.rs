//! When a step has taken too long.

use core::time::Duration;

/// The time limit of the present step. It begins with the first tick after the step did.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Deadline(Option<Duration>);

impl Deadline {
    /// Another step begins.
    pub(crate) fn restart(&mut self) {
        self.0 = None;
    }

    /// Says when the step will have taken too long; `None` if it has.
    pub(crate) fn tick(&mut self, now: Duration, limit: Duration) -> Option<Duration> {
        let point = *self.0.get_or_insert_with(|| now.saturating_add(limit));
        (now < point).then_some(point)
    }
}
