//! The client's preface arrives (RFC 9113 §3.4).

use crate::connection::Shared;
use crate::observe::{Direction, Record};
use crate::violation::ConnectionRule;

impl Shared {
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
