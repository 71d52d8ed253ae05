//! SETTINGS leave: ours, and acknowledgments of the peer's (RFC 9113 §6.5).

use frame::Settings;

use crate::connection::Shared;

impl Shared {
    pub(super) fn send_settings(&mut self) {
        while let Some(settings) = self.control.next_settings() {
            self.local_settings.left(self.streams.next_to_open());
            self.send_frame(Settings::new(&settings).into());
        }
        // RFC 9113 §6.5.3: what the peer changed is applied by now, so that no frame of ours that
        // follows the acknowledgment knows the old value.
        while self.has_capacity() && self.control.next_settings_ack() {
            self.send_frame(Settings::ack().into());
        }
    }
}
