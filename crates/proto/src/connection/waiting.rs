//! Requests that wait for the server to take another stream, and for how long (RFC 9113 §5.1.2).

use core::time::Duration;

use super::Core;
use crate::error::StreamError;
use crate::role::Side;

impl Core {
    /// Ends requests that have waited too long. Nothing of them was sent, and nobody is to blame.
    pub(super) fn check_waiting(&mut self, is_held: bool) {
        let shared = &mut self.shared;
        let Some(limit) = shared.config.pending_request_timeout else {
            return;
        };
        let waits = shared.side == Side::Client && !is_held && !shared.may_activate();
        let now = waits.then_some(shared.timers.now());
        for key in shared.streams.over_waiting(now, limit) {
            self.act(key, |shared, stream| {
                shared.finish(stream, Err(StreamError::Unsent));
            });
        }
    }

    /// When the next of them will have waited too long.
    pub(super) fn waiting_deadline(&self) -> Option<Duration> {
        let since = self.shared.streams.waiting_since()?;
        Some(since.saturating_add(self.shared.config.pending_request_timeout?))
    }
}
