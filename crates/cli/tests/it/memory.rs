//! A slow reader costs the server no memory, and other streams no time.

use crate::support::{Folder, RUNTIMES, Serving};
use blocking::Client;
use blocking::proto::Request;
use core::time::Duration;
use std::fs;
use std::io::Write as _;
use std::thread;
use std::time::Instant;

/// What the server may need beyond what it needs when idle, in KiB.
const MORE: u64 = 8 * 1024;

/// The resident memory of a process, in KiB. Where the system does not tell, that is said: a test
/// that measures nothing has shown nothing.
fn resident(serving: &Serving) -> Option<u64> {
    let path = format!("/proc/{}/status", serving.child.id());
    let memory = fs::read_to_string(&path).map_err(|error| error.to_string());
    match memory.and_then(|status| parse(&status)) {
        Ok(memory) => Some(memory),
        // Linux always tells.
        Err(error) if cfg!(target_os = "linux") => panic!("{path}: {error}"),
        Err(error) => {
            skipped(&error);
            None
        }
    }
}

fn parse(status: &str) -> Result<u64, String> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    let number = number.ok_or_else(|| "no VmRSS".to_owned())?;
    number.parse().map_err(|error| format!("VmRSS: {error}"))
}

/// Says so even where the output of tests is kept back until they fail.
fn skipped(why: &str) {
    let thread = thread::current();
    let name = thread.name().unwrap_or_default();
    let said = format!("SKIPPED {name}: the memory of a process cannot be read: {why}\n");
    let _ = std::io::stderr().write_all(said.as_bytes());
}

#[test]
fn the_memory_of_a_process_is_read_or_the_reason_is_known_why_not() {
    assert_eq!(
        parse("Name:\tx\nVmRSS:\t    1234 kB\nThreads:\t1\n"),
        Ok(1234)
    );
    assert_eq!(parse("Name:\tx\n"), Err("no VmRSS".to_owned()));
    assert!(parse("VmRSS:\tmuch\n").is_err_and(|error| error.starts_with("VmRSS: ")));
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
        let idle = resident(&serving);
        let mut slow = fetch("/large");
        for _ in 0..20 {
            slow.body.data().unwrap().unwrap();
            thread::sleep(Duration::from_millis(15));
        }
        let start = Instant::now();
        assert_eq!(&fetch("/small").body.bytes(10).unwrap()[..], b"small");
        assert!(start.elapsed() < Duration::from_secs(2), "{runtime}");
        if let (Some(idle), Some(busy)) = (idle, resident(&serving)) {
            assert!(
                busy < idle + MORE,
                "{runtime}: {idle} KiB became {busy} KiB"
            );
        }
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
        let idle = resident(&serving);
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
        if let (Some(idle), Some(busy)) = (idle, resident(&serving)) {
            assert!(
                busy < idle + MORE,
                "{runtime}: {idle} KiB became {busy} KiB"
            );
        }
        drop(pending);
        sender.join().unwrap();
    }
}
