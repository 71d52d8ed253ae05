//! Frames of other documents arrive: PRIORITY_UPDATE, ALTSVC, ORIGIN, and those that nobody here
//! knows (RFC 9113 §5.5, RFC 9218 §7.1).

use frame::{Frame, PriorityUpdate};

use crate::connection::Core;
use crate::role::Side;
use crate::violation::{ConnectionRule, Fault};

impl Core {
    pub(super) fn recv_extension(&mut self, frame: Frame<'_>) -> Result<(), Fault> {
        if let Frame::PriorityUpdate(frame) = frame {
            self.check_priority_update(frame)?;
        }
        // RFC 9113 §5.5: what is unknown, or not asked for, is ignored.
        self.tell_extension(frame);
        self.glitch()
    }

    fn check_priority_update(&self, frame: PriorityUpdate<'_>) -> Result<(), ConnectionRule> {
        if self.side == Side::Client {
            return Err(ConnectionRule::PriorityUpdateByServer);
        }
        // RFC 9218 §7.1: a push that was never promised cannot be prioritized; we promise none.
        if frame.prioritized_id.is_server_initiated() {
            return Err(ConnectionRule::PrioritizedId);
        }
        Ok(())
    }
}
