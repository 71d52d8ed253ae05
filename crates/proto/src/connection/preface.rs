//! What each end says first (RFC 9113 §3.4).

use super::Shared;
use crate::observe::{Direction, Record};
use crate::violation::ConnectionRule;

impl Shared {
    /// Queues our preface: both ends send SETTINGS first, and none waits for the other's.
    pub(super) fn queue_preface(&mut self) {
        self.control.begin(self.side);
        self.announce_first();
    }

    /// Appends the octets that a client says before its SETTINGS.
    pub(super) fn send_preface(&mut self) {
        if self.control.next_preface() {
            let preface = frame::PREFACE.as_slice();
            self.output
                .append(|octets| octets.extend_from_slice(preface));
            self.record(Record::Preface {
                direction: Direction::Sent,
            });
        }
    }

    /// Takes the client's preface off the front of the input. Returns how many octets that were.
    pub(super) fn recv_preface(&mut self, input: &[u8]) -> Result<usize, ConnectionRule> {
        let count = self.input.take_preface(input)?;
        if !self.input.expects_preface() {
            self.record(Record::Preface {
                direction: Direction::Received,
            });
        }
        Ok(count)
    }
}
