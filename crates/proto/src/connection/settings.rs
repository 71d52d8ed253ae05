//! Our settings: how they are announced, and what they do once they are acknowledged
//! (RFC 9113 §6.5.3).

use frame::{Setting, SettingId};
use smallvec::SmallVec;

use super::{Core, Shared};
use crate::error::UserError;
use crate::event::Event;
use crate::role::Side;
use crate::settings::{self, Announcement, SettingsChange};
use crate::violation::ConnectionRule;

impl Shared {
    /// How many streams the peer may have open at once (RFC 9113 §5.1.2): the most of what it has
    /// acknowledged and what was announced since; what is configured before there is either.
    pub(super) fn max_peer_streams(&self) -> u32 {
        match self.local_settings.allowed_streams() {
            Some(streams) => streams,
            None if self.side == Side::Server => u32::MAX,
            // A client that takes no pushes announces nothing.
            None => self.config.limits.max_streams(),
        }
    }

    /// Says whether the peer has shown that it knows how many streams it may have open. Before that,
    /// streams above the limit are refused, and are nobody's fault (RFC 9113 §6.5.3).
    pub(super) const fn is_max_peer_streams_known(&self) -> bool {
        self.local_settings.are_streams_known()
    }

    /// Queues the first SETTINGS.
    pub(super) fn announce_first(&mut self) {
        let settings = settings::first(self.side, &self.config);
        self.announce(settings);
    }

    pub(super) fn change_settings(&mut self, change: SettingsChange) -> Result<(), UserError> {
        if self.life.is_over() {
            return Err(UserError::ConnectionClosed);
        }
        let settings: Announcement = [
            (SettingId::INITIAL_WINDOW_SIZE, change.initial_window),
            (SettingId::MAX_CONCURRENT_STREAMS, change.concurrent_streams),
            (SettingId::HEADER_TABLE_SIZE, change.header_table_size),
            (
                SettingId::ENABLE_CONNECT_PROTOCOL,
                change.extended_connect.then_some(1),
            ),
        ]
        .into_iter()
        .filter_map(|(id, value)| Some(Setting::new(id, value?)))
        .collect();
        self.make_space(change)?;
        if let Some(streams) = change.concurrent_streams {
            self.config.limits.concurrent_streams = Some(streams);
        }
        self.config.extended_connect |= change.extended_connect;
        self.announce(settings);
        Ok(())
    }

    fn announce(&mut self, settings: Announcement) {
        // An acknowledgment that comes early is not one that nothing asked for.
        self.local_settings.announce(settings.clone());
        self.control.announce(settings);
        self.resize_budgets();
        self.signals.wake_writer();
    }

    /// Puts our oldest announcement in force. Returns the initial windows before and after, if they
    /// differ.
    pub(super) fn settings_acknowledged(&mut self) -> Result<Option<(u32, u32)>, ConnectionRule> {
        let before = self.local_settings.record().initial_window_size;
        let settings = self.local_settings.acknowledge();
        for setting in settings.ok_or(ConnectionRule::SettingsAck)? {
            match setting.id {
                SettingId::HEADER_TABLE_SIZE => {
                    self.input.bound_table(setting.value);
                }
                SettingId::MAX_FRAME_SIZE => self.input.bound_frames(setting.value),
                _ => {}
            }
        }
        self.windows.settle(self.local_settings.allowed_window());
        self.resize_budgets();
        self.signals.push(Event::SettingsAcked);
        let after = self.local_settings.record().initial_window_size;
        Ok((before != after).then_some((before, after)))
    }
}

impl Core {
    pub(super) fn update_settings(&mut self, change: SettingsChange) -> Result<(), UserError> {
        self.shared.change_settings(change)?;
        self.settle(None);
        Ok(())
    }

    /// RFC 9113 §6.9.2: the windows of all streams move by the difference.
    pub(super) fn resize_recv_windows(&mut self, old: u32, new: u32) {
        let keys: SmallVec<[_; 16]> = self.store.keys().collect();
        for key in keys {
            if let Some(stream) = self.store.get_mut(key) {
                if stream.resize_recv_window(old, new) {
                    self.shared.owe_credit(stream);
                }
            }
        }
    }
}
