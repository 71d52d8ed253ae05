//! A transport that takes nothing (RFC 9113 §10.5).

use core::time::Duration;

use super::{Core, Shared};

impl Shared {
    pub(super) fn transport_deadline(&self) -> Option<Duration> {
        self.output.deadline(&self.config.limits)
    }
}

impl Core {
    /// Ends a connection whose transport takes nothing, also one that is over and only has something
    /// left to write. What it does not take is dropped, and a GOAWAY with it.
    pub(super) fn check_transport(&mut self) {
        let shared = &mut self.shared;
        let now = shared.timers.now();
        if let Some(limit) = shared.output.look(now, &shared.config.limits) {
            self.fail_for(limit);
            self.shared.drop_output();
        }
    }
}
