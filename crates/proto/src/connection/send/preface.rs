//! What each end says first (RFC 9113 §3.4).

use crate::connection::Shared;
use crate::observe::{Direction, Record};
use crate::role::Side;

impl Shared {
    /// Queues our preface: both ends send SETTINGS first, and none waits for the other's.
    pub(in crate::connection) fn queue_preface(&mut self) {
        if self.side == Side::Client {
            self.control.begin_with_preface();
        }
        self.announce_first();
    }

    /// Appends the octets that a client says before its SETTINGS.
    pub(super) fn send_preface(&mut self) {
        if self.control.next_preface() {
            self.outbound
                .output
                .append(|octets| octets.extend_from_slice(frame::PREFACE));
            self.record(Record::Preface {
                direction: Direction::Sent,
            });
        }
    }
}
