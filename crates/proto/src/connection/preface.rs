//! What each end says first (RFC 9113 §3.4).

use super::Shared;
use crate::observe::{Direction, Record};
use crate::role::Side;
use crate::violation::ConnectionRule;

impl Shared {
    /// Queues our preface: both ends send SETTINGS first, and none waits for the other's.
    pub(super) fn queue_preface(&mut self) {
        self.outbound.control.preface = self.side == Side::Client;
        self.announce_first();
    }

    /// Appends the octets that a client says before its SETTINGS.
    pub(super) fn send_preface(&mut self) {
        if core::mem::take(&mut self.outbound.control.preface) {
            self.outbound
                .output
                .append(|octets| octets.extend_from_slice(frame::PREFACE));
            self.record(Record::Preface {
                direction: Direction::Sent,
            });
        }
    }

    /// Takes the client's preface off the front of the input. Returns how many octets that were.
    pub(super) fn recv_preface(&mut self, input: &[u8]) -> Result<usize, ConnectionRule> {
        let expected = self.inbound.preface;
        let count = expected.len().min(input.len());
        // RFC 9113 §3.4: whatever differs from the preface ends the connection, from the first
        // octet that does.
        if expected.get(..count) != input.get(..count) {
            return Err(ConnectionRule::Preface);
        }
        self.inbound.preface = expected.get(count..).unwrap_or_default();
        if count > 0 && self.inbound.preface.is_empty() {
            self.record(Record::Preface {
                direction: Direction::Received,
            });
        }
        Ok(count)
    }
}
