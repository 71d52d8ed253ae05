//! `get` against `serve`, in every pairing of runtimes.

use crate::support::{
    Finished, Folder, LIMIT, RUNTIMES, Serving, command, finish, octets, tress, wait,
};
use core::time::Duration;
use std::fs;
use std::net::TcpListener;
use std::process::Stdio;
use std::time::Instant;

const SIZES: [usize; 6] = [0, 1, 16_383, 16_384, 16_385, 1 << 20];

#[track_caller]
fn get(runtime: &str, args: &[&str]) -> Finished {
    let mut all = vec!["get", "--runtime", runtime];
    all.extend_from_slice(args);
    tress(&all)
}

#[test]
fn files_of_all_sizes_arrive_octet_for_octet() {
    let folder = Folder::new();
    for size in SIZES {
        folder.write(&size.to_string(), octets(size));
    }
    for server in RUNTIMES {
        let serving = Serving::start(folder.path(), server, &[]);
        for client in RUNTIMES {
            let out = Folder::new();
            let mut args = Vec::new();
            for size in SIZES {
                let name = size.to_string();
                let file = out.file(&name).to_str().unwrap().to_owned();
                args.extend([serving.at(&name), "-o".into(), file]);
            }
            let args: Vec<_> = args.iter().map(String::as_str).collect();
            let finished = get(client, &args);
            assert_eq!(finished.code, Some(0), "{server} {client}: {finished:?}");
            assert_eq!(
                (&finished.stdout[..], &*finished.stderr),
                (&b""[..], ""),
                "{server} {client}"
            );
            for size in SIZES {
                let content = fs::read(out.file(&size.to_string())).unwrap();
                assert!(content == octets(size), "{server} {client} {size}");
            }
        }
    }
}

#[test]
fn content_comes_in_the_order_of_the_urls() {
    let folder = Folder::new();
    let mut expected = Vec::new();
    let mut names = Vec::new();
    for number in 0..50 {
        // Large ones first, so that the small ones have to wait.
        let content = octets(if number < 8 { 700_000 + number } else { number });
        folder.write(&number.to_string(), &content);
        expected.extend_from_slice(&content);
        names.push(number.to_string());
    }
    let serving = Serving::start(folder.path(), RUNTIMES[0], &[]);
    let urls: Vec<_> = names.iter().map(|name| serving.at(name)).collect();
    let urls: Vec<_> = urls.iter().map(String::as_str).collect();
    for client in RUNTIMES {
        let finished = get(client, &urls);
        assert_eq!(
            (finished.code, &*finished.stderr),
            (Some(0), ""),
            "{client}"
        );
        assert!(
            finished.stdout == expected,
            "{client}: {} octets",
            finished.stdout.len()
        );
    }
}

#[test]
fn more_urls_than_the_server_allows_at_once_still_arrive() {
    let folder = Folder::new();
    folder.write("file", "x");
    let serving = Serving::start(folder.path(), RUNTIMES[0], &[]);
    let url = serving.at("file");
    for client in RUNTIMES {
        let finished = get(client, &vec![&*url; 250]);
        assert_eq!(
            (finished.code, &*finished.stderr),
            (Some(0), ""),
            "{client}"
        );
        assert_eq!(finished.stdout, vec![b'x'; 250], "{client}");
    }
}

#[test]
fn content_is_echoed_octet_for_octet() {
    let folder = Folder::new();
    let content = octets(5 << 20);
    let file = folder.write("content", &content);
    let file = format!("@{}", file.display());
    for server in RUNTIMES {
        let serving = Serving::start(folder.path(), server, &[]);
        for client in RUNTIMES {
            let finished = get(client, &["-d", &file, &serving.at("echo")]);
            assert_eq!(
                (finished.code, &*finished.stderr),
                (Some(0), ""),
                "{server} {client}"
            );
            assert!(finished.stdout == content, "{server} {client}");
            let finished = get(
                client,
                &["-d", "hello", &serving.at("echo"), &serving.at("echo")],
            );
            assert_eq!(finished.stdout, b"hellohello", "{server} {client}");
        }
    }
}

#[test]
fn what_the_server_refuses_is_content_unless_told_otherwise() {
    let folder = Folder::new();
    let serving = Serving::start(folder.path(), RUNTIMES[0], &[]);
    for client in RUNTIMES {
        let finished = get(client, &[&serving.at("nothing")]);
        assert_eq!(
            (finished.code, &*finished.stderr),
            (Some(0), ""),
            "{client}"
        );
        assert_eq!(
            finished.stdout, b"there is nothing at /nothing\n",
            "{client}"
        );
        let finished = get(client, &["--fail", &serving.at("nothing")]);
        assert_eq!(
            (finished.code, &*finished.stdout),
            (Some(1), &b""[..]),
            "{client}"
        );
        assert!(finished.stderr.contains("404"), "{client}: {finished:?}");
        assert!(
            finished.stderr.contains(&serving.at("nothing")),
            "{client}: {finished:?}"
        );
        let finished = get(client, &["-X", "DELETE", &serving.at("")]);
        assert_eq!(finished.code, Some(0), "{client}");
        assert_eq!(
            finished.stdout, b"only GET, HEAD can be used here\n",
            "{client}"
        );
        let finished = get(client, &["-X", "HEAD", &serving.at("")]);
        assert_eq!(
            (finished.code, &finished.stdout[..]),
            (Some(0), &b""[..]),
            "{client}"
        );
    }
}

#[test]
fn frames_are_shown_without_secrets() {
    let folder = Folder::new();
    let serving = Serving::start(folder.path(), RUNTIMES[0], &[]);
    for client in RUNTIMES {
        let args = [
            "-v",
            "-H",
            "authorization: Basic c2VjcmV0",
            "-H",
            "x-mine: yes",
            &serving.at("echo"),
        ];
        let finished = get(client, &args);
        assert_eq!(finished.code, Some(0), "{client}");
        let has = |start: &str| {
            // Each behind its time.
            let mut lines = finished.stderr.lines();
            lines.any(|line| line.starts_with('[') && line.contains(&format!("] {start}")))
        };
        for line in [
            "* connected to http://127.0.0.1:",
            "> PREFACE",
            "> SETTINGS",
            "< SETTINGS",
            "> HEADERS stream=1 END_HEADERS END_STREAM",
            ">     :method: GET",
            ">     :path: /echo",
            ">     x-mine: yes",
            ">     authorization: [",
            "< HEADERS stream=1",
            "<     :status: 200",
            "< DATA stream=1",
            &format!("* {}: 200, ", serving.at("echo")),
        ] {
            assert!(
                has(line),
                "{client}: {line:?} is missing in {}",
                finished.stderr
            );
        }
        assert!(
            !finished.stderr.contains("c2VjcmV0"),
            "{client}: {}",
            finished.stderr
        );
    }
}

#[test]
fn every_address_of_a_name_is_tried() {
    let folder = Folder::new();
    let serving = Serving::start(folder.path(), RUNTIMES[0], &[]);
    // It has an IPv6 address, too, on most machines, and nobody listens there.
    let url = serving.at("echo").replace("127.0.0.1", "localhost");
    for client in RUNTIMES {
        let finished = get(client, &[&url]);
        assert_eq!(finished.code, Some(0), "{client}: {finished:?}");
    }
}

#[test]
fn no_connection_is_4_and_the_rest_still_arrives() {
    let folder = Folder::new();
    folder.write("file", "file");
    let serving = Serving::start(folder.path(), RUNTIMES[0], &[]);
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let refused = format!("http://{address}/");
    for client in RUNTIMES {
        let finished = get(client, &[&refused, &serving.at("file"), &refused]);
        assert_eq!(finished.code, Some(4), "{client}: {finished:?}");
        assert_eq!(finished.stdout, b"file", "{client}");
        let said = finished
            .stderr
            .matches(&format!("cannot connect to http://{address}"))
            .count();
        assert_eq!(said, 1, "{client}: {finished:?}");
        let finished = get(client, &["http://no-such-host.invalid/"]);
        assert_eq!(finished.code, Some(4), "{client}: {finished:?}");
        assert!(
            finished.stderr.contains("no-such-host.invalid"),
            "{client}: {finished:?}"
        );
    }
}

#[test]
fn a_reader_that_leaves_is_not_an_error() {
    let folder = Folder::new();
    folder.write("large", octets(4 << 20));
    let serving = Serving::start(folder.path(), RUNTIMES[0], &[]);
    for client in RUNTIMES {
        let mut child = command()
            .args(["get", "--runtime", client, &serving.at("large")])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let finished = finish(child);
        assert_eq!(
            (finished.code, &*finished.stderr),
            (Some(0), ""),
            "{client}"
        );
    }
}

#[test]
fn requests_that_are_no_messages_are_wrong_usage() {
    let folder = Folder::new();
    let serving = Serving::start(folder.path(), RUNTIMES[0], &[]);
    for client in RUNTIMES {
        let finished = get(client, &["-X", "NO METHOD", &serving.at("")]);
        assert_eq!(finished.code, Some(2), "{client}: {finished:?}");
    }
}

#[test]
fn stdin_can_be_sent() {
    let folder = Folder::new();
    let file = folder.write("content", octets(100_000));
    let serving = Serving::start(folder.path(), RUNTIMES[0], &[]);
    let start = Instant::now();
    let child = command()
        .args(["get", "-d", "@-", &serving.at("sink")])
        .stdin(fs::File::open(file).unwrap())
        .spawn()
        .unwrap();
    assert_eq!(finish(child).stdout, b"100000\n");
    assert!(start.elapsed() < LIMIT);
}

#[test]
fn an_upload_that_nobody_takes_ends_with_the_server() {
    let folder = Folder::new();
    let file = folder.write("content", octets(4 << 20));
    let file = format!("@{}", file.display());
    let mut serving = Serving::start(folder.path(), RUNTIMES[0], &[]);
    for client in RUNTIMES.iter().take(1) {
        let mut child = command()
            .args([
                "get",
                "--runtime",
                client,
                "-d",
                &file,
                &serving.at("sink?rate=1K"),
            ])
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(300));
        serving.child.kill().unwrap();
        assert_eq!(wait(&mut child), Some(1), "{client}");
    }
}
