//! Files over the wire: their dates and tags, their parts, and who waits before sending.

use crate::support::{Folder, RUNTIMES, Serving, octets};
use alloc::sync::Arc;
use blocking::proto::frame::Frame;
use blocking::proto::{Config, Connection, Direction, ErrorCode, Observe, Record, Request};
use blocking::{Client, Response};
use std::net::TcpStream;
use std::sync::Mutex;

fn value(response: &Response, name: &str) -> String {
    let value = response.field_value(name).unwrap_or_default();
    String::from_utf8(value.to_vec()).unwrap()
}

/// What a GET with one more field is answered with.
fn ask(client: &Client, path: &str, field: (&str, &str)) -> (Response, Vec<u8>) {
    let request = Request::get("http", "h", path).field(field.0, field.1);
    let reply = client.fetch(request).unwrap();
    (reply.head, reply.body.bytes(1 << 24).unwrap().to_vec())
}

#[test]
fn a_file_has_a_date_and_a_tag_and_comes_in_parts() {
    let folder = Folder::new();
    let content = octets(300_000);
    folder.write("large.bin", &content);
    folder.write("small.bin", &content[..1000]);
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &[]);
        let client = Client::connect(serving.address()).unwrap();
        for (path, len) in [("/small.bin", 1000), ("/large.bin", 300_000)] {
            let (head, all) = ask(&client, path, ("x", "y"));
            assert!(all == content[..len], "{runtime} {path}");
            for name in ["date", "last-modified"] {
                assert!(
                    value(&head, name).ends_with(" GMT"),
                    "{runtime} {path} {name}"
                );
            }
            assert_eq!(value(&head, "accept-ranges"), "bytes", "{runtime} {path}");
            let (again, none) = ask(&client, path, ("if-none-match", &value(&head, "etag")));
            assert_eq!((again.status(), none.len()), (304, 0), "{runtime} {path}");
            let since = value(&head, "last-modified");
            let (again, none) = ask(&client, path, ("if-modified-since", &since));
            assert_eq!((again.status(), none.len()), (304, 0), "{runtime} {path}");
            let (part, octets) = ask(&client, path, ("range", "bytes=100-899"));
            assert_eq!(part.status(), 206, "{runtime} {path}");
            assert!(octets == content[100..900], "{runtime} {path}");
            assert_eq!(
                value(&part, "content-range"),
                format!("bytes 100-899/{len}")
            );
            let (parts, octets) = ask(&client, path, ("range", "bytes=0-9,-10"));
            assert_eq!(parts.status(), 206, "{runtime} {path}");
            assert_eq!(value(&parts, "content-length"), octets.len().to_string());
            let (none, _) = ask(&client, path, ("range", "bytes=300000-"));
            assert_eq!(none.status(), 416, "{runtime} {path}");
        }
        for path in ["/", "/nothing", "/echo"] {
            let (head, _) = ask(&client, path, ("x", "y"));
            assert!(value(&head, "date").ends_with(" GMT"), "{runtime} {path}");
        }
    }
}

/// Keeps the statuses that come.
struct Statuses(Arc<Mutex<Vec<String>>>);

impl Observe for Statuses {
    fn record(&mut self, record: Record<'_>) {
        if let Record::Fields {
            direction: Direction::Received,
            fields,
            ..
        } = record
        {
            let status = fields.get(b":status").unwrap_or_default();
            let status = String::from_utf8(status.to_vec()).unwrap();
            self.0.lock().unwrap().push(status);
        }
    }
}

#[test]
fn who_waits_before_sending_is_told_to_send() {
    let folder = Folder::new();
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &[]);
        for (path, expect, statuses, content) in [
            ("/echo", "100-continue", &["100", "200"][..], "hello"),
            ("/sink", "100-Continue", &["100", "200"], "5\n"),
            ("/sink", "x", &["200"], "5\n"),
            // It is refused at once, and need not be sent.
            ("/sink?rate=x", "100-continue", &["400"], ""),
            ("/nothing", "100-continue", &["405"], ""),
        ] {
            let seen = Arc::new(Mutex::new(Vec::new()));
            let mut connection = Connection::new(Config::default());
            connection.observe(Box::new(Statuses(Arc::clone(&seen))));
            let stream = TcpStream::connect(serving.address()).unwrap();
            let client = Client::new(connection, stream).unwrap();
            let request = Request::post("http", "h", path).field("expect", expect);
            let (mut body, pending) = client.send(request).unwrap();
            // The head does not wait for the content any longer.
            client.ping().unwrap();
            if statuses[0] == "100" {
                let end = std::time::Instant::now() + crate::support::LIMIT;
                while seen.lock().unwrap().is_empty() {
                    assert!(std::time::Instant::now() < end, "{runtime} {path}: no 100");
                    std::thread::yield_now();
                }
            }
            // Who was refused may not want it.
            let _ = body.send("hello").and_then(|()| body.finish());
            let answer = pending.wait().unwrap().body.bytes(100).unwrap();
            assert_eq!(*seen.lock().unwrap(), statuses, "{runtime} {path}");
            assert!(content.is_empty() || answer == content, "{runtime} {path}");
        }
    }
}

/// Notes whether a stream was reset.
struct Resets(Arc<Mutex<Vec<ErrorCode>>>);

impl Observe for Resets {
    fn record(&mut self, record: Record<'_>) {
        if let Record::Frame {
            frame: Frame::RstStream(reset),
            ..
        } = record
        {
            self.0.lock().unwrap().push(reset.error_code);
        }
    }
}

#[test]
fn content_that_nobody_wants_is_taken_before_the_answer_so_that_it_is_not_lost() {
    let folder = Folder::new();
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &[]);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let mut connection = Connection::new(Config::default());
        connection.observe(Box::new(Resets(Arc::clone(&seen))));
        let stream = TcpStream::connect(serving.address()).unwrap();
        let client = Client::new(connection, stream).unwrap();
        let request = Request::post("http", "h", "/nothing");
        let reply = client.fetch_with(request, octets(600_000)).unwrap();
        assert_eq!(reply.head.status(), 405, "{runtime}");
        reply.body.bytes(100).unwrap();
        client.ping().unwrap();
        assert_eq!(*seen.lock().unwrap(), [], "{runtime}");
    }
}
