//! What an endpoint announces first (RFC 9113 §3.4).

use frame::{Setting, SettingId};

use super::{Announcement, Settings};
use crate::config::Config;
use crate::role::Side;

/// What an endpoint announces first.
pub(crate) fn first(side: Side, config: &Config) -> Announcement {
    let default = Settings::default();
    let streams = config.limits.concurrent_streams;
    let is_server = side == Side::Server;
    // What is announced unless the application has a list of its own, and what can be.
    let settings = [
        // RFC 9113 §8.4: a client that takes no push says so before its first request.
        (
            SettingId::ENABLE_PUSH,
            (!is_server).then_some(u32::from(config.push)),
            !config.push,
        ),
        (
            SettingId::MAX_CONCURRENT_STREAMS,
            streams,
            is_server || config.push,
        ),
        (
            SettingId::INITIAL_WINDOW_SIZE,
            Some(config.announced_window(side)),
            true,
        ),
        (
            SettingId::MAX_HEADER_LIST_SIZE,
            Some(config.limits.field_section_octets),
            true,
        ),
        (
            SettingId::HEADER_TABLE_SIZE,
            Some(config.header_table_size),
            config.header_table_size != default.header_table_size,
        ),
        (
            SettingId::MAX_FRAME_SIZE,
            Some(config.max_frame_size),
            config.max_frame_size != default.max_frame_size,
        ),
        (
            SettingId::ENABLE_CONNECT_PROTOCOL,
            (is_server && config.extended_connect).then_some(1),
            true,
        ),
        (SettingId::NO_RFC7540_PRIORITIES, Some(1), true),
    ];
    let mut announced = Announcement::new();
    let mut is_listed = false;
    for (id, value, by_default) in settings {
        let listed = config.stand_in.announces(id);
        is_listed |= listed.is_some();
        if listed.unwrap_or(by_default) {
            announced.extend(value.map(|value| Setting::new(id, value)));
        }
    }
    if is_listed {
        announced.sort_by_key(|setting| setting.id.0);
    }
    announced
}
