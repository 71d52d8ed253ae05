//! Frames of other documents arrive: ALTSVC, ORIGIN, and those that nobody here knows
//! (RFC 9113 §5.5).

use frame::Frame;

use crate::connection::Core;
use crate::limits::SuspiciousFrame;

impl Core {
    pub(super) fn recv_extension(&mut self, frame: Frame<'_>) {
        // RFC 9113 §5.5: what is unknown, or not asked for, is ignored.
        self.shared.tell_extension(frame);
        self.suspicious_frame(SuspiciousFrame::Extension);
    }
}
