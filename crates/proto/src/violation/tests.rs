//! The rule table as a table.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use frame::Scope;

use super::{ConnectionRule, Limit, MessageRule, StreamRule, Violation};
use crate::golden;

/// The octets of a frame.
fn octets(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    let head = [0, 0, length, kind, flags, 0, 0, 0, stream];
    [&head, payload].concat()
}

/// SETTINGS with one setting.
fn setting(id: u8, value: u32) -> Vec<u8> {
    octets(4, 0, 0, &[&[0, id], &value.to_be_bytes()[..]].concat())
}

/// A frame for each rule that octets alone can break.
fn wrong_frames() -> Vec<Vec<u8>> {
    vec![
        vec![0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1],
        octets(7, 0, 0, &[0; 7]),
        octets(0, 0, 0, b"x"),
        octets(6, 0, 1, &[0; 8]),
        octets(0, 8, 1, &[1]),
        octets(2, 0, 1, &[0; 4]),
        octets(3, 0, 1, &[0; 3]),
        octets(4, 0, 0, &[0; 5]),
        octets(4, 1, 0, &[0; 6]),
        setting(2, 2),
        setting(4, 1 << 31),
        setting(5, 0),
        setting(8, 2),
        setting(9, 2),
        octets(5, 4, 1, &[0, 0, 0, 3]),
        octets(6, 0, 0, &[0; 7]),
        octets(8, 0, 1, &[0; 3]),
        octets(8, 0, 1, &[0; 4]),
        octets(8, 0, 0, &[0; 4]),
        octets(16, 0, 0, &[0; 4]),
    ]
}

fn decode(octets: &[u8]) -> frame::Error {
    let decoded = frame::Decoder::new().decode(octets).map(|_| ());
    decoded.expect_err("the frame is wrong")
}

fn row(rule: &str, text: &str, violation: Violation) -> String {
    let (scope, code) = violation.scope_and_code();
    let scope = match scope {
        Scope::Connection => "connection",
        Scope::Stream => "stream",
    };
    let section = violation.section();
    format!("| {rule} | {text} | {section} | {scope} | {code} |\n")
}

fn part<R: Copy + core::fmt::Debug + ToString + Into<Violation>>(
    title: &str,
    rules: &[R],
) -> String {
    let rows = rules.iter().map(|rule| {
        let name = format!("`{rule:?}`");
        row(&name, &rule.to_string(), (*rule).into())
    });
    heading(title) + &rows.collect::<String>()
}

fn heading(title: &str) -> String {
    let columns = "| rule | what the peer did | section | reach | code |\n|---|---|---|---|---|\n";
    format!("\n### {title}\n\n{columns}")
}

#[test]
fn the_rule_table_is_as_documented() {
    let mut book = String::from("Every rule, and what follows where it is broken.\n");
    book += &part("The connection", ConnectionRule::ALL);
    book += &part("The life of a stream", StreamRule::ALL);
    book += &part("Messages", MessageRule::ALL);
    book += &part("Limits", Limit::ALL);
    book += &heading("Frames that are wrong in themselves");
    for octets in wrong_frames() {
        let error = decode(&octets);
        let name = match error.stream_id().is_connection() {
            true => format!("`{:?}`", error.kind()),
            false => format!("`{:?}` on a stream", error.kind()),
        };
        book += &row(&name, &error.kind().to_string(), error.into());
    }
    book += "\nA field block that cannot be decoded reaches the connection with COMPRESSION_ERROR \
             (RFC 9113 §4.3), whatever is wrong with it.\n";
    golden::check("violation/violation.md", &book);
}

#[test]
fn every_rule_names_a_section() {
    let parts = [
        ConnectionRule::ALL
            .iter()
            .map(|rule| rule.section())
            .collect::<Vec<_>>(),
        StreamRule::ALL.iter().map(|rule| rule.section()).collect(),
        MessageRule::ALL.iter().map(|rule| rule.section()).collect(),
        Limit::ALL.iter().map(|rule| rule.section()).collect(),
    ];
    for section in parts.concat() {
        let numbers = section
            .strip_prefix("RFC ")
            .and_then(|rest| rest.split_once(" §"));
        let (document, section) = numbers.unwrap_or_else(|| panic!("{section}"));
        assert!(
            ["9113", "9110", "9218", "8441", "7541"].contains(&document),
            "{document}"
        );
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit());
        assert!(section.split('.').all(is_number), "{section}");
    }
}

#[test]
fn the_error_codes_of_malformed_messages_are_one() {
    // RFC 9113 §8.1.1: a stream error of type PROTOCOL_ERROR, whatever is malformed.
    for rule in MessageRule::ALL {
        assert_eq!(
            rule.scope_and_code(),
            (Scope::Stream, frame::ErrorCode::PROTOCOL_ERROR)
        );
    }
}
