//! PRIORITY arrives, and changes nothing (RFC 9113 §5.3.2, RFC 9113 §6.3).

use frame::Priority;

use crate::connection::Core;
use crate::limits::SuspiciousFrame;

impl Core {
    pub(super) fn recv_priority(&mut self, _: Priority) {
        // RFC 9113 §5.3.2: the priorities of RFC 7540 are deprecated; every state takes the frame.
        self.suspicious_frame(SuspiciousFrame::Priority);
    }
}
