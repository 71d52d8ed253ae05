//! SETTINGS arrive: applied at once, and acknowledged (RFC 9113 §6.5).

use frame::{Setting, SettingId, Settings};

use crate::connection::{Core, Shared};
use crate::event::Event;
use crate::limits::SuspiciousFrame;
use crate::role::Side;
use crate::violation::{ConnectionRule, Fault, Limit};

impl Core {
    pub(super) fn recv_settings(&mut self, frame: Settings<'_>) -> Result<(), Fault> {
        if frame.ack {
            if let Some((before, after)) = self.shared.settings_acknowledged()? {
                self.resize_recv_windows(before, after);
            }
            self.settle(None);
            return Ok(());
        }
        if frame.len() > self.shared.config.limits.settings_entries {
            return Err(Limit::SettingsEntries.into());
        }
        // RFC 9113 §6.5.3: the values are applied in the order in which they stand.
        for setting in frame.iter() {
            // Every stream that waits for its window looks at it anew when the base of all moves.
            if self.shared.peer_settings.moves_windows(setting) {
                self.suspicious_frame(SuspiciousFrame::InitialWindow);
            }
            self.apply_setting(setting)?;
        }
        self.shared.settings_applied();
        self.shared.check_replies()
    }

    /// Puts one setting of the peer's in force.
    pub(in crate::connection) fn apply_setting(
        &mut self,
        setting: Setting,
    ) -> Result<(), ConnectionRule> {
        if setting.id == SettingId::INITIAL_WINDOW_SIZE {
            self.move_send_windows(setting.value)?;
        }
        let shared = &mut self.shared;
        shared.peer_settings.apply(setting, shared.side)?;
        if setting.id == SettingId::HEADER_TABLE_SIZE {
            let encoder = &mut shared.encoder;
            encoder.set_peer_max_size(setting.value as usize);
        }
        Ok(())
    }

    /// RFC 9113 §6.9.2: the windows of all streams move with the base that they share.
    fn move_send_windows(&mut self, base: u32) -> Result<(), ConnectionRule> {
        let shared = &mut self.shared;
        if base > shared.peer_settings.record().initial_window_size {
            // Only a window that was granted more than the base can leave the range. A stream that
            // has finished, and waits to be taken, has none.
            if self.store.iter().any(|stream| stream.overflows(base)) {
                return Err(ConnectionRule::InitialWindowOverflow);
            }
            shared.streams.own_windows_opened();
        }
        Ok(())
    }
}

impl Shared {
    /// All settings of a frame are in force.
    fn settings_applied(&mut self) {
        self.peer_settings.received();
        self.control.acknowledge_settings();
        self.signals.push_once(Event::SettingsChanged);
        self.tell_available();
        // An application that finds no stream available waits, and asks for none.
        if self.side == Side::Client && self.available() == 0 {
            self.signals.looked(false);
        }
        self.streams.concurrency_opened();
        self.signals.wake_writer();
    }
}
