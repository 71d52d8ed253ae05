//! Frames of other documents leave, that the application asked for (RFC 9113 §5.5).

use crate::connection::Shared;

impl Shared {
    pub(super) fn send_extensions(&mut self) {
        while self.has_capacity() {
            let Some(frame) = self.control.next_extension() else {
                break;
            };
            // It was judged when it was queued; the peer may take less by now.
            let most = self.peer_settings.record().max_frame_size;
            frame.with(|frame| {
                if frame.head().length <= most {
                    self.send_frame(frame);
                }
            });
        }
    }
}
