//! All the rules together: the table of the README, and every short frame there is.

use tress_frame::{Decoder, ErrorKind, Scope};

use crate::{decode, hex};

/// Octets that break each of the rules, in the order of the table.
const BREAKERS: [&str; 34] = [
    "004001 00 00 00000001",
    "000000 00 08 00000001",
    "000004 01 20 00000001 00000000",
    "000003 05 00 00000001 000000",
    "000007 07 00 00000000 00000000 000000",
    "000003 10 00 00000000 000000",
    "000000 00 00 00000000",
    "000001 00 08 00000001 01",
    "000000 01 00 00000000",
    "000001 01 08 00000001 01",
    "000005 02 00 00000000 00000000 00",
    "000004 02 00 00000001 00000000",
    "000004 03 00 00000000 00000000",
    "000003 03 00 00000001 000000",
    "000000 04 00 00000001",
    "000001 04 00 00000000 00",
    "000006 04 01 00000000 0003 00000000",
    "000006 04 00 00000000 0002 00000002",
    "000006 04 00 00000000 0004 80000000",
    "000006 04 00 00000000 0005 00003fff",
    "000006 04 00 00000000 0008 00000002",
    "000006 04 00 00000000 0009 00000002",
    "000004 05 00 00000000 00000002",
    "000005 05 08 00000001 01 00000002",
    "000004 05 00 00000001 00000001",
    "000008 06 00 00000001 0000000000000000",
    "000007 06 00 00000000 00000000000000",
    "000008 07 00 00000001 00000000 00000000",
    "000003 08 00 00000001 000000",
    "000004 08 00 00000001 00000000",
    "000004 08 00 00000000 00000000",
    "000000 09 00 00000000",
    "000004 10 00 00000001 00000001",
    "000004 10 00 00000000 00000000",
];

#[test]
fn the_rules_table_of_the_readme_is_what_the_code_does() {
    let rows: Vec<String> = BREAKERS.iter().map(|octets| row(&hex(octets))).collect();
    let readme: Vec<&str> = include_str!("../../README.md")
        .lines()
        .filter(|line| line.contains("_ERROR` |"))
        .collect();
    assert_eq!(readme.join("\n"), rows.join("\n"));
}

/// The row of the rule that the octets break.
fn row(octets: &[u8]) -> String {
    let error = Decoder::new().decode(octets).unwrap_err();
    let scope = match error.scope() {
        Scope::Connection => "connection",
        Scope::Stream => "stream",
    };
    let frame = match error.kind() {
        ErrorKind::FrameTooLarge => "any".to_owned(),
        _ => error.frame_type().to_string(),
    };
    let (kind, code, section) = (error.kind(), error.code(), error.section());
    format!("| {frame} | {kind} | {scope} | `{code}` | {section} |")
}

/// Every type with every short length, on three streams, with no flag and with all of them.
#[test]
fn every_short_frame_breaks_only_the_rules_it_breaks() {
    for frame_type in 0..=0xff {
        for length in 0..=20 {
            for stream_id in 0..=2 {
                for flags in [0, 0xff] {
                    for filling in [0, 2, 0xff] {
                        let mut octets = vec![0, 0, length, frame_type, flags, 0, 0, 0, stream_id];
                        octets.resize(9 + usize::from(length), filling);
                        let found = decode(&octets).map(drop).map_err(|error| error.kind());
                        let expected = rule(frame_type, length, stream_id, flags, filling);
                        assert_eq!(found.err(), expected, "{octets:02x?}");
                    }
                }
            }
        }
    }
}

/// The rule that a frame breaks whose payload is the same octet over and over.
fn rule(frame_type: u8, length: u8, stream_id: u8, flags: u8, filling: u8) -> Option<ErrorKind> {
    let all_flags = flags == 0xff;
    let padding = |fixed| all_flags && filling > length - fixed;
    let is = |broken: bool, rule| broken.then_some(rule);
    match (frame_type, stream_id) {
        (0..=3 | 5 | 9, 0) => Some(ErrorKind::StreamRequired),
        (4 | 6 | 7 | 0x10, 1..) => Some(ErrorKind::ConnectionRequired),
        (0 | 1 | 5 | 7 | 0x10, _) if length < fixed_len(frame_type, all_flags) => {
            Some(ErrorKind::PayloadTooShort)
        }
        (0 | 1 | 5, _) if padding(fixed_len(frame_type, all_flags)) => {
            Some(ErrorKind::PaddingTooLong)
        }
        (2, _) => is(length != 5, ErrorKind::PriorityLength),
        (3, _) => is(length != 4, ErrorKind::RstStreamLength),
        (4, _) if all_flags => is(length != 0, ErrorKind::SettingsAckLength),
        (4, _) => is(length % 6 != 0, ErrorKind::SettingsLength),
        (5, _) => is(filling != 2, ErrorKind::PromisedStreamId),
        (6, _) => is(length != 8, ErrorKind::PingLength),
        (8, _) if length != 4 => Some(ErrorKind::WindowUpdateLength),
        (8, _) => is(filling == 0, ErrorKind::IncrementZero),
        (0x10, _) => is(filling == 0, ErrorKind::PrioritizedStreamId),
        _ => None,
    }
}

/// The length of the mandatory fields, with no flag or with all of them.
fn fixed_len(frame_type: u8, all_flags: bool) -> u8 {
    match (frame_type, all_flags) {
        (0, true) => 1,
        (1, true) => 6,
        (5, false) | (0x10, _) => 4,
        (5, true) => 5,
        (7, _) => 8,
        _ => 0,
    }
}
