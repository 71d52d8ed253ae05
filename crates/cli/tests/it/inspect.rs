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

#[cfg(feature = "tls")]
#[test]
fn tls_1_3_is_read_by_its_key_log_and_shows_the_frames_that_tshark_counts() {
    // As `tshark -o tls.keylog_file:NAME.keys -r NAME.pcap -Y http2 -T fields -e http2.type` says.
    for (name, expected) in [
        // curl with each cipher suite, and openssl s_client, which changes the keys of both sides, and again its own.
        (
            "tls13",
            &[
                ("DATA", 3),
                ("HEADERS", 6),
                ("PING", 4),
                ("PREFACE", 4),
                ("SETTINGS", 15),
                ("WINDOW_UPDATE", 7),
                ("connection", 4),
            ][..],
        ),
        // A page of Chromium's with a style and a script.
        (
            "chromium",
            &[
                ("DATA", 3),
                ("HEADERS", 6),
                ("PREFACE", 1),
                ("SETTINGS", 4),
                ("WINDOW_UPDATE", 2),
                ("connection", 2),
            ],
        ),
    ] {
        let captures = format!("{}/tests/captures", env!("CARGO_MANIFEST_DIR"));
        let keys = format!("{captures}/{name}.keys");
        let frames = captured(&format!("{name}.pcap"), &["--key-log", &keys]);
        let mut counts = alloc::collections::BTreeMap::new();
        for (kind, _) in &frames {
            *counts.entry(kind.as_str()).or_insert(0) += 1;
        }
        assert_eq!(counts, expected.iter().copied().collect(), "{name}");
    }
    // What a pcapng has of the secrets itself is found.
    let frames = captured("tls13-secrets.pcapng", &[]);
    let headers = frames.iter().filter(|(kind, _)| kind == "HEADERS");
    assert_eq!(headers.count(), 2, "{frames:?}");
}

#[cfg(feature = "tls")]
#[test]
fn tls_that_is_not_read_says_why() {
    let folder = Folder::new();
    let captures = format!("{}/tests/captures", env!("CARGO_MANIFEST_DIR"));
    let file = format!("{captures}/tls13.pcap");
    let keys = std::fs::read_to_string(format!("{captures}/tls13.keys")).unwrap();
    // Of the sessions in them only the first half of one, and with a secret that is another's.
    let half = keys.lines().find(|line| line.starts_with("CLIENT_"));
    let half = folder.write("half.keys", half.unwrap());
    let swapped = keys.replace("CLIENT_", "X_").replace("SERVER_", "CLIENT_");
    let swapped = folder.write("swapped.keys", swapped.replace("X_", "SERVER_"));
    for (key_log, said) in [
        (None, "as --key-log FILE"),
        (Some(&half), "its secrets are not in the key log"),
        (Some(&swapped), "its secrets do not open it"),
    ] {
        let mut args = vec!["inspect", &file];
        if let Some(key_log) = key_log {
            args.extend(["--key-log", key_log.to_str().unwrap()]);
        }
        let finished = tress(&args);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let text = String::from_utf8(finished.stdout).unwrap();
        assert_eq!(text.matches(said).count(), 4, "{text}");
    }
    let finished = tress(&["inspect", "--key-log", "/no/such/keys", &file]);
    assert_eq!(finished.code, Some(2), "{finished:?}");
    assert!(finished.stderr.contains("/no/such/keys"), "{finished:?}");
}

#[cfg(feature = "tls")]
#[test]
fn what_our_client_and_our_server_log_of_their_keys_are_the_same_secrets() {
    let folder = Folder::new();
    folder.write("file", "content");
    for runtime in crate::support::RUNTIMES {
        let logs = ["server.keys", "client.keys"].map(|name| folder.file(name));
        let mut serve = command();
        serve.env("SSLKEYLOGFILE", &logs[0]);
        let serving =
            crate::support::Serving::start_with(serve, folder.path(), runtime, &["--self-signed"]);
        let get = command()
            .args(["get", "-k", "--runtime", runtime, &serving.at("file")])
            .env("SSLKEYLOGFILE", &logs[1])
            .spawn()
            .unwrap();
        assert_eq!(finish(get).code, Some(0));
        let secrets = logs.each_ref().map(|log| {
            let text = std::fs::read_to_string(log).unwrap();
            std::fs::remove_file(log).unwrap();
            text.lines()
                .map(str::to_owned)
                .collect::<alloc::collections::BTreeSet<_>>()
        });
        assert!(secrets[0].len() >= 4, "{runtime}: {secrets:?}");
        assert_eq!(secrets[0], secrets[1], "{runtime}");
    }
}

#[test]
fn a_capture_of_tls_says_that_it_is_not_read() {
    let file = format!("{}/tests/captures/tls.pcap", env!("CARGO_MANIFEST_DIR"));
    let finished = tress(&["inspect", &file]);
    assert_eq!(finished.code, Some(0));
    let text = String::from_utf8(finished.stdout).unwrap();
    assert!(text.contains("TLS, whose content is not read: "), "{text}");
}
