//! One end's settings, as values (RFC 9113 §6.5.2).

use frame::{Setting, SettingId};

/// One end's settings, as they were announced (RFC 9113 §6.5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Settings {
    /// The octets of the dynamic table that its decoder keeps.
    pub header_table_size: u32,
    /// Whether it takes PUSH_PROMISE.
    pub enable_push: bool,
    /// The streams that the other end may have open; no limit if it was never announced.
    pub max_concurrent_streams: Option<u32>,
    /// The octets of a new stream's window.
    pub initial_window_size: u32,
    /// The octets of the largest payload it takes.
    pub max_frame_size: u32,
    /// The octets of the largest field section it takes; no limit if it was never announced.
    pub max_header_list_size: Option<u32>,
    /// Whether it takes extended CONNECT (RFC 8441 §3).
    pub enable_connect_protocol: bool,
    /// Whether it ignores the priorities of RFC 7540 (RFC 9218 §2.1).
    pub no_rfc7540_priorities: bool,
}

impl Default for Settings {
    /// What is in force before anything is announced.
    fn default() -> Self {
        Self {
            header_table_size: 4096,
            enable_push: true,
            max_concurrent_streams: None,
            initial_window_size: crate::flow::INITIAL_WINDOW,
            max_frame_size: frame::DEFAULT_MAX_FRAME_SIZE,
            max_header_list_size: None,
            enable_connect_protocol: false,
            no_rfc7540_priorities: false,
        }
    }
}

impl Settings {
    /// Changes one value. Unknown settings change nothing (RFC 9113 §6.5.2).
    pub(super) fn apply(&mut self, setting: Setting) {
        let value = setting.value;
        match setting.id {
            SettingId::HEADER_TABLE_SIZE => self.header_table_size = value,
            SettingId::ENABLE_PUSH => self.enable_push = value == 1,
            SettingId::MAX_CONCURRENT_STREAMS => self.max_concurrent_streams = Some(value),
            SettingId::INITIAL_WINDOW_SIZE => self.initial_window_size = value,
            SettingId::MAX_FRAME_SIZE => self.max_frame_size = value,
            SettingId::MAX_HEADER_LIST_SIZE => self.max_header_list_size = Some(value),
            SettingId::ENABLE_CONNECT_PROTOCOL => self.enable_connect_protocol = value == 1,
            SettingId::NO_RFC7540_PRIORITIES => self.no_rfc7540_priorities = value == 1,
            _ => {}
        }
    }
}

/// What of a record is announced by its identifier.
impl Settings {
    /// The latest value of a setting that is known here; `None` for one without a limit.
    pub(super) fn value(&self, id: SettingId) -> Option<Option<u32>> {
        Some(match id {
            SettingId::HEADER_TABLE_SIZE => Some(self.header_table_size),
            SettingId::ENABLE_PUSH => Some(u32::from(self.enable_push)),
            SettingId::MAX_CONCURRENT_STREAMS => self.max_concurrent_streams,
            SettingId::INITIAL_WINDOW_SIZE => Some(self.initial_window_size),
            SettingId::MAX_FRAME_SIZE => Some(self.max_frame_size),
            SettingId::MAX_HEADER_LIST_SIZE => self.max_header_list_size,
            SettingId::ENABLE_CONNECT_PROTOCOL => Some(u32::from(self.enable_connect_protocol)),
            SettingId::NO_RFC7540_PRIORITIES => Some(u32::from(self.no_rfc7540_priorities)),
            _ => return None,
        })
    }
}
