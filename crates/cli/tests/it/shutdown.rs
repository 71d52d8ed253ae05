//! Ctrl-C and SIGTERM: what runs may finish, and the second one ends at once.

use crate::support::{Folder, LIMIT, RUNTIMES, Serving, command, events, octets, tress, wait};
use blocking::Client;
use blocking::proto::Request;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

pub(crate) fn interrupt(child: &Child) {
    signal(child, "-INT");
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let status = Command::new("kill").args([name, &id]).status().unwrap();
    assert!(status.success());
}

#[test]
fn nothing_running_ends_at_once() {
    let folder = Folder::new();
    for (runtime, name) in RUNTIMES
        .iter()
        .flat_map(|its| [(its, "-INT"), (its, "-TERM")])
    {
        let mut serving = Serving::start(folder.path(), runtime, &[]);
        let start = Instant::now();
        signal(&serving.child, name);
        assert_eq!(wait(&mut serving.child), Some(0), "{runtime} {name}");
        assert!(start.elapsed() < Duration::from_secs(5), "{runtime} {name}");
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
fn what_does_not_finish_is_ended_after_its_time() {
    let folder = Folder::new();
    let started: Vec<_> = RUNTIMES
        .iter()
        .map(|runtime| {
            let serving = Serving::start(folder.path(), runtime, &["--drain-limit", "2"]);
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
        assert!((1..10).contains(&seconds), "{runtime}: {seconds} s");
        assert!(pending.wait().is_err(), "{runtime}");
    }
}

#[test]
fn the_second_one_ends_at_once() {
    let folder = Folder::new();
    folder.write("file", octets(2 << 20));
    let both = |runtime| [(runtime, "-INT", 130), (runtime, "-TERM", 143)];
    for (runtime, name, code) in RUNTIMES.iter().flat_map(both) {
        let mut serving = Serving::start(folder.path(), runtime, &[]);
        let client = Client::connect(serving.address()).unwrap();
        let reply = client.fetch(Request::get("http", "h", "/file")).unwrap();
        signal(&serving.child, name);
        thread::sleep(Duration::from_millis(200));
        assert!(serving.child.try_wait().unwrap().is_none(), "{runtime}");
        let start = Instant::now();
        signal(&serving.child, name);
        assert_eq!(wait(&mut serving.child), Some(code), "{runtime} {name}");
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
    let log = events(&log);
    assert!(log.contains(" < DATA stream=1 "), "{log}");
    assert!(!log.contains("the log ends in the middle"), "{log}");
    let picture = fs::read_to_string(&picture).unwrap();
    assert!(picture.ends_with("</svg>\n"), "{picture}");
}

fn status(client: &Client, path: &str) -> u16 {
    let reply = client.fetch(Request::get("http", "h", path)).unwrap();
    reply.head.status()
}

#[test]
fn health_is_503_while_the_server_drains() {
    let folder = Folder::new();
    for runtime in RUNTIMES {
        let options = ["--health", "/health", "--drain-delay", "1"];
        let mut serving = Serving::start(folder.path(), runtime, &options);
        let client = Client::connect(serving.address()).unwrap();
        assert_eq!(status(&client, "/health"), 200, "{runtime}");
        signal(&serving.child, "-TERM");
        thread::sleep(Duration::from_millis(300));
        // Also for those who come now; and all else is as before.
        let late = Client::connect(serving.address()).unwrap();
        for client in [&client, &late] {
            assert_eq!(status(client, "/health"), 503, "{runtime}");
            assert_eq!(status(client, "/echo"), 200, "{runtime}");
        }
        assert_eq!(wait(&mut serving.child), Some(0), "{runtime}");
    }
    for path in ["health", "/health?now"] {
        let run = tress(&["serve", "--health", path]);
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert!(run.stderr.contains("no path"), "{}", run.stderr);
    }
}

/// A server on a listener that is the test's, and that others take over.
#[cfg(unix)]
fn inherit(listener: &TcpListener, folder: &Folder, runtime: &str) -> Child {
    let listener = std::os::fd::OwnedFd::from(listener.try_clone().unwrap());
    let mut child = command()
        .args(["serve", "--inherit", "--runtime", runtime])
        .arg(folder.path())
        // What systemd hands over under 3 can be handed over under any number.
        .envs([("LISTEN_FDS", "1"), ("LISTEN_FDS_FIRST_FD", "0")])
        .stdin(Stdio::from(listener))
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.contains("://"), "{line}");
    child
}

#[cfg(unix)]
#[test]
fn one_process_takes_the_place_of_another_and_no_request_is_lost() {
    let folder = Folder::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    static IS_OVER: AtomicBool = AtomicBool::new(false);
    let mut current = inherit(&listener, &folder, RUNTIMES[0]);
    // A connection for each request.
    let asking = thread::spawn(move || {
        let mut count = 0;
        while !IS_OVER.load(Ordering::SeqCst) {
            let client = Client::connect(address).unwrap().with_timeout(LIMIT);
            assert_eq!(status(&client, "/echo"), 200);
            client.close().unwrap();
            count += 1;
        }
        count
    });
    for runtime in RUNTIMES.iter().rev().chain(RUNTIMES) {
        let next = inherit(&listener, &folder, runtime);
        signal(&current, "-TERM");
        assert_eq!(wait(&mut current), Some(0), "before {runtime}");
        current = next;
    }
    IS_OVER.store(true, Ordering::SeqCst);
    let count: usize = asking.join().unwrap();
    assert!(count > 10, "{count}");
    signal(&current, "-TERM");
    assert_eq!(wait(&mut current), Some(0));
}

#[cfg(unix)]
#[test]
fn nothing_to_inherit_is_said() {
    let run = tress(&["serve", "--inherit"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("LISTEN_FDS"), "{}", run.stderr);
}

#[cfg(feature = "tokio")]
#[test]
fn workers_serve_until_a_signal_comes() {
    let folder = Folder::new();
    let mut serving = Serving::start(folder.path(), "tokio", &["--workers", "2"]);
    let clients: Vec<_> = (0..4)
        .map(|_| Client::connect(serving.address()).unwrap())
        .collect();
    for client in &clients {
        assert_eq!(status(client, "/echo"), 200);
    }
    signal(&serving.child, "-TERM");
    assert_eq!(wait(&mut serving.child), Some(0));
    let run = tress(&["serve", "--runtime", "blocking", "--workers", "2"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
}
