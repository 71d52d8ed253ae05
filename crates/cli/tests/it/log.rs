//! `serve --access-log` and `serve -v`: who asked for what, and what went over the wire.

use crate::support::{Folder, RUNTIMES, Serving, octets, tress};
use blocking::Client;
use blocking::proto::{Config, Connection, ErrorCode, Request};
use core::time::Duration;
use std::fs;
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Instant;

/// The lines of a log, once there are so many, without times and addresses.
#[track_caller]
fn lines(log: &Path, count: usize) -> Vec<String> {
    let start = Instant::now();
    loop {
        let text = fs::read_to_string(log).unwrap();
        let lines: Vec<String> = text.lines().map(without_time).collect();
        if lines.len() >= count || start.elapsed() > Duration::from_secs(10) {
            assert_eq!(lines.len(), count, "{text}");
            return lines;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

fn without_time(line: &str) -> String {
    let mut words: Vec<&str> = line.split(' ').collect();
    // Such as 2026-11-30T15:36:21.123Z.
    let date = words.remove(0);
    assert!(
        date.len() == 24 && date.starts_with("20") && date.ends_with('Z'),
        "{line}"
    );
    assert!(words.remove(0).starts_with("127.0.0.1:"), "{line}");
    let millis: f64 = words.remove(6).parse().unwrap();
    assert!((0.0..60_000.0).contains(&millis), "{line}");
    words.join(" ")
}

/// A line of frames, such as `[  0.0012] 1 < PREFACE`, without its time.
fn without_seconds(line: &str) -> &str {
    let (time, rest) = line.split_once("] ").unwrap_or(("", line));
    let seconds: Result<f64, _> = time.trim_start_matches('[').trim().parse();
    assert!(seconds.is_ok_and(|it| (0.0..60.0).contains(&it)), "{line}");
    rest
}

#[test]
fn a_request_is_a_line_with_its_connection_and_stream() {
    let folder = Folder::new();
    folder.write("file", octets(100_000));
    let log = folder.file("log");
    for runtime in RUNTIMES {
        fs::write(&log, "").unwrap();
        let arguments = ["--access-log", log.to_str().unwrap()];
        let serving = Serving::start(folder.path(), runtime, &arguments);
        for _ in 0..2 {
            let client = Client::connect(serving.address()).unwrap();
            for (method, path) in [("GET", "/file"), ("HEAD", "/file"), ("GET", "/absent?a=b")] {
                let reply = client.fetch(Request::new(method, "http", "h", path));
                reply.unwrap().body.bytes(1 << 20).unwrap();
            }
            client.close().unwrap();
        }
        let wanted = |connection: u32| {
            [
                format!("{connection} 1 GET /file 200 100000"),
                format!("{connection} 3 HEAD /file 200 0"),
                format!("{connection} 5 GET /absent?a=b 404 28"),
            ]
        };
        assert_eq!(lines(&log, 6), [wanted(1), wanted(2)].concat(), "{runtime}");
    }
}

#[test]
fn a_reset_and_a_lost_connection_are_logged_too() {
    let folder = Folder::new();
    let log = folder.file("log");
    for runtime in RUNTIMES {
        fs::write(&log, "").unwrap();
        let arguments = ["--access-log", log.to_str().unwrap()];
        let serving = Serving::start(folder.path(), runtime, &arguments);
        let stream = TcpStream::connect(serving.address()).unwrap();
        let wire = stream.try_clone().unwrap();
        let client = Client::new(Connection::new(Config::default()), stream).unwrap();
        let (body, pending) = client.send(Request::post("http", "h", "/echo")).unwrap();
        let reply = pending.wait().unwrap();
        body.reset(ErrorCode::CANCEL);
        drop(reply);
        assert_eq!(lines(&log, 1), ["1 1 POST /echo 200 0 CANCEL"], "{runtime}");
        let (body, pending) = client.send(Request::post("http", "h", "/sink")).unwrap();
        client.ping().unwrap();
        wire.shutdown(Shutdown::Both).unwrap();
        assert_eq!(lines(&log, 2)[1], "1 3 POST /sink - 0", "{runtime}");
        drop((body, pending));
    }
}

#[test]
fn frames_are_shown_behind_the_number_of_their_connection() {
    let folder = Folder::new();
    folder.write("file", "content");
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &["-v"]);
        for _ in 0..2 {
            let client = Client::connect(serving.address()).unwrap();
            let reply = client.fetch(Request::get("http", "h", "/file")).unwrap();
            assert_eq!(reply.body.bytes(100).unwrap(), "content", "{runtime}");
            client.close().unwrap();
        }
        let said = serving.stop();
        for line in [
            "1 < PREFACE",
            "1 > DATA stream=1 END_STREAM length=7",
            "2 <     :path: /file",
            "2 > DATA stream=1 END_STREAM length=7",
        ] {
            assert!(
                said.lines().any(|it| without_seconds(it) == line),
                "{runtime}: {line}: {said}"
            );
        }
    }
}

#[test]
fn a_log_that_cannot_be_written_is_a_usage_error() {
    let folder = Folder::new();
    let log = folder.file("no/such/folder");
    let run = tress(&[
        "serve".as_ref(),
        folder.path().as_os_str(),
        "--access-log".as_ref(),
        log.as_os_str(),
    ]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("--access-log"), "{}", run.stderr);
}
