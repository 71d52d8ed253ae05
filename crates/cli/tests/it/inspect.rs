//! `tress inspect` as a program: what it takes, and its exit codes.

use std::io::Write;
use std::process::Stdio;

use crate::support::{Folder, command, finish, tress};

const CLIENT: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\
    \x00\x00\x00\x04\x00\x00\x00\x00\x00\
    \x00\x00\x04\x01\x05\x00\x00\x00\x01\x82\x86\x84\x83\
    \x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x05";

#[test]
fn octets_digits_and_a_pipe_show_the_same() {
    let folder = Folder::new();
    let raw = folder.write("raw", CLIENT);
    let digits: String = CLIENT.iter().map(|octet| format!("{octet:02x}")).collect();
    let hex = folder.write("hex", &digits);
    let expected = tress(&["inspect", raw.to_str().unwrap()]);
    assert_eq!(expected.code, Some(0), "{expected:?}");
    let text = String::from_utf8(expected.stdout.clone()).unwrap();
    assert!(text.contains("00000021 > HEADERS stream=1"), "{text}");
    assert!(
        text.contains(" :method: POST\n") || text.contains(" :method: GET\n"),
        "{text}"
    );
    assert!(!text.contains('\u{1b}'));
    assert_eq!(
        tress(&["inspect", hex.to_str().unwrap()]).stdout,
        expected.stdout
    );
    let mut child = command()
        .args(["inspect", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(CLIENT).unwrap();
    assert_eq!(finish(child).stdout, expected.stdout);
}

#[test]
fn a_broken_rule_is_3_only_if_it_is_asked_for() {
    let folder = Folder::new();
    let mut octets = CLIENT.to_vec();
    octets.extend_from_slice(b"\x00\x00\x00\x00\x01\x00\x00\x00\x01");
    let file = folder.write("broken", octets);
    let file = file.to_str().unwrap();
    assert_eq!(tress(&["inspect", file]).code, Some(0));
    let finished = tress(&["inspect", "--check", file]);
    assert_eq!(finished.code, Some(3), "{finished:?}");
    let text = String::from_utf8(finished.stdout).unwrap();
    assert!(
        text.contains("broken: ") && text.contains("RFC 9113 §"),
        "{text}"
    );
    let finished = tress(&["inspect", "--check", "--json", file]);
    let objects: Vec<serde_json::Value> = core::str::from_utf8(&finished.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(
        objects
            .iter()
            .all(|object| object["schema"] == "tress-inspect/1")
    );
    let broken = objects
        .iter()
        .flat_map(|object| object["broken"].as_array().unwrap());
    assert!(broken.count() >= 1, "{objects:?}");
}

#[test]
fn frames_can_be_chosen_by_stream_and_by_fields() {
    let folder = Folder::new();
    let file = folder.write("raw", CLIENT);
    let file = file.to_str().unwrap();
    let lines = |args: &[&str]| {
        let finished = tress(&[&["inspect", file], args].concat());
        let text = String::from_utf8(finished.stdout).unwrap();
        text.lines().filter(|line| line.contains(" > ")).count()
    };
    assert_eq!(lines(&[]), 4);
    assert_eq!(lines(&["--stream", "0"]), 2);
    assert_eq!(lines(&["--headers"]), 1);
    assert_eq!(lines(&["--stream", "9"]), 0);
}

#[test]
fn what_cannot_be_read_is_2() {
    let folder = Folder::new();
    let file = folder.write("text", "this is no octets");
    let file = file.to_str().unwrap();
    for (args, said) in [
        (&["inspect", "/no/such/file"][..], "/no/such/file"),
        (&["inspect", file], "no pairs of hexadecimal digits"),
        (&["inspect", "--from", "log", file], "not a log of tress"),
        (&["inspect"], "FILE"),
    ] {
        let finished = tress(args);
        assert_eq!(finished.code, Some(2), "{args:?}: {finished:?}");
        assert!(finished.stderr.contains(said), "{args:?}: {finished:?}");
    }
}

/// What `inspect --json` says of a capture: the type and direction of each frame.
fn captured(name: &str, more: &[&str]) -> Vec<(String, String)> {
    let file = format!("{}/tests/captures/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut args = vec!["inspect", "--json", "--check"];
    args.extend(more);
    args.push(&file);
    let finished = tress(&args);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let text = String::from_utf8(finished.stdout).unwrap();
    let objects = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let word = |value: &serde_json::Value| {
        value
            .as_str()
            .unwrap()
            .split(' ')
            .next()
            .unwrap()
            .to_owned()
    };
    objects
        .map(|object| (word(&object["what"]), word(&object["direction"])))
        .collect()
}

#[test]
fn captures_of_others_tools_show_the_frames_that_tshark_counts_in_them() {
    // As `tshark -d tcp.port==1-65535,http2 -Y http2 -T fields -e http2.type` says.
    for (name, counts) in [
        (
            "curl.pcap",
            &[
                ("DATA", 3),
                ("HEADERS", 4),
                ("SETTINGS", 8),
                ("WINDOW_UPDATE", 4),
            ][..],
        ),
        (
            "grpcio.pcap",
            &[
                ("DATA", 2),
                ("HEADERS", 3),
                ("SETTINGS", 4),
                ("PING", 4),
                ("WINDOW_UPDATE", 5),
            ],
        ),
        (
            "nghttp.pcapng",
            &[
                ("DATA", 1),
                ("HEADERS", 2),
                ("PRIORITY", 5),
                ("SETTINGS", 3),
                ("GOAWAY", 2),
                ("WINDOW_UPDATE", 1),
            ],
        ),
        ("tls.pcap", &[]),
    ] {
        let frames = captured(name, &[]);
        let mut all = 0;
        for (kind, count) in counts {
            let found = frames.iter().filter(|(its, _)| its == kind).count();
            assert_eq!(found, *count, "{name}: {kind}");
            all += count;
        }
        let others = frames
            .iter()
            .filter(|(its, _)| !["connection", "PREFACE"].contains(&&its[..]));
        assert_eq!(others.count(), all, "{name}");
    }
}

#[test]
fn a_capture_of_tls_says_that_it_is_not_read() {
    let file = format!("{}/tests/captures/tls.pcap", env!("CARGO_MANIFEST_DIR"));
    let finished = tress(&["inspect", &file]);
    assert_eq!(finished.code, Some(0));
    let text = String::from_utf8(finished.stdout).unwrap();
    assert!(
        text.contains("TLS, whose content is not read here"),
        "{text}"
    );
}
