//! `tress probe --i-may-attack`: servers that stand attacks, and servers that do not.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use tress_testkit::{Reader, Seen, Wire, headers, kind, settings};

use crate::support::{Finished, Folder, RUNTIMES, Serving, tress};

/// Attacks a server in one way, and says how it stood that.
fn attacked(url: &str, attack: &str, more: &[&str]) -> Finished {
    let mut arguments = vec!["probe", url, "--i-may-attack", "--case", attack, "--json"];
    arguments.extend(["--attack-time", "2", "--timeout", "0.3"]);
    arguments.extend(more);
    tress(&arguments)
}

fn line(finished: &Finished) -> String {
    String::from_utf8_lossy(&finished.stdout).into_owned()
}

/// A server that answers each request, and does something with all that it hears.
fn answering(hears: impl Fn(&[u8], &[Seen]) -> bool + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let hears = Arc::new(hears);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let hears = Arc::clone(&hears);
            thread::spawn(move || answer(stream.unwrap(), &*hears));
        }
    });
    url
}

fn answer(mut stream: TcpStream, hears: &dyn Fn(&[u8], &[Seen]) -> bool) {
    let mut reader = Reader::new();
    let mut into = vec![0; 64 * 1024];
    let _ = stream.write_all(&settings().octets());
    while let Ok(count @ 1..) = stream.read(&mut into) {
        let octets = into.get(..count).unwrap();
        let seen = reader.read(octets);
        if !hears(octets, &seen) {
            return;
        }
        for frame in seen.iter().filter(|frame| frame.kind == kind::HEADERS) {
            let answer = headers(frame.stream).status(200).end();
            if stream.write_all(&answer.octets()).is_err() {
                return;
            }
        }
    }
}

#[test]
fn an_attack_needs_the_word_of_somebody_who_may() {
    let finished = tress(&["probe", "http://127.0.0.1:9/", "--case", "ping-flood"]);
    assert_eq!(finished.code, Some(2));
    assert_eq!(
        finished.stderr,
        "error: ping-flood is an attack\n  hint: --i-may-attack says that the server's owner agrees\n"
    );
}

#[test]
fn our_server_ends_a_rapid_reset_on_every_runtime_and_answers_others_meanwhile() {
    let folder = Folder::new();
    folder.write("a", "content");
    for runtime in RUNTIMES {
        let server = Serving::start(folder.path(), runtime, &[]);
        let finished = attacked(&server.at("a"), "made-you-reset-by-data", &[]);
        assert_eq!(finished.code, Some(0), "{}", finished.stderr);
        let said = "1 attacks: 0 bounded, 0 slowed, 1 ended, 0 grows, 0 dies, 0 undecided\n";
        assert_eq!(finished.stderr, said);
        for part in [
            "\"schema\":\"tress-attack-1\"",
            "\"attack\":\"made-you-reset-by-data\"",
            "\"section\":\"RFC 9113 §10.5\"",
            "\"verdict\":\"ended\"",
            "\"reason\":\"GOAWAY with ENHANCE_YOUR_CALM after ",
            "\"others_answered_after\":true",
            "\"goaway\":11",
        ] {
            assert!(
                line(&finished).contains(part),
                "{part}: {}",
                line(&finished)
            );
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_that_keeps_all_that_it_hears_grows() {
    use std::sync::Mutex;
    let kept = Mutex::new(Vec::new());
    let url = answering(move |octets, _| {
        // Four times, so that no other test's memory that comes back hides it.
        kept.lock().unwrap().extend(octets.repeat(4));
        true
    });
    let pid = std::process::id().to_string();
    let finished = attacked(&url, "unknown-frames", &["--pid", &pid]);
    assert_eq!(finished.code, Some(3), "{}", line(&finished));
    assert!(
        line(&finished).contains("\"verdict\":\"grows\""),
        "{}",
        line(&finished)
    );
}

#[test]
fn a_server_that_answers_nobody_any_more_dies() {
    let is_dead = AtomicBool::new(false);
    let url = answering(move |_, seen| {
        if seen.iter().any(|frame| frame.kind == kind::RST_STREAM) {
            is_dead.store(true, Ordering::Relaxed);
        }
        !is_dead.load(Ordering::Relaxed)
    });
    let finished = attacked(&url, "rapid-reset", &[]);
    assert_eq!(finished.code, Some(3), "{}", line(&finished));
    assert!(
        line(&finished).contains("\"verdict\":\"dies\""),
        "{}",
        line(&finished)
    );
}

#[test]
fn a_server_that_takes_all_of_it_and_answers_others_is_bounded() {
    let url = answering(|_, _| true);
    let finished = attacked(&url, "unknown-frames", &[]);
    assert_eq!(finished.code, Some(0), "{}", line(&finished));
    assert!(
        line(&finished).contains("\"verdict\":\"bounded\""),
        "{}",
        line(&finished)
    );
    assert!(
        line(&finished).contains("\"sent_octets\":838"),
        "{}",
        line(&finished)
    );
}

#[test]
fn a_process_that_is_not_there_is_wrong_use() {
    let url = answering(|_, _| true);
    let finished = attacked(&url, "ping-flood", &["--pid", "4294967295"]);
    assert_eq!(finished.code, Some(2), "{}", finished.stderr);
    assert!(finished.stderr.contains("there is no process 4294967295"));
}
