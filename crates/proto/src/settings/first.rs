//! What an endpoint announces first (RFC 9113 §3.4).

use frame::{Setting, SettingId};

use super::{Announcement, Settings};
use crate::config::Config;
use crate::role::Side;

/// What an endpoint announces first.
pub(crate) fn first(side: Side, config: &Config) -> Announcement {
    let mut announced = Announcement::new();
    let mut is_listed = false;
    for (id, value, by_default) in offers(side, config) {
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

/// All that can be announced, with its value, and whether it is unless the application has a list of
/// its own.
fn offers(side: Side, config: &Config) -> [(SettingId, Option<u32>, bool); 8] {
    let (default, is_server) = (Settings::default(), side == Side::Server);
    // RFC 9113 §8.4: a client that takes no push says so before its first request.
    let push = (!is_server).then_some(u32::from(config.push));
    let streams = config.limits.concurrent_streams;
    let window = Some(config.announced_window(side));
    let list = Some(config.limits.field_section_octets);
    let (table, frame) = (config.header_table_size, config.max_frame_size);
    let connect = (is_server && config.extended_connect).then_some(1);
    let (has_table, has_frame) = (
        table != default.header_table_size,
        frame != default.max_frame_size,
    );
    [
        (SettingId::ENABLE_PUSH, push, !config.push),
        (
            SettingId::MAX_CONCURRENT_STREAMS,
            streams,
            is_server || config.push,
        ),
        (SettingId::INITIAL_WINDOW_SIZE, window, true),
        (SettingId::MAX_HEADER_LIST_SIZE, list, true),
        (SettingId::HEADER_TABLE_SIZE, Some(table), has_table),
        (SettingId::MAX_FRAME_SIZE, Some(frame), has_frame),
        (SettingId::ENABLE_CONNECT_PROTOCOL, connect, true),
        (SettingId::NO_RFC7540_PRIORITIES, Some(1), true),
    ]
}
