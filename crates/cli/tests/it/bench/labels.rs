//! Faults of known length: each has its label, to within a tenth.

use serde_json::Value;
use tress_testkit::{data, headers, settings, window_update};

use super::scripted::{Scripted, pause, serve};
use super::{bench, bench_open, sums_are_equal};
use crate::support::Relay;
use crate::support::{Folder, Serving};

const MAX_CONCURRENT_STREAMS: u16 = 0x3;
const INITIAL_WINDOW_SIZE: u16 = 0x4;
/// Much more than is sent.
const WIDE: u32 = 1 << 30;

/// The mean of a label over all requests, in milliseconds.
#[track_caller]
fn label(object: &Value, name: &str) -> f64 {
    object["where"]["all"]["labels"][name].as_f64().unwrap() / 1e6
}

/// How often a run is made anew, for a machine that is busy adds to every wait.
const TRIES: usize = 8;

/// The labels of a run have so many milliseconds, to within a tenth, and nothing is lost.
#[track_caller]
fn takes(run: impl Fn() -> Value, wanted: &[(&str, f64)]) {
    let mut last = Value::Null;
    for _ in 0..TRIES {
        let object = run();
        sums_are_equal(&object);
        let is_right = |(name, millis): &(&str, f64)| {
            (millis * 0.9..millis * 1.1).contains(&label(&object, name))
        };
        if wanted.iter().all(is_right) {
            return;
        }
        last = object["where"]["all"].clone();
    }
    panic!("not {wanted:?}: {last:#}");
}

fn answer(server: &mut Scripted, stream: u32) {
    server.say(headers(stream).status(200).end());
}

#[test]
fn a_server_that_thinks_owes_its_first_octet() {
    let url = serve(&settings(), |server| {
        while let Some(stream) = server.request() {
            pause(80);
            answer(server, stream);
        }
    });
    takes(|| bench(&["-n", "3", &url]), &[("first_octet", 80.0)]);
}

#[test]
fn an_answer_that_has_begun_waits_for_what_arrives() {
    let url = serve(&settings(), |server| {
        let Some(stream) = server.request() else {
            return;
        };
        server.say(headers(stream).status(200));
        pause(100);
        server.say(data(stream, "x").end());
    });
    takes(|| bench(&["-n", "1", &url]), &[("nothing_arriving", 100.0)]);
}

#[test]
fn an_answer_behind_others_is_told_apart() {
    let url = serve(&settings(), |server| {
        let (Some(first), Some(second)) = (server.request(), server.request()) else {
            return;
        };
        server.say((headers(first).status(200), headers(second).status(200)));
        for _ in 0..4 {
            pause(50);
            server.say(data(first, "x"));
        }
        pause(50);
        server.say((data(first, "x").end(), data(second, "x").end()));
    });
    // Of two streams one waits for the other.
    takes(
        || bench(&["-n", "2", "-m", "2", &url]),
        &[("behind_other_data", 100.0), ("nothing_arriving", 150.0)],
    );
}

#[test]
fn streams_that_the_server_does_not_take_wait_for_it() {
    let url = serve(&settings().set(MAX_CONCURRENT_STREAMS, 1), |server| {
        while let Some(stream) = server.request() {
            pause(60);
            answer(server, stream);
        }
    });
    // The first are made before the server has said so; then one waits for the other.
    takes(
        || bench(&["--warm-up", "100ms", "-n", "4", "-m", "2", &url]),
        &[("max_concurrent_streams", 60.0), ("first_octet", 60.0)],
    );
}

#[test]
fn requests_above_our_own_limit_wait_for_it() {
    let url = serve(&settings(), |server| {
        while let Some(stream) = server.request() {
            pause(60);
            answer(server, stream);
        }
    });
    // Due at 0, 50, 100, … and served one after the other: each waits 10 ms more than the one before.
    let args = [
        "--rate",
        "20",
        "--arrivals",
        "uniform",
        "-m",
        "1",
        "-D",
        "0.49",
    ];
    let object = bench_open(&[&args[..], &[&url]].concat(), 0);
    assert!(object["answered"].as_u64().unwrap() >= 5, "{object}");
    let count = object["where"]["all"]["count"].as_f64().unwrap();
    let waited = label(&object, "own_limit");
    assert!(
        waited >= 9.0 * (count - 1.0) / 2.0,
        "{waited} ms of {count}"
    );
    assert!(label(&object, "first_octet") < 90.0, "{object}");
    sums_are_equal(&object);
}

/// A server that reads nothing for a while once a request has come.
fn deaf(millis: u64, requests: usize) -> String {
    let settings = settings().set(INITIAL_WINDOW_SIZE, WIDE);
    serve(&(settings, window_update(0, WIDE)), move |server| {
        if server.request().is_none() {
            return;
        }
        pause(millis);
        let mut ended = 0;
        while ended < requests {
            let Some(frame) = server.wait_for(tress_testkit::kind::DATA) else {
                return;
            };
            if frame.is_end() {
                ended += 1;
                answer(server, frame.stream);
            }
        }
    })
}

/// More than any socket takes that nobody reads.
fn much(folder: &Folder) -> String {
    let file = folder.write("much", vec![b'x'; 12 << 20]);
    format!("@{}", file.to_str().unwrap())
}

#[test]
fn a_socket_that_takes_nothing_is_told_apart() {
    let folder = Folder::new();
    let object = bench(&["-n", "1", "-d", &much(&folder), &deaf(400, 1)]);
    sums_are_equal(&object);
    let socket = label(&object, "own_socket");
    assert!(socket > 360.0, "{object:#}");
}

#[test]
fn content_behind_that_of_our_other_streams_is_told_apart() {
    let folder = Folder::new();
    let object = bench(&[
        "-n",
        "2",
        "-m",
        "2",
        "-d",
        &much(&folder),
        "-H",
        "priority: u=3",
        &deaf(400, 2),
    ]);
    sums_are_equal(&object);
    // Requests that say how urgent they are are sent one after the other: one of the two waits for the
    // socket, and the other for the one.
    assert!(label(&object, "behind_own_streams") > 180.0, "{object:#}");
    assert!(label(&object, "own_socket") > 180.0, "{object:#}");
}

/// Takes as much as a window has at first, and the rest once it was opened on a stream, or on all.
fn narrow(settings: &dyn tress_testkit::Wire, is_shared: bool) -> String {
    serve(settings, move |server| {
        let Some(stream) = server.request() else {
            return;
        };
        pause(120);
        server.say(window_update(if is_shared { 0 } else { stream }, WIDE));
        while server
            .wait_for(tress_testkit::kind::DATA)
            .is_some_and(|frame| !frame.is_end())
        {}
        answer(server, stream);
    })
}

#[test]
fn content_waits_for_the_window_of_the_connection_or_of_its_stream() {
    let content = "x".repeat(100_000);
    let shared = narrow(&settings().set(INITIAL_WINDOW_SIZE, WIDE), true);
    let own = narrow(&(settings(), window_update(0, WIDE)), false);
    for (url, name) in [(shared, "connection_window"), (own, "stream_window")] {
        let run = || bench(&["-n", "1", "-d", &content, &url]);
        takes(run, &[(name, 120.0)]);
    }
}

#[test]
fn a_window_of_ours_that_is_too_small_for_the_path_is_named() {
    let folder = Folder::new();
    folder.write("file", vec![b'x'; 600_000]);
    let server = Serving::start(folder.path(), "blocking", &[]);
    let link = Relay::start("link", server.address(), &["--delay", "20ms"]);
    let url = format!("http://{}/file", link.address);
    for (option, name) in [
        ("--connection-window", "own_connection_window"),
        ("--window", "own_stream_window"),
    ] {
        // Nothing else keeps the server from sending: all but the first octet is the window's.
        let is_named = |_| {
            let object = bench(&["-n", "1", option, "64KiB", &url]);
            sums_are_equal(&object);
            let all = &object["where"]["all"];
            let rest = all["mean"].as_f64().unwrap() / 1e6 - label(&object, "first_octet");
            let trip = all[format!("{name}_trip")].as_f64().unwrap() / 1e6;
            let found = label(&object, name);
            rest > 150.0 && found > rest * 0.9 && trip > found * 0.9 && trip <= found
        };
        assert!((0..TRIES).any(is_named), "{name}");
    }
}

#[test]
#[cfg(feature = "tls")]
fn a_connection_that_is_not_there_yet_is_dialed() {
    let folder = Folder::new();
    folder.write("a", "content");
    let server = Serving::start(folder.path(), "blocking", &["--self-signed"]);
    let link = Relay::start("link", server.address(), &["--delay", "40ms"]);
    let url = format!("https://{}/a", link.address);
    // A round trip of TLS 1.3.
    takes(
        || bench(&["-k", "-n", "1", &url]),
        &[("dialing", 80.0), ("first_octet", 80.0)],
    );
}
