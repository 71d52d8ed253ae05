//! Ctrl-C: what runs may finish, and the second one ends at once.

use crate::support::{Folder, LIMIT, RUNTIMES, Serving, command, octets, wait};
use blocking::Client;
use blocking::proto::Request;
use core::time::Duration;
use std::fs;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

fn interrupt(child: &Child) {
    let id = child.id().to_string();
    let status = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(status.success());
}

#[test]
fn nothing_running_ends_at_once() {
    let folder = Folder::new();
    for runtime in RUNTIMES {
        let mut serving = Serving::start(folder.path(), runtime, &[]);
        let start = Instant::now();
        interrupt(&serving.child);
        assert_eq!(wait(&mut serving.child), Some(0), "{runtime}");
        assert!(start.elapsed() < Duration::from_secs(5), "{runtime}");
    }
}

#[test]
fn what_runs_may_finish() {
    let folder = Folder::new();
    let content = octets(2 << 20);
    folder.write("file", &content);
    for runtime in RUNTIMES {
        let mut serving = Serving::start(folder.path(), runtime, &[]);
        let client = Client::connect(serving.address()).unwrap();
        let mut reply = client.fetch(Request::get("http", "h", "/file")).unwrap();
        let mut received = reply.body.data().unwrap().unwrap().to_vec();
        interrupt(&serving.child);
        thread::sleep(Duration::from_millis(200));
        while let Some(piece) = reply.body.data().unwrap() {
            received.extend_from_slice(&piece);
        }
        assert!(received == content, "{runtime}");
        assert_eq!(wait(&mut serving.child), Some(0), "{runtime}");
    }
}

#[test]
fn what_does_not_finish_is_ended_after_ten_seconds() {
    let folder = Folder::new();
    let started: Vec<_> = RUNTIMES
        .iter()
        .map(|runtime| {
            let serving = Serving::start(folder.path(), runtime, &[]);
            let client = Client::connect(serving.address()).unwrap();
            let request = Request::post("http", "h", "/sink?rate=1");
            let pending = client.send_whole(request, octets(10_000)).unwrap();
            client.ping().unwrap();
            interrupt(&serving.child);
            (runtime, serving, pending, Instant::now())
        })
        .collect();
    for (runtime, mut serving, pending, start) in started {
        assert_eq!(wait(&mut serving.child), Some(0), "{runtime}");
        let seconds = start.elapsed().as_secs();
        assert!((9..20).contains(&seconds), "{runtime}: {seconds} s");
        assert!(pending.wait().is_err(), "{runtime}");
    }
}

#[test]
fn the_second_one_ends_at_once() {
    let folder = Folder::new();
    folder.write("file", octets(2 << 20));
    for runtime in RUNTIMES {
        let mut serving = Serving::start(folder.path(), runtime, &[]);
        let client = Client::connect(serving.address()).unwrap();
        let reply = client.fetch(Request::get("http", "h", "/file")).unwrap();
        interrupt(&serving.child);
        thread::sleep(Duration::from_millis(200));
        assert!(serving.child.try_wait().unwrap().is_none(), "{runtime}");
        let start = Instant::now();
        interrupt(&serving.child);
        assert_eq!(wait(&mut serving.child), Some(130), "{runtime}");
        assert!(start.elapsed() < Duration::from_secs(2), "{runtime}");
        drop(reply);
    }
}

#[test]
fn a_half_written_file_is_removed_and_what_was_recorded_is_there() {
    let folder = Folder::new();
    let (log, picture) = (folder.file("get.log"), folder.file("get.svg"));
    let serving = Serving::start(folder.path(), RUNTIMES[0], &[]);
    let file = folder.file("half");
    // The echo of what never ends.
    let mut child = command()
        .args(["get", "-d", "@-", &serving.at("echo"), "-o"])
        .arg(&file)
        .arg("--log")
        .arg(&log)
        .arg("--timeline")
        .arg(&picture)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&octets(100_000)).unwrap();
    let end = Instant::now() + LIMIT;
    while !fs::metadata(&file).is_ok_and(|metadata| metadata.len() > 0) {
        assert!(Instant::now() < end, "nothing comes back");
        thread::sleep(Duration::from_millis(5));
    }
    interrupt(&child);
    assert_eq!(wait(&mut child), Some(130));
    assert!(!file.exists());
    let log = fs::read_to_string(&log).unwrap();
    assert!(log.ends_with('\n') && log.contains(" < DATA 1 "), "{log}");
    let picture = fs::read_to_string(&picture).unwrap();
    assert!(picture.ends_with("</svg>\n"), "{picture}");
}
