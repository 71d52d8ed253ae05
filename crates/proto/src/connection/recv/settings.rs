//! SETTINGS arrive: applied at once, and acknowledged (RFC 9113 §6.5).

use frame::{Setting, SettingId, Settings};

use crate::connection::{Core, Shared};
use crate::event::Event;
use crate::limits::Glitch;
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
            if self.shared.is_move(setting) {
                self.glitch(Glitch::InitialWindow);
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
        self.shared.apply_setting(setting)
    }

    /// RFC 9113 §6.9.2: the windows of all streams move with the base that they share.
    fn move_send_windows(&mut self, base: u32) -> Result<(), ConnectionRule> {
        let shared = &mut self.shared;
        if base > shared.settings.peer.initial_window_size {
            // Only a window that was granted more than the base can leave the range. A stream that
            // has finished, and waits to be taken, has none.
            if self.store.iter().any(|stream| stream.overflows(base)) {
                return Err(ConnectionRule::InitialWindowOverflow);
            }
            let streams = &mut shared.streams;
            streams.schedule.own_windows_opened(&mut streams.links);
        }
        Ok(())
    }
}

impl Shared {
    /// Every stream that waits for its window looks at it anew when the base of all moves.
    fn is_move(&self, setting: Setting) -> bool {
        let is_moved = setting.id == SettingId::INITIAL_WINDOW_SIZE
            && setting.value != self.settings.peer.initial_window_size;
        self.settings.peer_known && is_moved
    }

    /// All settings of a frame are in force.
    fn settings_applied(&mut self) {
        self.settings.peer_known = true;
        self.outbound.control.settings_acks += 1;
        self.signals.push_once(Event::SettingsChanged);
        self.tell_available();
        // An application that finds no stream to be had waits, and asks for none.
        self.signals.starved |= self.side == Side::Client && self.available() == 0;
        let streams = &mut self.streams;
        streams.schedule.concurrency_opened(&mut streams.links);
        self.signals.wake_writer();
    }

    /// Puts one setting of the peer's in force.
    fn apply_setting(&mut self, setting: Setting) -> Result<(), ConnectionRule> {
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
            id if id.name().is_none() => self.settings.keep_unknown(setting),
            _ => {}
        }
        self.settings.peer.apply(setting);
        Ok(())
    }
}
