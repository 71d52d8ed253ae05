//! What is looked at when the time is told: what a peer must do within a while, and what then.
//!
//! While we do not read, by our own choice, no deadline runs that waits for the peer: what it says may
//! be there already.

mod ours;
mod peers;

use core::time::Duration;

use alloc::string::String;

use frame::ErrorCode;

use super::Core;
use crate::error::ConnectionError;
use crate::nanos::Nanos;

impl Core {
    /// Takes the time, and says when to be told again.
    pub(super) fn tick(&mut self, now: Duration) -> Option<Duration> {
        let shared = &mut self.shared;
        let before = shared.timers.now();
        let now = shared.timers.tell(now);
        shared.count_time(now.saturating_sub(before));
        let nanos = Nanos::of(now);
        shared.limits.refill(nanos);
        shared.pace.refill(nanos);
        shared.note_moved();
        // What is left to write of a connection that is over must get away, too.
        self.check_transport();
        if self.shared.life.is_over() {
            return self.shared.transport_deadline();
        }
        let is_held = self.shared.timers.take_held() || self.shared.is_paused();
        self.check_handshake();
        self.check_settings(is_held);
        self.check_field_block(is_held);
        self.check_idle();
        self.check_keep_alive(is_held);
        self.check_graceful_shutdown(is_held);
        self.check_stalls(is_held);
        self.check_waiting(is_held);
        self.check_age();
        self.check_rest();
        self.check_started();
        self.check_flood();
        self.check_pace();
        let deadlines = [
            self.shared.timers.next(),
            self.shared.transport_deadline(),
            self.waiting_deadline(),
        ];
        deadlines.into_iter().flatten().min()
    }

    fn time_out(&mut self, code: ErrorCode) {
        self.end(Err(ConnectionError::Timeout), Some((code, String::new())));
    }
}
