//! `tress probe`: servers and clients, judged case by case.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use crate::support::{Folder, RUNTIMES, Serving, tress};

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

#[test]
fn our_server_passes_the_cases_of_a_section_on_every_runtime() {
    let folder = Folder::new();
    folder.write("a", "content");
    for runtime in RUNTIMES {
        let server = Serving::start(folder.path(), runtime, &[]);
        let finished = tress(&["probe", &server.at("a"), "--section", "RFC 9113 §6.9"]);
        assert_eq!(finished.code, Some(0), "{}", text(&finished.stdout));
        assert_eq!(finished.stderr, "12 passed, 0 failed, 0 not decided\n");
    }
}

/// A server that closes on whatever it hears, and says nothing.
fn closing() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // An empty SETTINGS frame, and the end once something came behind the greeting.
            let _ = stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]);
            let mut into = [0; 24 + 9];
            let _ = stream.read_exact(&mut into);
        }
    });
    url
}

#[test]
fn a_server_that_only_closes_fails_and_each_line_of_json_says_why() {
    let url = closing();
    let finished = tress(&[
        "probe",
        &url,
        "--json",
        "--case",
        "idle-data",
        "--case",
        "ping-answered",
    ]);
    assert_eq!(finished.code, Some(3));
    assert_eq!(
        finished.stderr,
        "error: 0 passed, 2 failed, 0 not decided\n"
    );
    let lines = text(&finished.stdout);
    let first = lines.lines().next().unwrap();
    for part in [
        "\"schema\":\"tress-probe-1\"",
        "\"case\":\"idle-data\"",
        "\"section\":\"RFC 9113 §5.1\"",
        "\"verdict\":\"failed\"",
        "\"reason\":\"the transport is closed, without GOAWAY\"",
        "\"sent\":\"0000010000000000",
    ] {
        assert!(first.contains(part), "{part} in {first}");
    }
    assert_eq!(lines.lines().count(), 2);
}

#[test]
fn our_client_is_judged_by_what_it_says_to_a_server_that_is_wrong() {
    let tool = env!("CARGO_BIN_EXE_tress");
    let sections = [
        "probe",
        "--client",
        "127.0.0.1:0",
        "--section",
        "RFC 9113 §6.5.2",
    ];
    let mut arguments: Vec<&str> = sections.into();
    arguments.extend(["--", tool, "get", "{url}"]);
    let finished = tress(&arguments);
    assert_eq!(finished.code, Some(0), "{}", text(&finished.stdout));
    assert_eq!(finished.stderr, "3 passed, 0 failed, 0 not decided\n");
}

#[test]
fn a_client_that_does_not_connect_is_not_judged() {
    let finished = tress(&[
        "probe",
        "--client",
        "127.0.0.1:0",
        "--case",
        "client-answer",
        "--",
        "true",
    ]);
    assert_eq!(finished.code, Some(0));
    assert_eq!(finished.stderr, "0 passed, 0 failed, 1 not decided\n");
}

#[test]
fn results_are_written_for_junit() {
    let folder = Folder::new();
    let file = folder.path().join("results.xml");
    let url = closing();
    let finished = tress(&[
        "probe",
        &url,
        "--case",
        "idle-data",
        "--junit",
        file.to_str().unwrap(),
    ]);
    assert_eq!(finished.code, Some(3));
    let xml = std::fs::read_to_string(file).unwrap();
    assert!(
        xml.contains("tests=\"1\" failures=\"1\" skipped=\"0\""),
        "{xml}"
    );
}

#[test]
fn cases_are_listed_and_explained_without_a_server() {
    let finished = tress(&["probe", "--list", "--section", "RFC 9113 §3.4"]);
    assert_eq!(finished.code, Some(0));
    assert_eq!(text(&finished.stdout).lines().count(), 3);
    let finished = tress(&["probe", "--explain", "idle-data"]);
    let said = text(&finished.stdout);
    assert!(
        said.contains("RFC 9113 §5.1") && said.contains("GOAWAY with PROTOCOL_ERROR"),
        "{said}"
    );
}

#[test]
fn wrong_use_is_told_with_what_can_be_done() {
    for (arguments, said) in [
        (&["probe"][..], "required"),
        (
            &["probe", "--explain", "nothing"],
            "there is no case \"nothing\"",
        ),
        (
            &["probe", "http://127.0.0.1:1/", "--section", "RFC 1"],
            "there is no such case",
        ),
        (&["probe", "--client", "127.0.0.1:0"], "COMMAND"),
        (&["probe", "127.0.0.1:80"], "it has no scheme"),
    ] {
        let finished = tress(arguments);
        assert_eq!(finished.code, Some(2), "{arguments:?}");
        assert!(
            finished.stderr.contains(said),
            "{arguments:?}: {}",
            finished.stderr
        );
    }
    // Nobody listens there.
    let finished = tress(&["probe", "http://127.0.0.1:1/"]);
    assert_eq!(finished.code, Some(4), "{}", finished.stderr);
}

#[test]
fn what_an_endpoint_is_is_said_and_nothing_is_judged() {
    let folder = Folder::new();
    folder.write("a", "content");
    for runtime in RUNTIMES {
        let server = Serving::start(folder.path(), runtime, &[]);
        let finished = tress(&["probe", "--about", &server.at("a")]);
        assert_eq!(finished.code, Some(0), "{}", finished.stderr);
        let said = text(&finished.stdout);
        for part in [
            "cleartext, by prior knowledge",
            "MAX_CONCURRENT_STREAMS   100",
            "answer                   200",
            "PING round trip",
            "closes after",
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }
        let finished = tress(&["probe", "--about", "--json", &server.at("a")]);
        let object: serde_json::Value = serde_json::from_slice(&finished.stdout).unwrap();
        assert_eq!(object["schema"], "tress-endpoint/1");
        assert_eq!(object["status"], 200);
    }
}

#[test]
fn an_endpoint_that_says_little_is_described_by_that() {
    let url = crate::bench::scripted::serve(&tress_testkit::settings().set(0x8, 1), |server| {
        if let Some(stream) = server.request() {
            let origin = tress_testkit::origin(&["https://a.example"]);
            server.say((origin, tress_testkit::headers(stream).status(404).end()));
        }
    });
    let finished = tress(&["probe", "--about", "--timeout", "300ms", &url]);
    let said = text(&finished.stdout);
    for part in [
        "ENABLE_CONNECT_PROTOCOL  1",
        "MAX_CONCURRENT_STREAMS   no limit (not announced)",
        "answer                   404",
        "ORIGIN                   https://a.example",
        "at our GOAWAY            stays open",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
}

#[test]
fn it_begins_with_what_the_endpoint_is_and_then_judges_all_of_it() {
    let folder = Folder::new();
    folder.write("a", "content");
    let server = Serving::start(folder.path(), "blocking", &[]);
    let finished = tress(&["probe", &server.at("a"), "--json"]);
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    let lines = text(&finished.stdout);
    let mut schemas = lines
        .lines()
        .map(|line| line.contains("\"schema\":\"tress-endpoint/1\""));
    assert_eq!(schemas.next(), Some(true), "{lines}");
    assert!(schemas.all(|is_endpoint| !is_endpoint));
    assert_eq!(finished.stderr, "163 passed, 0 failed, 0 not decided\n");
}

#[test]
fn a_target_that_does_not_speak_http_2_is_named_and_not_judged() {
    for octets in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b""] {
        let url = crate::bench::other(octets);
        for args in [&["probe", &url][..], &["probe", "--about", &url]] {
            let finished = tress(args);
            assert_eq!(finished.code, Some(4), "{args:?}: {}", finished.stderr);
            let said = &finished.stderr;
            assert!(said.contains("does not speak HTTP/2"), "{said}");
            assert_eq!(text(&finished.stdout), "");
        }
    }
}

#[test]
#[cfg(unix)]
fn ctrl_c_says_what_is_known_by_then() {
    use std::io::{BufRead, BufReader};
    use std::process::Command;

    // A server that says its SETTINGS and nothing else: each case takes its time.
    let url = crate::bench::other(&[0, 0, 0, 4, 0, 0, 0, 0, 0]);
    let folder = Folder::new();
    let junit = folder.path().join("junit.xml");
    let mut child = crate::support::command()
        .args(["probe", &url, "--section", "RFC 9113 §5.1", "--junit"])
        .arg(&junit)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("FAILED"));
    let number = child.id().to_string();
    let killed = Command::new("kill").args(["-INT", &number]).status();
    assert!(killed.unwrap().success());
    let finished = crate::support::finish(child);
    assert_eq!(finished.code, Some(3), "{}", finished.stderr);
    let said = &finished.stderr;
    let failed: u32 = said.split(' ').nth(3).unwrap().parse().unwrap();
    assert!((1..20).contains(&failed), "{said}");
    let written = std::fs::read_to_string(junit).unwrap();
    assert_eq!(written.matches("<failure").count(), failed as usize);
}
