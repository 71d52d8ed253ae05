//! RST_STREAM leaves (RFC 9113 §6.4).

use frame::{ErrorCode, RstStream, StreamId};

use crate::connection::Shared;
use crate::control::Cause;

impl Shared {
    pub(super) fn send_resets(&mut self) {
        let held = self.control.canceled();
        while self.has_capacity() {
            let Some((stream_id, code, _)) = self.control.next_reset() else {
                break;
            };
            self.send_frame(RstStream::new(stream_id, code).into());
        }
        // Those that were held up by them may start.
        if held > self.control.canceled() {
            self.streams.let_start();
        }
    }

    /// Queues RST_STREAM: one that we ask for, or one that the peer made us say.
    pub(in crate::connection) fn queue_reset(
        &mut self,
        stream_id: StreamId,
        code: ErrorCode,
        is_asked: bool,
    ) {
        let cause = match is_asked {
            false => Cause::Peer,
            true if self.streams.is_local(stream_id) => Cause::Own,
            true => Cause::Canceled,
        };
        self.control.reset((stream_id, code, cause));
        self.signals.wake_writer();
    }
}
