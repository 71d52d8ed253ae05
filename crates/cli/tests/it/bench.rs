//! `tress bench`: load, and where the time of it went.

mod labels;
pub(crate) mod scripted;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::Value;

use crate::support::{Folder, RUNTIMES, Serving, tress};

/// Runs it, and reads the object that it writes.
#[track_caller]
fn bench(args: &[&str]) -> Value {
    bench_code(args, 0)
}

#[track_caller]
fn bench_code(args: &[&str], code: i32) -> Value {
    bench_codes(args, &[code])
}

/// The same in an open loop: on a machine that is busy the generator may be late, and says so.
#[track_caller]
fn bench_open(args: &[&str], code: i32) -> Value {
    bench_codes(args, &[code, 4])
}

#[track_caller]
fn bench_codes(args: &[&str], codes: &[i32]) -> Value {
    let mut all = vec!["bench", "--json"];
    all.extend(args);
    let finished = tress(&all);
    let code = finished.code.unwrap();
    assert!(
        codes.contains(&code),
        "{code}: {args:?}: {}",
        finished.stderr
    );
    let object: Value = serde_json::from_slice(&finished.stdout).unwrap();
    assert_eq!(object["schema"], "tress-bench/1");
    object
}

/// All labels sum to the mean of the whole.
#[track_caller]
fn sums_are_equal(object: &Value) {
    let all = &object["where"]["all"];
    let labels = all["labels"].as_object().unwrap();
    let sum: f64 = labels.values().map(|value| value.as_f64().unwrap()).sum();
    let mean = all["mean"].as_f64().unwrap();
    assert!((sum - mean).abs() <= mean / 1e9, "{sum} of {mean}");
}

#[test]
fn a_closed_loop_makes_as_many_requests_as_it_is_told_to_on_every_runtime() {
    let folder = Folder::new();
    folder.write("a", "content");
    for runtime in RUNTIMES {
        let server = Serving::start(folder.path(), runtime, &[]);
        let url = server.at("a");
        let args = ["-n", "101", "-c", "3", "-m", "4", "--threads", "2", &url];
        let object = bench(&args);
        assert_eq!(object["answered"], 101, "{object}");
        assert_eq!(object["status"]["200"], 101);
        assert_eq!(object["octets"], 707);
        assert_eq!(object["latency"]["user"]["count"], 101);
        sums_are_equal(&object);
    }
}

#[test]
fn content_goes_up_and_comes_back() {
    let folder = Folder::new();
    let server = Serving::start(folder.path(), "blocking", &[]);
    let data = folder.write("data", "x".repeat(300_000));
    let data = format!("@{}", data.to_str().unwrap());
    let object = bench(&["-n", "5", "-m", "2", "-d", &data, &server.at("echo")]);
    assert_eq!(object["answered"], 5, "{object}");
    assert_eq!(object["octets"], 1_500_000);
    sums_are_equal(&object);
}

#[test]
fn calls_of_grpc_have_messages_and_a_status_of_their_own() {
    let folder = Folder::new();
    let server = Serving::start(folder.path(), "blocking", &[]);
    let args = ["--grpc", "-d", "hello", "--messages", "3"];
    let object = bench(&[&args[..], &["-n", "4", &server.at("echo")]].concat());
    assert_eq!(object["messages"], 12, "{object}");
    // An echo has none.
    assert_eq!(object["grpc_status"]["-1"], 4);
}

#[test]
fn a_mix_comes_from_a_file() {
    let folder = Folder::new();
    folder.write("a", "content");
    let server = Serving::start(folder.path(), "blocking", &[]);
    let mix = folder.write("mix", "3 GET /a\n1 GET /none\n1 POST /echo text\n");
    let mix = mix.to_str().unwrap();
    let object = bench(&["-n", "100", "-m", "10", "--mix", mix, &server.url]);
    let (found, missing) = (&object["status"]["200"], &object["status"]["404"]);
    let sum = found.as_u64().unwrap() + missing.as_u64().unwrap();
    assert_eq!(sum, 100, "{object}");
    assert!((8..35).contains(&missing.as_u64().unwrap()), "{object}");
}

#[test]
#[cfg(feature = "tls")]
fn tls_is_spoken_where_the_url_says_so() {
    let folder = Folder::new();
    folder.write("a", "x".repeat(100_000));
    let server = Serving::start(folder.path(), "blocking", &["--self-signed"]);
    let args = ["-k", "-n", "20", "-c", "2", "-m", "3", &server.at("a")];
    let object = bench(&args);
    assert_eq!(object["octets"], 2_000_000, "{object}");
    sums_are_equal(&object);
}

#[test]
fn it_says_what_it_found_to_people() {
    let folder = Folder::new();
    folder.write("a", "content");
    let server = Serving::start(folder.path(), "blocking", &[]);
    let finished = tress(&["bench", "-n", "10", &server.at("a")]);
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    let said = String::from_utf8(finished.stdout).unwrap();
    for part in [
        "answered   10 in",
        "200: 10",
        "p99.99",
        "the peer's first octet",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    // There is no terminal: nothing is drawn.
    assert_eq!(finished.stderr, "");
}

/// A server that answers whatever it hears with these octets, and closes.
pub(crate) fn other(octets: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream: TcpStream = stream.unwrap();
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(octets);
        }
    });
    url
}

#[test]
fn a_target_that_does_not_speak_http_2_is_named() {
    for octets in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b""] {
        let url = other(octets);
        let finished = tress(&["bench", "-n", "1", &url]);
        assert_eq!(finished.code, Some(4), "{}", finished.stderr);
        let said = &finished.stderr;
        assert!(said.contains("does not speak HTTP/2"), "{said}");
        assert!(said.contains("prior knowledge"), "{said}");
    }
}

#[test]
fn wrong_use_is_told_with_what_can_be_done() {
    let url = "http://127.0.0.1:1/";
    for (args, said) in [
        (&["bench"][..], "URL"),
        (&["bench", "127.0.0.1:1"], "no scheme"),
        (&["bench", url, "http://127.0.0.1:2/"], "not one server"),
        (&["bench", url, "--threads", "2"], "give -c"),
        (&["bench", url, "-c", "0"], "-c"),
        (&["bench", url, "--rate", "fast"], "requests a second"),
        (&["bench", url, "--rate", "5", "-n", "5"], "--requests"),
        (&["bench", url, "--messages", "2"], "--grpc"),
    ] {
        let finished = tress(args);
        assert_eq!(finished.code, Some(2), "{args:?}: {}", finished.stderr);
        assert!(
            finished.stderr.contains(said),
            "{args:?}: {}",
            finished.stderr
        );
    }
    let finished = tress(&["bench", url]);
    assert_eq!(finished.code, Some(4), "{}", finished.stderr);
}

#[test]
fn a_generator_that_is_late_says_so() {
    let folder = Folder::new();
    folder.write("a", "content");
    let server = Serving::start(folder.path(), "blocking", &[]);
    // More than any machine can make.
    let args = ["--rate", "5000000", "-D", "0.2", &server.at("a")];
    let object = bench_code(&args, 4);
    assert_eq!(object["client_bound"], true);
    assert!(
        object["where"]["all"]["labels"]["generator_late"]
            .as_f64()
            .unwrap()
            > 1e6
    );
    sums_are_equal(&object);
}

#[test]
fn what_takes_too_long_counts_at_its_limit_and_what_is_cut_at_its_age() {
    let silent = scripted::serve(&tress_testkit::settings(), |server| {
        while server.request().is_some() {}
    });
    let args = ["-n", "2", "-m", "2", "--timeout", "100ms", &silent];
    let object = bench_code(&args, 1);
    assert_eq!(object["timed_out"], 2);
    let longest = object["latency"]["user"]["max"].as_f64().unwrap() / 1e6;
    assert!((100.0..100.2).contains(&longest), "{longest} ms");

    let args = [
        "--rate",
        "100",
        "--arrivals",
        "uniform",
        "-D",
        "0.205",
        &silent,
    ];
    let object = bench_open(&args, 1);
    assert_eq!(
        (&object["censored"], &object["answered"]),
        (&Value::from(21), &Value::from(0))
    );
    let mean = object["latency"]["user"]["mean"].as_f64().unwrap() / 1e6;
    assert!((105.0..135.0).contains(&mean), "{mean} ms");
}

#[test]
fn a_server_that_stands_still_shows_in_an_open_loop_and_hardly_in_a_closed_one() {
    let url = scripted::serve(&tress_testkit::settings(), |server| {
        let mut count = 0;
        while let Some(stream) = server.request() {
            count += 1;
            if count == 100 {
                scripted::pause(200);
            }
            server.say(tress_testkit::headers(stream).status(200).end());
        }
    });
    let quantile = |object: &Value| object["latency"]["user"]["p90"].as_f64().unwrap() / 1e6;
    let args = ["--rate", "500", "--arrivals", "uniform", "-D", "0.7", &url];
    let open = bench_open(&args, 0);
    assert!(quantile(&open) > 100.0, "{open:#}");
    let closed = bench(&["-n", "500", &url]);
    assert!(quantile(&closed) < 100.0, "{closed:#}");
}

#[test]
fn two_targets_are_compared_in_alternating_blocks() {
    let slow = |millis| {
        scripted::serve(&tress_testkit::settings(), move |server| {
            while let Some(stream) = server.request() {
                scripted::pause(millis);
                server.say(tress_testkit::headers(stream).status(200).end());
            }
        })
    };
    let (one, other) = (slow(5), slow(20));
    let args = ["--compare", "--blocks", "4", "-n", "5", &one, &other];
    let object = bench(&args);
    assert_eq!(object["pairs"], 4, "{object:#}");
    let targets = object["targets"].as_array().unwrap();
    assert!(targets.iter().all(|target| target["answered"] == 20));
    let ratio = &object["ratios"]["mean"];
    let [low, mean, high] = ["low", "mean", "high"].map(|name| ratio[name].as_f64().unwrap());
    assert!(
        low <= mean && mean <= high && mean > 1.5 && mean < 4.5,
        "{ratio}"
    );
    let finished = tress(&["bench", "--compare", &one]);
    assert_eq!(finished.code, Some(2), "{}", finished.stderr);
    assert!(finished.stderr.contains("two URLs"), "{}", finished.stderr);
}

#[test]
#[cfg(unix)]
fn ctrl_c_says_what_is_there_by_then() {
    use std::process::Command;

    let folder = Folder::new();
    folder.write("a", "content");
    let server = Serving::start(folder.path(), "blocking", &[]);
    let child = crate::support::command()
        .args(["bench", "--json", "-D", "30", &server.at("a")])
        .spawn()
        .unwrap();
    scripted::pause(700);
    let number = child.id().to_string();
    Command::new("kill")
        .args(["-INT", &number])
        .status()
        .unwrap();
    let finished = crate::support::finish(child);
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    let object: Value = serde_json::from_slice(&finished.stdout).unwrap();
    assert_eq!(object["stopped"], true);
    assert!(object["answered"].as_u64().unwrap() > 0, "{object}");
}

#[test]
fn a_server_that_goes_away_loses_no_request_and_is_dialed_anew() {
    let url = scripted::serve(&tress_testkit::settings(), |server| {
        for count in 0..5 {
            let Some(stream) = server.request() else {
                return;
            };
            if count == 3 {
                // The streams behind this one are not looked at (RFC 9113 §6.8).
                server.say(tress_testkit::goaway(stream + 2, 0));
            }
            server.say(tress_testkit::headers(stream).status(200).end());
        }
    });
    let object = bench(&["-n", "20", "-m", "3", &url]);
    assert_eq!(
        (&object["answered"], &object["failed"]),
        (&20.into(), &0.into())
    );
    assert!(object["retried"].as_u64().unwrap() > 0, "{object:#}");
    assert!(
        object["connections_made"].as_u64().unwrap() >= 4,
        "{object:#}"
    );
    sums_are_equal(&object);
}

#[test]
fn a_server_that_only_goes_away_is_not_asked_as_fast_as_it_does() {
    let url = scripted::serve(&tress_testkit::settings(), |server| {
        if server.request().is_some() {
            server.say(tress_testkit::goaway(0, 0));
        }
    });
    let object = bench_code(&["-n", "1", "--timeout", "500ms", &url], 1);
    assert_eq!(object["timed_out"], 1, "{object:#}");
    assert!(
        object["connections_made"].as_u64().unwrap() <= 8,
        "{object:#}"
    );
}
