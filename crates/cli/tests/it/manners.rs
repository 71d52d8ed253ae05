//! Every command where nobody reads what it says, where there is no terminal, and when it is interrupted.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::{Folder, Serving, command, finish, octets, tress, wait};

/// A request and an answer as octets, a log, a field block, and what is fetched.
struct Things {
    folder: Folder,
    serving: Serving,
}

impl Things {
    fn new() -> Self {
        let folder = Folder::new();
        folder.write("file", octets(300_000));
        let mut octets = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec();
        for _ in 0..3000 {
            octets.extend_from_slice(b"\0\0\x08\x06\0\0\0\0\0question");
        }
        folder.write("octets", octets);
        folder.write("block", "8286\n");
        let serving = Serving::start(folder.path(), "blocking", &[]);
        let things = Self { folder, serving };
        let log = things.path("log");
        let got = tress(&[
            "get",
            "-o",
            "/dev/null",
            "--log",
            &log,
            &things.serving.at("file"),
        ]);
        assert_eq!(got.code, Some(0), "{got:?}");
        things
    }

    fn path(&self, name: &str) -> String {
        self.folder.file(name).to_string_lossy().into_owned()
    }

    /// Each command that ends by itself, and what its objects are if it writes any.
    fn commands(&self) -> Vec<(Vec<String>, Option<&'static str>)> {
        let (octets, log, block) = (self.path("octets"), self.path("log"), self.path("block"));
        let url = self.serving.at("file");
        let base = self.serving.at("");
        [
            (&["demo", "--json"][..], Some("tress-demo/1")),
            (&["demo"], None),
            (&["explain", "--json"], Some("tress-explain/1")),
            (&["explain"], None),
            (&["inspect", "--json", &octets], Some("tress-inspect/1")),
            (&["inspect", &octets], None),
            (&["inspect", "--hex", &octets], None),
            (
                &["inspect", "--json", "--events", &log],
                Some("tress-inspect/1"),
            ),
            (&["timeline", "--json", &log], Some("tress-timeline/1")),
            (&["timeline", "--terminal", &log], None),
            (&["timeline", &log], None),
            (&["hpack", "table", "--json", &block], Some("tress-hpack/1")),
            (
                &["hpack", "decode", "--json", &block],
                Some("tress-hpack/1"),
            ),
            (&["hpack", "table", &block], None),
            (&["hpack", "decode", &block], None),
            (
                &["get", "--json", "-o", "/dev/null", &url],
                Some("tress-get/1"),
            ),
            (&["get", &url], None),
            (
                &["probe", "--about", "--json", &base],
                Some("tress-endpoint/1"),
            ),
            (&["probe", "--about", &base], None),
            (&["probe", "--list"], None),
            (
                &["bench", "-n", "5", "--json", &base],
                Some("tress-bench/1"),
            ),
            (&["completions", "bash"], None),
            (&["help"], None),
            (&["--version"], None),
        ]
        .map(|(args, schema)| (args.iter().map(ToString::to_string).collect(), schema))
        .into()
    }
}

#[test]
fn where_nobody_reads_a_command_ends_as_it_would_and_without_a_word() {
    let things = Things::new();
    for (args, _) in things.commands() {
        let mut child = command().args(&args).spawn().unwrap();
        drop(child.stdout.take());
        let finished = finish(child);
        assert_eq!(finished.code, Some(0), "{args:?}: {finished:?}");
        for word in ["panicked", "roken pipe", "error"] {
            assert!(!finished.stderr.contains(word), "{args:?}: {finished:?}");
        }
    }
}

#[test]
fn without_a_terminal_there_is_no_colour_and_objects_say_what_they_are() {
    let things = Things::new();
    for (args, schema) in things.commands() {
        let finished = tress(&args);
        assert_eq!(finished.code, Some(0), "{args:?}: {finished:?}");
        let is_content = args.first().is_some_and(|first| first == "get") && schema.is_none();
        let is_coloured = finished.stdout.contains(&0x1b) && !is_content;
        assert!(
            !is_coloured && !finished.stderr.contains('\u{1b}'),
            "{args:?}"
        );
        assert!(!finished.stdout.is_empty(), "{args:?}");
        if let Some(schema) = schema {
            let text = String::from_utf8(finished.stdout).unwrap();
            for line in text.lines() {
                let object: Value = serde_json::from_str(line).unwrap();
                assert_eq!(object["schema"], schema, "{args:?}: {line}");
            }
        }
    }
}

/// What runs until it is ended, and its first line.
fn started(command: &mut Command) -> (Child, String) {
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    let stdout = child.stdout.as_mut().unwrap();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    (child, line)
}

#[test]
fn what_runs_until_it_is_interrupted_says_where_it_is_and_leaves_what_it_has_logged() {
    let things = Things::new();
    let upstream = things.serving.address();
    let (folder, log) = (
        things.folder.path().to_string_lossy(),
        things.path("kept.log"),
    );
    for (args, schema) in [
        (
            &[
                "serve",
                &*folder,
                "--listen",
                "127.0.0.1:0",
                "--log",
                &log,
                "--json",
            ][..],
            "tress-serve/1",
        ),
        (
            &["proxy", "127.0.0.1:0", upstream, "--log", &log, "--json"],
            "tress-proxy/1",
        ),
        (&["link", "127.0.0.1:0", upstream, "--json"], "tress-link/1"),
    ] {
        let (mut child, line) = started(command().args(args));
        let object: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(object["schema"], schema, "{line}");
        let url = match object["url"].as_str() {
            Some(url) => url.to_owned(),
            None => format!("http://{}/", object["address"].as_str().unwrap()),
        };
        // A connection that is open when it is interrupted.
        let mut get = command();
        let get = get.args(["get", "-d", "@-", &format!("{url}echo")]);
        let mut get = get.stdin(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(core::time::Duration::from_millis(300));
        crate::shutdown::interrupt(&child);
        drop(get.stdin.take());
        let code = wait(&mut child);
        assert_eq!(code, Some(0), "{args:?}");
        let _ = get.kill();
        let _ = get.wait();
        if args.contains(&"--log") {
            let text = crate::support::events(log.as_ref());
            assert!(
                text.contains(" begin ") && text.contains("HEADERS stream=1"),
                "{args:?}: {text}"
            );
            assert!(!text.contains("ends in the middle"), "{args:?}: {text}");
        }
    }
}

#[test]
fn where_nobody_hears_where_it_is_a_server_runs_all_the_same() {
    let folder = Folder::new();
    let folder = folder.path().to_string_lossy();
    for args in [
        &["serve", &*folder, "--listen", "127.0.0.1:0"][..],
        &["proxy", "127.0.0.1:0", "127.0.0.1:1"],
        &["link", "127.0.0.1:0", "127.0.0.1:1"],
    ] {
        let mut child = command().args(args).spawn().unwrap();
        drop(child.stdout.take());
        std::thread::sleep(core::time::Duration::from_millis(100));
        let ended = child.try_wait().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(ended, None, "{args:?}");
    }
}
