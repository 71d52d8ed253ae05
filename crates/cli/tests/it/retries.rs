//! `tress get` sends again what was certainly not processed, among servers that refuse and go away.

use std::fs;

use crate::support::{Finished, Folder, Serving, octets, tress};

/// A server of a folder with this fault, and what it told when it has ended.
fn against(fault: &str, ask: impl FnOnce(&Serving) -> Finished) -> (Finished, String) {
    let folder = Folder::new();
    folder.write("file", "content");
    let serving = Serving::start(folder.path(), "tokio", &["--fault", fault]);
    let finished = ask(&serving);
    (finished, serving.stop())
}

fn get(serving: &Serving, args: &[&str]) -> Finished {
    tress(&[&["get", "--max-time", "20"], args, &[&serving.at("file")]].concat())
}

#[test]
fn refused_streams_are_sent_again() {
    let (finished, told) = against("refuse count=2", |serving| get(serving, &[]));
    assert_eq!(
        (finished.code, &finished.stdout[..], &*finished.stderr),
        (Some(0), &b"content"[..], "")
    );
    // On the same connection, each on a stream of its own.
    for line in [
        "connection 1, stream 1, /file: refuse",
        "stream 3, /file: refuse",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
}

#[test]
fn what_is_refused_each_time_is_said_after_three_attempts() {
    let (finished, told) = against("refuse", |serving| get(serving, &[]));
    assert_eq!(finished.code, Some(1), "{finished:?}");
    let said = "(stream 5): the peer reset the stream with REFUSED_STREAM";
    assert!(finished.stderr.contains(said), "{finished:?}");
    assert_eq!(told.matches(": refuse").count(), 3, "{told}");
}

#[test]
fn requests_that_goaway_leaves_out_go_to_the_next_connection() {
    let fault = "goaway phase=refuse count=1";
    let (finished, told) = against(fault, |serving| {
        let url = serving.at("file");
        tress(&[&["get", "--max-time", "20"], &vec![&*url; 70][..]].concat())
    });
    assert_eq!((finished.code, &*finished.stderr), (Some(0), ""), "{told}");
    assert!(finished.stdout == b"content".repeat(70));
    assert!(told.contains("connection 1, "), "{told}");
}

#[test]
fn log_timeline_and_json_show_what_was_sent_again() {
    let out = Folder::new();
    let (log, picture) = (out.file("log"), out.file("picture.svg"));
    let (log, picture) = (log.to_str().unwrap(), picture.to_str().unwrap());
    let args = ["--json", "--log", log, "--timeline", picture];
    let fault = "goaway phase=refuse count=1; refuse count=1";
    let (finished, told) = against(fault, |serving| get(serving, &args));
    assert_eq!(finished.code, Some(0), "{finished:?} {told}");
    assert!(
        finished.stderr.starts_with("of 2 connections"),
        "{finished:?}"
    );
    let said = String::from_utf8(finished.stdout).unwrap();
    for part in [r#""error":null"#, r#""octets":7"#, r#""status":200"#] {
        assert!(said.contains(part), "{said}");
    }
    let shown = tress(&["inspect", "--events", log]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert_eq!(shown.matches(" begin client").count(), 2, "{shown}");
    assert!(fs::read_to_string(picture).unwrap().contains("</svg>"));
}

#[test]
fn content_of_a_file_is_sent_again_from_its_beginning() {
    let folder = Folder::new();
    let content = octets(300_000);
    let file = format!("@{}", folder.write("content", &content).display());
    let fault = "refuse count=1; goaway phase=refuse count=1";
    let (finished, told) = against(fault, |serving| {
        tress(&["get", "--max-time", "20", "-d", &file, &serving.at("echo")])
    });
    assert_eq!((finished.code, &*finished.stderr), (Some(0), ""), "{told}");
    assert!(finished.stdout == content);
}

#[test]
fn on_threads_nothing_is_sent_again() {
    let args = ["--runtime", "blocking"];
    let (finished, told) = against("refuse count=1", |serving| get(serving, &args));
    assert_eq!(finished.code, Some(1), "{finished:?}");
    assert_eq!(told.matches(": refuse").count(), 1, "{told}");
}
