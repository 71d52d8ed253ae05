//! GOAWAY leaves, behind all that is to be said before it (RFC 9113 §6.8).

use alloc::string::String;

use frame::{ErrorCode, GoAway, StreamId};

use crate::connection::Shared;
use crate::role::Side;

impl Shared {
    /// RFC 9113 §6.8: the first of a server's two leaves ahead of the PING whose answer says that the
    /// client has it.
    pub(super) fn send_first_goaway(&mut self) {
        if self.control.next_goaway_names(StreamId::MAX) {
            self.send_goaways();
        }
    }

    pub(super) fn send_goaways(&mut self) {
        // RFC 9113 §6.8: a client that goes away has opened all the streams that it will.
        let has_pending_requests = self.streams.first_pending_request().is_some();
        if self.side == Side::Client && !self.life.is_over() && has_pending_requests {
            return;
        }
        while let Some((last, code, debug_data)) = self.control.next_goaway() {
            let frame = GoAway::new(last, code);
            self.send_frame(frame.debug_data(debug_data.as_bytes()).into());
        }
    }

    /// Queues GOAWAY, which says why, if it is to say anything.
    pub(in crate::connection) fn queue_goaway(
        &mut self,
        last: StreamId,
        code: ErrorCode,
        reason: String,
    ) {
        let is_said = self.config.debug_data;
        let debug_data = if is_said { reason } else { String::new() };
        self.control.go_away((last, code, debug_data));
        self.signals.wake_writer();
    }
}
