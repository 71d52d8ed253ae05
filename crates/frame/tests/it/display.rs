//! One readable line for each frame, and `Debug` without noise.

use tress_frame::{ErrorCode, Flags, FrameType, GoAway, SettingId, StreamId};

use crate::{decode, hex};

/// The octets of a frame, and the line that stands for it.
#[track_caller]
fn shows(octets: &str, line: &str) {
    let octets = hex(octets);
    assert_eq!(decode(&octets).unwrap().to_string(), line);
}

#[test]
fn data() {
    shows(
        "000005 00 01 00000001 68656c6c6f",
        "DATA stream=1 END_STREAM length=5",
    );
    shows(
        "000003 00 08 00000001 01 61 00",
        "DATA stream=1 length=1 padding=1",
    );
    shows(
        "000000 00 40 00000001",
        "DATA stream=1 length=0 unused_flags=0x40",
    );
}

#[test]
fn headers() {
    shows(
        "000001 01 05 00000001 82",
        "HEADERS stream=1 END_HEADERS END_STREAM fragment=1",
    );
    shows(
        "000005 01 20 00000003 80000001 0f",
        "HEADERS stream=3 depends_on=1 weight=16 exclusive fragment=0",
    );
}

#[test]
fn priority() {
    shows(
        "000005 02 00 00000003 00000001 ff",
        "PRIORITY stream=3 depends_on=1 weight=256",
    );
}

#[test]
fn rst_stream() {
    shows(
        "000004 03 00 00000001 00000008",
        "RST_STREAM stream=1 CANCEL",
    );
    shows("000004 03 00 00000001 0000001f", "RST_STREAM stream=1 0x1f");
}

#[test]
fn settings() {
    shows(
        "00000c 04 00 00000000 0003 00000064 0004 00040000",
        "SETTINGS MAX_CONCURRENT_STREAMS=100 INITIAL_WINDOW_SIZE=262144",
    );
    shows("000006 04 00 00000000 0a0a 00000007", "SETTINGS 0x0a0a=7");
    shows("000000 04 00 00000000", "SETTINGS");
    shows("000000 04 01 00000000", "SETTINGS ACK");
}

#[test]
fn push_promise() {
    shows(
        "000005 05 04 00000001 00000002 82",
        "PUSH_PROMISE stream=1 promised=2 END_HEADERS fragment=1",
    );
}

#[test]
fn ping() {
    shows(
        "000008 06 00 00000000 0102030405060708",
        "PING 0102030405060708",
    );
    shows(
        "000008 06 01 00000000 0000000000000001",
        "PING ACK 0000000000000001",
    );
}

#[test]
fn goaway() {
    shows(
        "00000d 07 00 00000000 00000005 00000000 6465627567",
        "GOAWAY last=5 NO_ERROR \"debug\"",
    );
    shows(
        "000008 07 00 00000000 00000000 00000001",
        "GOAWAY last=0 PROTOCOL_ERROR",
    );
}

#[test]
fn window_update() {
    shows(
        "000004 08 00 00000000 0000ffff",
        "WINDOW_UPDATE stream=0 increment=65535",
    );
}

#[test]
fn continuation() {
    shows(
        "000001 09 04 00000001 82",
        "CONTINUATION stream=1 END_HEADERS fragment=1",
    );
}

#[test]
fn extensions() {
    shows(
        "00000a 10 00 00000000 00000001 753d332c2069",
        "PRIORITY_UPDATE prioritized=1 \"u=3, i\"",
    );
    shows(
        "000007 0a 00 00000000 0003 613a62 6833",
        "ALTSVC stream=0 origin=\"a:b\" \"h3\"",
    );
    shows("000004 0a 00 00000001 0000 6833", "ALTSVC stream=1 \"h3\"");
    shows(
        "000008 0c 00 00000000 0003 613a62 0001 63",
        "ORIGIN \"a:b\" \"c\"",
    );
}

#[test]
fn frames_to_ignore() {
    shows(
        "000001 b7 03 00000000 00",
        "UNKNOWN type=0xb7 stream=0 flags=0x03 length=1",
    );
    shows(
        "000001 0c 00 00000001 00",
        "UNKNOWN type=ORIGIN stream=1 flags=0x00 length=1",
    );
}

#[test]
fn heads() {
    let octets = hex("000005 00 01 00000001");
    let head = tress_frame::Head::parse_prefix(&octets).unwrap();
    assert_eq!(head.to_string(), "DATA stream=1 flags=0x01 length=5");
}

#[test]
fn text_from_the_peer_cannot_break_the_line() {
    shows(
        "00000f 07 00 00000000 00000000 00000000 610a1b5b6d2200",
        r#"GOAWAY last=0 NO_ERROR "a\n\x1b[m\"\x00""#,
    );
}

#[test]
fn text_above_128_octets_is_cut() {
    for (len, more) in [(127, ""), (128, ""), (129, "..."), (4096, "...")] {
        let debug_data = vec![b'x'; len];
        let goaway = GoAway::new(StreamId::CONNECTION, ErrorCode::NO_ERROR);
        let line = goaway.debug_data(&debug_data).to_string();
        let shown = "x".repeat(len.min(128));
        assert_eq!(line, format!("GOAWAY last=0 NO_ERROR \"{shown}\"{more}"));
    }
}

#[test]
fn debug_shows_the_length_of_a_payload_and_how_it_begins() {
    let mut octets = hex("000400 00 00 00000001");
    octets.resize(octets.len() + 1024, b'x');
    assert_eq!(
        format!("{:?}", decode(&octets).unwrap()),
        "Data(Data { stream_id: 1, end_stream: false, pad_length: None, \
         data: 1024 octets \"xxxxxxxxxxxxxxxx\"..., unused_flags: 0x00 })"
    );
    let octets = hex("000001 01 05 00000001 82");
    assert_eq!(
        format!("{:?}", decode(&octets).unwrap()),
        "Headers(Headers { stream_id: 1, end_stream: true, end_headers: true, priority: None, \
         pad_length: None, fragment: 1 octets \"\\x82\", unused_flags: 0x00 })"
    );
}

#[test]
fn debug_of_any_frame_stays_short() {
    for (head, fixed) in [
        ("001000 00 00 00000001", ""),
        ("001000 01 04 00000001", ""),
        ("001000 05 04 00000001", "00000002"),
        ("001000 07 00 00000000", "0000000000000000"),
        ("001000 09 04 00000001", ""),
        ("001000 10 00 00000000", "00000001"),
        ("001000 0a 00 00000001", "0000"),
        ("001000 0c 00 00000000", "0ffe"),
        ("001000 b7 00 00000000", ""),
    ] {
        let mut octets = hex(head);
        octets.extend(hex(fixed));
        octets.resize(9 + 4096, b'x');
        let debug = format!("{:?}", decode(&octets).unwrap());
        assert!(debug.len() < 250, "{debug}");
    }
}

#[test]
fn codes_show_their_names() {
    assert_eq!(FrameType::PRIORITY_UPDATE.to_string(), "PRIORITY_UPDATE");
    assert_eq!(format!("{:?}", FrameType(0x0b)), "0x0b");
    assert_eq!(
        ErrorCode::HTTP_1_1_REQUIRED.name(),
        Some("HTTP_1_1_REQUIRED")
    );
    assert_eq!(ErrorCode(0x0e).name(), None);
    assert_eq!(
        SettingId::ENABLE_CONNECT_PROTOCOL.to_string(),
        "ENABLE_CONNECT_PROTOCOL"
    );
    assert_eq!(SettingId(7).to_string(), "0x0007");
    assert_eq!(format!("{:?}", Flags(0x2d)), "0x2d");
    assert_eq!(format!("{:>8}|", ErrorCode::CANCEL), "  CANCEL|");
}
