//! PING leaves: a question of ours, or an answer (RFC 9113 §6.7).

use frame::Ping;

use crate::connection::Shared;

impl Shared {
    pub(super) fn send_pings(&mut self) {
        while let Some(payload) = self.control.next_ping() {
            self.send_frame(Ping::new(payload).into());
        }
        while self.has_capacity() {
            let Some(payload) = self.control.next_ping_ack() else {
                break;
            };
            self.send_frame(Ping::ack(payload).into());
        }
    }
}
