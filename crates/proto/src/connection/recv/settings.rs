//! SETTINGS arrive: applied at once, and acknowledged (RFC 9113 §6.5).

use frame::{Setting, SettingId, Settings};

use crate::connection::Core;
use crate::event::Event;
use crate::limits::Glitch;
use crate::role::Side;
use crate::violation::{ConnectionRule, Fault, Limit};

impl Core {
    pub(super) fn recv_settings(&mut self, frame: Settings<'_>) -> Result<(), Fault> {
        if frame.ack {
            return Ok(self.settings_acknowledged()?);
        }
        if frame.len() > self.config.limits.settings_entries {
            return Err(Limit::SettingsEntries.into());
        }
        // RFC 9113 §6.5.3: the values are applied in the order in which they stand.
        for setting in frame.iter() {
            self.glitch_if_moved(setting);
            self.apply_setting(setting)?;
        }
        self.settings.peer_known = true;
        self.outbound.control.settings_acks += 1;
        self.signals.push_once(Event::SettingsChanged);
        self.tell_available();
        // An application that finds no stream to be had waits, and asks for none.
        self.signals.starved |= self.side == Side::Client && self.available() == 0;
        self.streams
            .schedule
            .concurrency_opened(&mut self.streams.store);
        self.signals.wake_writer();
        self.check_replies()
    }

    /// Every stream that waits for its window looks at it anew when the base of all moves.
    fn glitch_if_moved(&mut self, setting: Setting) {
        let is_moved = setting.id == SettingId::INITIAL_WINDOW_SIZE
            && setting.value != self.settings.peer.initial_window_size;
        if self.settings.peer_known && is_moved {
            self.glitch(Glitch::InitialWindow);
        }
    }

    /// Puts one setting of the peer's in force.
    pub(in crate::connection) fn apply_setting(
        &mut self,
        setting: Setting,
    ) -> Result<(), ConnectionRule> {
        let (old, value) = (self.settings.peer, setting.value);
        match setting.id {
            // RFC 9113 §6.5.2: a client takes any value of a server but 1 for none.
            SettingId::ENABLE_PUSH if self.side == Side::Client && value == 1 => {
                return Err(ConnectionRule::PushEnabledByServer);
            }
            // RFC 8441 §3: what a client says of it has no impact on a server.
            SettingId::ENABLE_CONNECT_PROTOCOL
                if self.side == Side::Client && old.enable_connect_protocol && value == 0 =>
            {
                return Err(ConnectionRule::ConnectProtocolWithdrawn);
            }
            SettingId::NO_RFC7540_PRIORITIES
                if self.settings.peer_known && old.no_rfc7540_priorities != (value == 1) =>
            {
                return Err(ConnectionRule::PrioritiesChanged);
            }
            SettingId::HEADER_TABLE_SIZE => {
                self.outbound.encoder.set_peer_max_size(value as usize);
            }
            SettingId::INITIAL_WINDOW_SIZE => self.move_send_windows(value)?,
            id if id.name().is_none() => self.settings.keep_unknown(setting),
            _ => {}
        }
        self.settings.peer.apply(setting);
        Ok(())
    }

    /// RFC 9113 §6.9.2: the windows of all streams move with the base that they share.
    fn move_send_windows(&mut self, base: u32) -> Result<(), ConnectionRule> {
        let old = self.settings.peer.initial_window_size;
        if base > old {
            // Only a window that was granted more than the base can leave the range. A stream that
            // has finished, and waits to be taken, has none.
            let store = &mut self.streams.store;
            if store
                .iter()
                .any(|stream| stream.result.is_none() && stream.send_window.overflows(base))
            {
                return Err(ConnectionRule::InitialWindowOverflow);
            }
            self.streams.schedule.own_windows_opened(store);
        }
        Ok(())
    }
}
