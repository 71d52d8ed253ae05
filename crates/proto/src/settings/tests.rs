//! What may change, and when it counts.

use frame::{Setting, SettingId, StreamId};

use super::{Announcement, LocalSettings, PeerSettings};
use crate::role::Side;
use crate::violation::ConnectionRule;

fn announcement(id: SettingId, value: u32) -> Announcement {
    [Setting::new(id, value)].into_iter().collect()
}

#[test]
fn until_a_limit_is_acknowledged_the_most_of_all_that_is_under_way_is_allowed() {
    let streams = |value| announcement(SettingId::MAX_CONCURRENT_STREAMS, value);
    let mut local = LocalSettings::default();
    assert_eq!(local.allowed_streams(), None);
    local.announce(streams(10));
    assert_eq!(local.allowed_streams(), Some(10), "nothing is before it");
    local.acknowledge();
    for value in [5, 7] {
        local.announce(streams(value));
    }
    assert_eq!(local.allowed_streams(), Some(10));
    local.acknowledge();
    assert_eq!(local.allowed_streams(), Some(7));
    local.acknowledge();
    assert_eq!(local.allowed_streams(), Some(7));
    assert_eq!(local.acknowledge(), None);
}

#[test]
fn a_window_counts_as_the_largest_that_the_peer_may_know() {
    let window = |value| announcement(SettingId::INITIAL_WINDOW_SIZE, value);
    let mut local = LocalSettings::default();
    assert_eq!(local.allowed_window(), 65_535);
    local.announce(window(1_000_000));
    local.announce(window(10));
    assert_eq!(local.allowed_window(), 1_000_000);
    assert_eq!(local.record().initial_window_size, 65_535);
    local.acknowledge();
    local.acknowledge();
    assert_eq!(local.allowed_window(), 10);
}

#[test]
fn settings_are_overdue_once_an_answer_shows_that_the_peer_has_them() {
    let mut local = LocalSettings::default();
    local.announce(Announcement::new());
    assert_eq!(local.unprobed(), None, "they have not left");
    local.left(Some(StreamId::from_wire(3)));
    assert_eq!(local.unprobed(), Some(0));
    local.heard_on(StreamId::from_wire(1));
    assert_eq!(local.hinted_overdue(), None, "opened before them");
    local.heard_on(StreamId::from_wire(3));
    assert_eq!(local.hinted_overdue(), Some(0));
    assert_eq!(local.overdue(), None);
    local.probe();
    assert_eq!(local.unprobed(), None);
    local.passed(local.announced_in_all(), true);
    assert_eq!(local.overdue(), Some(0));
    local.acknowledge();
    assert_eq!((local.overdue(), local.hinted_overdue()), (None, None));
}

#[test]
fn a_server_does_not_enable_push_nor_withdraw_extended_connect() {
    let connect = SettingId::ENABLE_CONNECT_PROTOCOL;
    let mut server = PeerSettings::default();
    let pushes = server.apply(Setting::new(SettingId::ENABLE_PUSH, 1), Side::Client);
    assert_eq!(pushes, Err(ConnectionRule::PushEnabledByServer));
    assert_eq!(server.apply(Setting::new(connect, 1), Side::Client), Ok(()));
    let withdrawn = server.apply(Setting::new(connect, 0), Side::Client);
    assert_eq!(withdrawn, Err(ConnectionRule::ConnectProtocolWithdrawn));
    assert!(server.record().enable_connect_protocol);
}

#[test]
fn priorities_are_chosen_by_the_first_settings() {
    let chosen = Setting::new(SettingId::NO_RFC7540_PRIORITIES, 1);
    let mut peer = PeerSettings::default();
    assert_eq!(peer.apply(chosen, Side::Server), Ok(()));
    peer.received();
    assert_eq!(peer.apply(chosen, Side::Server), Ok(()), "the same again");
    let other = Setting::new(SettingId::NO_RFC7540_PRIORITIES, 0);
    let changed = peer.apply(other, Side::Server);
    assert_eq!(changed, Err(ConnectionRule::PrioritiesChanged));
}

#[test]
fn thirty_two_settings_are_kept_that_nobody_here_knows() {
    let mut peer = PeerSettings::default();
    for number in 0..40 {
        let setting = Setting::new(SettingId(0x1000 + number), number.into());
        peer.apply(setting, Side::Client).unwrap();
    }
    peer.apply(Setting::new(SettingId(0x1000), 77), Side::Client)
        .unwrap();
    assert_eq!(peer.announced(SettingId(0x1000)), Some(77), "the latest");
    assert_eq!(peer.announced(SettingId(0x101f)), Some(31));
    assert_eq!(peer.announced(SettingId(0x1020)), None);
    assert_eq!(peer.announced(SettingId::MAX_FRAME_SIZE), Some(16_384));
    assert_eq!(peer.announced(SettingId::MAX_CONCURRENT_STREAMS), None);
}

#[test]
fn each_setting_that_is_known_is_kept_as_it_was_announced() {
    let mut peer = PeerSettings::default();
    let announced = [
        (SettingId::HEADER_TABLE_SIZE, 100),
        (SettingId::ENABLE_PUSH, 0),
        (SettingId::MAX_CONCURRENT_STREAMS, 101),
        (SettingId::INITIAL_WINDOW_SIZE, 102),
        (SettingId::MAX_FRAME_SIZE, 20_000),
        (SettingId::MAX_HEADER_LIST_SIZE, 103),
        (SettingId::ENABLE_CONNECT_PROTOCOL, 1),
        (SettingId::NO_RFC7540_PRIORITIES, 1),
    ];
    for (id, value) in announced {
        peer.apply(Setting::new(id, value), Side::Client).unwrap();
    }
    for (id, value) in announced {
        assert_eq!(peer.announced(id), Some(value), "{id}");
    }
}
