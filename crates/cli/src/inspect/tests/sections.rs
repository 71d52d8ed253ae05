//! One deliberate violation for each section of the rule table, found with its section.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use blocking::proto::{ConnectionRule, MessageRule, StreamRule};
use tress_testkit::{
    Block, PREFACE, Side, Target, Wire, block, cases, goaway, headers, priority_update,
    push_promise, settings, settings_ack,
};

use super::super::of_octets;

/// What depends on what the other side has said, which one side's octets do not show.
const NEEDS_BOTH: &[(&str, &str)] = &[(
    "RFC 9113 §6.5.3",
    "whether SETTINGS were there to be acknowledged, and in time",
)];

/// Octets of a client, or of a server, that no case of conformance has: those are about what an answer shows.
fn more() -> Vec<Vec<u8>> {
    let get = || block().request("GET", "/");
    let client = |fields: &Block| (PREFACE, settings(), headers(1).block(fields).end()).octets();
    vec![
        client(&block().request("GE T", "/")),
        client(&get().literal("x", "a\u{1}b")),
        client(&get().literal("host", "a").literal("host", "b")),
        client(&get().literal(":protocol", "websocket")),
        (PREFACE, settings().set(9, 1), settings().set(9, 0)).octets(),
        (
            settings(),
            headers(1).block(&block().status(200)),
            headers(3).block(&block().status(200)),
            goaway(1, 0),
            goaway(3, 0),
        )
            .octets(),
        (settings().set(8, 1), settings().set(8, 0)).octets(),
        (settings(), priority_update(1, "u=1")).octets(),
        (
            settings(),
            settings_ack(),
            push_promise(1, 2).block(&block().request("POST", "/")),
        )
            .octets(),
    ]
}

/// What the cases of conformance break, by section.
fn found() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut note = |octets: &[u8]| {
        for broken in of_octets(octets, true)
            .into_iter()
            .flat_map(|item| item.broken)
        {
            found.entry(broken.section).or_default().insert(broken.rule);
        }
    };
    let target = Target::new("http", "localhost", "/");
    for side in [Side::Server, Side::Client] {
        for case in cases(side) {
            let mut octets = match (side, case.greets) {
                // Cases for a server are what a client says.
                (Side::Server, true) => (PREFACE, settings(), settings_ack()).octets(),
                (Side::Client, true) => (settings(), settings_ack()).octets(),
                (_, false) => Vec::new(),
            };
            octets.extend(case.says(&target));
            note(&octets);
        }
    }
    more().iter().for_each(|octets| note(octets));
    found
}

#[test]
fn each_section_of_the_rule_table_is_found_where_it_is_broken() {
    let connection = ConnectionRule::ALL
        .iter()
        .map(|rule| (rule.section(), format!("{rule:?}")));
    let stream = StreamRule::ALL
        .iter()
        .map(|rule| (rule.section(), format!("{rule:?}")));
    let message = MessageRule::ALL
        .iter()
        .map(|rule| (rule.section(), format!("{rule:?}")));
    let mut table: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (section, rule) in connection.chain(stream).chain(message) {
        table.entry(section.to_string()).or_default().insert(rule);
    }
    let found = found();
    let missing: Vec<_> = table
        .iter()
        .filter(|(section, rules)| {
            let found = found.get(*section);
            let is_known = NEEDS_BOTH.iter().any(|(its, _)| its == section);
            !is_known && found.is_none_or(|found| found.is_disjoint(rules))
        })
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
    for (section, why) in NEEDS_BOTH {
        assert!(table.contains_key(*section), "{section}: {why}");
        assert!(!found.contains_key(*section), "{section} is found by now");
    }
}
