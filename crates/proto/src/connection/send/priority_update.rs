//! PRIORITY_UPDATE leaves: the latest priority of a stream, once (RFC 9218 §7.1).

use alloc::string::ToString;

use frame::PriorityUpdate;

use crate::connection::{Core, Shared};
use crate::stream::{State, Stream};

impl Core {
    /// Appends the priorities that have changed, as long as there is space.
    pub(super) fn send_priorities(&mut self) {
        while self.shared.has_capacity() && !self.shared.life.is_over() {
            let Some(id) = self.shared.control.next_priority() else {
                break;
            };
            if let Some(stream) = self.store.resolve(id) {
                self.shared.send_priority(stream);
            }
        }
    }
}

impl Shared {
    /// Takes note that the server is to hear of a priority.
    pub(in crate::connection) fn announce_priority(&mut self, stream: &mut Stream) {
        // The priority of an idle stream goes with its HEADERS.
        if stream.owe_priority() && stream.state() != State::Idle {
            self.control.prioritize(stream.id());
            self.signals.wake_writer();
        }
    }

    /// Says the priority of a stream whose HEADERS are the next to leave.
    ///
    /// RFC 9218 §7.1: idle streams that have a priority count like open ones, so that it leaves no
    /// sooner than the stream may open, and only if it is known how many streams may be.
    pub(super) fn send_priority_of_idle(&mut self, stream: &mut Stream) {
        if self.peer_settings.is_known() {
            self.send_priority(stream);
        }
    }

    /// Says the priority of a stream, if that is due.
    pub(super) fn send_priority(&mut self, stream: &mut Stream) {
        let is_due = stream.take_priority_due();
        // RFC 9218 §2.1.1: a server that did not announce otherwise is likely to ignore the frame.
        let peer = &self.peer_settings.record();
        let is_ignored = self.peer_settings.is_known() && !peer.no_rfc7540_priorities;
        // RFC 9218 §7.1: it is about streams on which something may still come.
        if is_due && !is_ignored && stream.state().may_recv() {
            let value = stream.priority().priority().to_string();
            self.send_frame(PriorityUpdate::new(stream.id(), value.as_bytes()).into());
        }
    }
}
