//! The recordings are what they are said to be: many, small, of several peers, and whole.

use alloc::collections::BTreeSet;
use std::fs;
use std::path::Path;

use testkit::{Census, Side};

use super::{ALL, Conversation};

#[test]
fn there_are_forty_recordings_and_every_file_is_one_of_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations");
    let names = fs::read_dir(folder).unwrap().map(|entry| {
        let name = entry.unwrap().file_name();
        name.to_string_lossy().into_owned()
    });
    let found: BTreeSet<String> = names.filter(|name| name != "README.md").collect();
    let listed: BTreeSet<String> = ALL.iter().map(|(name, _)| format!("{name}.txt")).collect();
    assert_eq!(found, listed);
    assert!(ALL.len() >= 40, "only {}", ALL.len());
}

#[test]
fn no_recording_has_more_than_64_kib_nor_all_of_them_2_mib() {
    for (name, text) in ALL {
        let conversation = Conversation::read((name, text));
        let sides = [Side::Client, Side::Server];
        let octets: usize = sides.map(|side| conversation.said(side).len()).iter().sum();
        assert!(octets > 0 && octets <= 64 * 1024, "{name}: {octets}");
    }
    let all: usize = ALL.iter().map(|(_, text)| text.len()).sum();
    assert!(all < 2 * 1024 * 1024, "{all} octets of text");
}

/// The program of one end, without its version.
fn program(text: &'static str, end: &str) -> &'static str {
    let mut lines = text.lines().filter_map(|line| line.strip_prefix(end));
    let program = lines.next().unwrap();
    program.split(' ').next().unwrap()
}

#[test]
fn every_peer_speaks_on_either_end_and_every_frame_type_of_the_rfc_is_spoken() {
    let (mut clients, mut servers) = (BTreeSet::new(), BTreeSet::new());
    let mut census = Census::new();
    for (name, text) in ALL {
        let conversation = Conversation::read((name, text));
        clients.insert(program(text, "client: "));
        servers.insert(program(text, "server: "));
        for side in [Side::Client, Side::Server] {
            census.add(conversation.said(side));
        }
    }
    println!("recorded: {census}");
    assert!(clients.is_superset(&["curl", "nghttp", "node", "python-h2", "tress"].into()));
    assert!(servers.is_superset(&["nghttpd", "node", "python-h2", "tress"].into()));
    assert_eq!(census.missing(), ["PRIORITY_UPDATE", "UNKNOWN"]);
}
