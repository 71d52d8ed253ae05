//! `tress timeline`, and the logs and pictures that other commands make.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use crate::support::{Folder, RUNTIMES, Serving, command, finish, octets, tress};

#[test]
fn a_get_leaves_a_log_and_a_picture_and_the_log_can_be_drawn_again() {
    let folder = Folder::new();
    folder.write("file", octets(300_000));
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &[]);
        let (log, picture) = (folder.file("get.log"), folder.file("get.svg"));
        let (log, picture) = (log.to_str().unwrap(), picture.to_str().unwrap());
        let url = serving.at("file");
        let finished = tress(&[
            "get",
            "--runtime",
            runtime,
            "--log",
            log,
            "--timeline",
            picture,
            "-H",
            "cookie: id=42",
            "-o",
            "/dev/null",
            &url,
        ]);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let octets = fs::read(log).unwrap();
        assert!(octets.starts_with(b"tress-log 2\n"));
        assert!(!octets.windows(5).any(|its| its == b"id=42"));
        let shown = tress(&["inspect", log]);
        let shown = String::from_utf8(shown.stdout).unwrap();
        assert!(shown.contains("cookie: [5 octets, not shown]"), "{shown}");
        let picture = fs::read_to_string(picture).unwrap();
        assert!(
            picture.starts_with("<svg ") && picture.contains("/file"),
            "{picture}"
        );
        let again = tress(&["timeline", log]);
        assert_eq!(again.code, Some(0), "{again:?}");
        assert!(again.stdout.starts_with(b"<svg "));
        let page = tress(&["timeline", "--terminal", log]);
        let page = String::from_utf8(page.stdout).unwrap();
        assert!(page.contains("1 /file"), "{page}");
        assert!(
            !page.contains('\u{1b}'),
            "no colour where there is no terminal"
        );
    }
}

#[test]
fn a_server_logs_every_connection_and_the_log_is_there_though_it_runs() {
    let folder = Folder::new();
    folder.write("small", octets(1000));
    folder.write("file", octets(5000));
    for runtime in RUNTIMES {
        let log = folder.file("serve.log");
        let serving = Serving::start(folder.path(), runtime, &["--log", log.to_str().unwrap()]);
        for name in ["small", "file"] {
            let finished = tress(&["get", &serving.at(name)]);
            assert_eq!(finished.code, Some(0), "{finished:?}");
        }
        let mut text = String::new();
        for _ in 0..500 {
            let shown = tress(&["inspect", "--events", log.to_str().unwrap()]);
            text = String::from_utf8(shown.stdout).unwrap();
            if text.matches(" end\n").count() == 2 {
                break;
            }
            std::thread::sleep(core::time::Duration::from_millis(10));
        }
        assert_eq!(text.matches(" begin server ").count(), 2, "{text}");
        assert_eq!(text.matches(" end\n").count(), 2, "{text}");
        // If nothing is said it is the one with the most octets, for both had one stream.
        for (chosen, number, path) in [
            (&["--connection", "1"][..], 1, "/small"),
            (&["--connection", "2"], 2, "/file"),
            (&[], 2, "/file"),
        ] {
            let args = [&["timeline", "--json", log.to_str().unwrap()], chosen].concat();
            let json = String::from_utf8(tress(&args).stdout).unwrap();
            assert!(json.contains(&format!("\"connection\":{number}")), "{json}");
            assert!(json.contains(&format!("\"path\":\"{path}\"")), "{json}");
        }
    }
}

#[test]
fn a_demo_draws_its_twenty_streams() {
    let folder = Folder::new();
    let page = folder.file("demo.html");
    let finished = tress(&["demo", "--timeline", page.to_str().unwrap()]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let page = fs::read_to_string(page).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>"));
    assert_eq!(page.matches("<g class=\"lane\">").count(), 20);
}

#[test]
fn what_is_no_log_is_said_and_is_2() {
    let folder = Folder::new();
    let none = folder.write("none", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    let newer = folder.write("newer", "tress-log 3\n");
    let empty = folder.write("empty", "tress-log 2\n");
    // A connection that begins, an event that there is none of, and one that does not end.
    let one = folder.write(
        "one",
        b"tress-log 2\n\x05\x01\x00\x00\x00\x00\x03\x01\x00\xc8\x05\x01\x00\x09",
    );
    let (none, newer) = (none.to_str().unwrap(), newer.to_str().unwrap());
    let (empty, one) = (empty.to_str().unwrap(), one.to_str().unwrap());
    for (args, said) in [
        (&["timeline", none][..], "not a log of tress"),
        (&["timeline", newer], "version 3"),
        (&["timeline", empty], "no connection"),
        (&["timeline", "/no/such/log"], "/no/such/log"),
        (&["timeline", one, "--connection", "2"], "no connection 2"),
        (
            &["timeline", one, "--json", "-o", "x.svg"],
            "cannot be used with",
        ),
        (
            &["get", "--log", "/no/such/folder/x", "http://127.0.0.1:1/"],
            "/no/such/folder/x",
        ),
        (
            &[
                "get",
                "--timeline",
                "/no/such/folder/x",
                "http://127.0.0.1:1/",
            ],
            "/no/such/folder/x",
        ),
        (
            &["demo", "--timeline", "/no/such/folder/x"],
            "/no/such/folder/x",
        ),
    ] {
        let finished = tress(args);
        assert_eq!(finished.code, Some(2), "{args:?}: {finished:?}");
        assert!(finished.stderr.contains(said), "{args:?}: {finished:?}");
    }
    let finished = tress(&["timeline", one]);
    assert_eq!(finished.code, Some(0));
    assert!(
        finished
            .stderr
            .contains("2 chunks could not be read to their end, the first for this: octet 21: "),
        "{finished:?}"
    );
}

#[test]
fn a_log_comes_in_by_a_pipe() {
    let mut child = command()
        .args(["timeline", "-", "--terminal"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    // HEADERS with all flags on stream 1, and nine milliseconds later the end.
    let log = b"tress-log 2\n\x0d\x01\x00\x04\x00\x01\x05\x01\x14\x16\xc0\xa8\xa5\x04";
    child.stdin.take().unwrap().write_all(log).unwrap();
    let finished = finish(child);
    let page = String::from_utf8(finished.stdout).unwrap();
    assert!(
        page.starts_with("1 stream, 0 B in 9.00 ms: 9.0 stream-ms waiting for the peer"),
        "{page}"
    );
}
