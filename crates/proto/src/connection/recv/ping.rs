//! PING arrives: a question to answer, or an answer (RFC 9113 §6.7).

use frame::Ping;

use crate::connection::Core;
use crate::limits::SuspiciousFrame;
use crate::violation::Fault;

impl Core {
    pub(super) fn recv_ping(&mut self, frame: Ping) -> Result<(), Fault> {
        if frame.ack {
            if !self.shared.pong(frame.payload) {
                self.suspicious_frame(SuspiciousFrame::Pong);
            }
            return Ok(());
        }
        let shared = &mut self.shared;
        shared.control.answer(frame.payload);
        shared.signals.wake_writer();
        shared.check_replies()
    }
}
