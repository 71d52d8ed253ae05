//! WINDOW_UPDATE leaves, for all windows of which enough was used (RFC 9113 §6.9).

use frame::{StreamId, WindowUpdate};

use crate::connection::{Core, Shared};

impl Core {
    pub(super) fn send_credit(&mut self) {
        if self.shared.life.is_over() {
            return;
        }
        self.shared.send_connection_credit();
        while self.shared.has_capacity() {
            let Some(key) = self.shared.streams.next_credit() else {
                break;
            };
            let Some(stream) = self.store.get_mut(key) else {
                continue;
            };
            if let Some(increment) = stream.grant_credit() {
                let frame = WindowUpdate::new(stream.id(), increment);
                self.shared.send_frame(frame.into());
            }
        }
    }
}

impl Shared {
    pub(super) fn send_connection_credit(&mut self) {
        if let Some(increment) = self.windows.next_increment() {
            self.send_frame(WindowUpdate::new(StreamId::CONNECTION, increment).into());
        }
    }
}
