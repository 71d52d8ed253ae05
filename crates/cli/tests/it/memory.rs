//! A slow reader costs the server no memory, and other streams no time.

use crate::support::{Folder, RUNTIMES, Serving};
use blocking::Client;
use blocking::proto::Request;
use core::time::Duration;
use std::fs;
use std::thread;
use std::time::Instant;

/// What the server may need beyond what it needs when idle, in KiB.
const MORE: u64 = 8 * 1024;

/// The resident memory of a process, in KiB, where the system tells.
fn resident(serving: &Serving) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", serving.child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn a_slow_reader_costs_no_memory_and_stops_no_other_stream() {
    let folder = Folder::new();
    folder.write("small", "small");
    let large = fs::File::create(folder.file("large")).unwrap();
    large.set_len(100 << 20).unwrap();
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &[]);
        let client = Client::connect(serving.address()).unwrap();
        let fetch = |path: &str| client.fetch(Request::get("http", "h", path)).unwrap();
        assert_eq!(&fetch("/small").body.bytes(10).unwrap()[..], b"small");
        let Some(idle) = resident(&serving) else {
            return;
        };
        let mut slow = fetch("/large");
        for _ in 0..20 {
            slow.body.data().unwrap().unwrap();
            thread::sleep(Duration::from_millis(15));
        }
        let start = Instant::now();
        assert_eq!(&fetch("/small").body.bytes(10).unwrap()[..], b"small");
        assert!(start.elapsed() < Duration::from_secs(2), "{runtime}");
        let busy = resident(&serving).unwrap();
        assert!(
            busy < idle + MORE,
            "{runtime}: {idle} KiB became {busy} KiB"
        );
    }
}

#[test]
fn a_slow_upload_costs_no_memory_and_stops_no_other_stream() {
    let folder = Folder::new();
    folder.write("small", "small");
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &[]);
        let client = Client::connect(serving.address()).unwrap();
        let fetch = |path: &str| client.fetch(Request::get("http", "h", path)).unwrap();
        assert_eq!(&fetch("/small").body.bytes(10).unwrap()[..], b"small");
        let Some(idle) = resident(&serving) else {
            return;
        };
        let request = Request::post("http", "h", "/sink?rate=1M");
        let (mut body, pending) = client.send(request).unwrap();
        let sender = thread::spawn(move || {
            let piece = blocking::Bytes::from(vec![0; 64 * 1024]);
            // Until the stream is reset, at the end of the test.
            while body.send(piece.clone()).is_ok() {}
        });
        thread::sleep(Duration::from_millis(300));
        let start = Instant::now();
        assert_eq!(&fetch("/small").body.bytes(10).unwrap()[..], b"small");
        assert!(start.elapsed() < Duration::from_secs(2), "{runtime}");
        let busy = resident(&serving).unwrap();
        assert!(
            busy < idle + MORE,
            "{runtime}: {idle} KiB became {busy} KiB"
        );
        drop(pending);
        sender.join().unwrap();
    }
}
