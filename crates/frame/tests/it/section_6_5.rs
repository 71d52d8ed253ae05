//! SETTINGS (RFC 9113 §6.5).

use tress_frame::{ErrorCode, ErrorKind, Flags, Frame, Setting, SettingId, Settings};

use crate::{both_ways, connection_error, decode, hex};

#[test]
fn settings_are_pairs_in_order() {
    let settings = [
        Setting::new(SettingId::HEADER_TABLE_SIZE, 8192),
        Setting::new(SettingId::ENABLE_PUSH, 0),
        Setting::new(SettingId::MAX_CONCURRENT_STREAMS, 100),
        Setting::new(SettingId::INITIAL_WINDOW_SIZE, 0x7fff_ffff),
        Setting::new(SettingId::MAX_FRAME_SIZE, 16_384),
        Setting::new(SettingId::MAX_HEADER_LIST_SIZE, u32::MAX),
    ];
    both_ways(
        "000024 04 00 00000000 0001 00002000 0002 00000000 0003 00000064 \
         0004 7fffffff 0005 00004000 0006 ffffffff",
        Settings::new(&settings),
    );
}

#[test]
fn settings_that_occur_twice_are_both_kept_in_order() {
    let octets = hex("00000c 04 00 00000000 0003 00000001 0003 00000002");
    let Ok(Frame::Settings(settings)) = decode(&octets) else {
        panic!("the frame is legal");
    };
    let values: Vec<u32> = settings.iter().map(|setting| setting.value).collect();
    assert_eq!(values, [1, 2]);
    assert_eq!(settings.len(), 2);
    assert_eq!(settings.iter().len(), 2);
}

#[test]
fn unknown_settings_are_kept_whatever_their_value() {
    let settings = [
        Setting::new(SettingId(0x0a0a), u32::MAX),
        Setting::new(SettingId(0), 1),
    ];
    both_ways(
        "00000c 04 00 00000000 0a0a ffffffff 0000 00000001",
        Settings::new(&settings),
    );
}

#[test]
fn an_acknowledgment_is_empty() {
    both_ways("000000 04 01 00000000", Settings::ack());
    assert!(Settings::ack().is_empty());
}

#[test]
fn unused_flags_survive() {
    let mut settings = Settings::ack();
    settings.unused_flags = Flags(0xfe);
    both_ways("000000 04 ff 00000000", settings);
}

#[test]
fn an_acknowledgment_with_settings_ends_the_connection() {
    for octets in [
        "000006 04 01 00000000 0003 00000064",
        "000001 04 01 00000000 00",
    ] {
        connection_error(
            octets,
            ErrorKind::SettingsAckLength,
            ErrorCode::FRAME_SIZE_ERROR,
            "RFC 9113 §6.5",
        );
    }
}

#[test]
fn settings_on_a_stream_end_the_connection() {
    for octets in [
        "000000 04 00 00000001",
        "000000 04 01 00000001",
        "000001 04 00 00000002 00",
    ] {
        connection_error(
            octets,
            ErrorKind::ConnectionRequired,
            ErrorCode::PROTOCOL_ERROR,
            "RFC 9113 §6.5",
        );
    }
}

#[test]
fn a_length_that_is_no_multiple_of_6_ends_the_connection() {
    for octets in [
        "000001 04 00 00000000 00",
        "000005 04 00 00000000 0003 000000",
        "000007 04 00 00000000 0003 00000064 00",
    ] {
        connection_error(
            octets,
            ErrorKind::SettingsLength,
            ErrorCode::FRAME_SIZE_ERROR,
            "RFC 9113 §6.5",
        );
    }
}

/// The values at the edges of what a setting may be: each as it is accepted, or refused.
#[track_caller]
fn values(id: SettingId, accepted: &[u32], refused: &[u32], error: ErrorKind) {
    for value in accepted {
        let octets = format!("000006 04 00 00000000 {:04x} {value:08x}", id.0);
        both_ways(&octets, Settings::new(&[Setting::new(id, *value)]));
    }
    for value in refused {
        assert_eq!(Setting::new(id, *value).validate(), Err(error));
        let (code, section) = match error {
            ErrorKind::InitialWindowSize => (ErrorCode::FLOW_CONTROL_ERROR, "RFC 9113 §6.5.2"),
            ErrorKind::EnableConnectProtocol => (ErrorCode::PROTOCOL_ERROR, "RFC 8441 §3"),
            ErrorKind::NoRfc7540Priorities => (ErrorCode::PROTOCOL_ERROR, "RFC 9218 §2.1"),
            _ => (ErrorCode::PROTOCOL_ERROR, "RFC 9113 §6.5.2"),
        };
        let octets = format!("000006 04 00 00000000 {:04x} {value:08x}", id.0);
        connection_error(&octets, error, code, section);
        // The fault is also found behind a legal setting.
        let octets = format!(
            "00000c 04 00 00000000 0003 00000001 {:04x} {value:08x}",
            id.0
        );
        connection_error(&octets, error, code, section);
    }
}

#[test]
fn enable_push_is_0_or_1() {
    values(
        SettingId::ENABLE_PUSH,
        &[0, 1],
        &[2, u32::MAX],
        ErrorKind::EnablePush,
    );
}

#[test]
fn an_initial_window_size_above_2_31_is_a_flow_control_error() {
    values(
        SettingId::INITIAL_WINDOW_SIZE,
        &[0, 65_535, 0x7fff_ffff],
        &[0x8000_0000, u32::MAX],
        ErrorKind::InitialWindowSize,
    );
}

#[test]
fn a_max_frame_size_is_from_2_14_to_2_24() {
    values(
        SettingId::MAX_FRAME_SIZE,
        &[16_384, 16_777_215],
        &[0, 16_383, 16_777_216, u32::MAX],
        ErrorKind::MaxFrameSize,
    );
}

#[test]
fn enable_connect_protocol_is_0_or_1() {
    values(
        SettingId::ENABLE_CONNECT_PROTOCOL,
        &[0, 1],
        &[2, u32::MAX],
        ErrorKind::EnableConnectProtocol,
    );
}

#[test]
fn no_rfc7540_priorities_is_0_or_1() {
    values(
        SettingId::NO_RFC7540_PRIORITIES,
        &[0, 1],
        &[2, u32::MAX],
        ErrorKind::NoRfc7540Priorities,
    );
}

#[test]
fn settings_without_a_range_take_any_value() {
    for id in [
        SettingId::HEADER_TABLE_SIZE,
        SettingId::MAX_CONCURRENT_STREAMS,
        SettingId::MAX_HEADER_LIST_SIZE,
    ] {
        values(
            id,
            &[0, 1, 0x8000_0000, u32::MAX],
            &[],
            ErrorKind::EnablePush,
        );
    }
}
