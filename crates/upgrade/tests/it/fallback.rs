//! What becomes of requests that do not ask for HTTP/2 is the user's.

use core::task::Waker;

use testkit::Peer;
use tress_upgrade::proto::runtime::{Exn, ReadOperation, Runtime, WriteOperation, WriteResult};
use tress_upgrade::proto::{Bytes, Config, Event, Response};
use tress_upgrade::{Fallback, RequestHead, Server};

use crate::support::{cleartext, hear, wish};

fn echo(head: &RequestHead, content: Bytes) -> (Response, Bytes) {
    let request = head.to_http2().expect("it was checked");
    let response = Response::new(200)
        .field("x-path", request.path().unwrap_or_default())
        .field("content-length", "99")
        .field("transfer-encoding", "chunked")
        .field("connection", "keep-alive");
    (response, content)
}

#[test]
fn a_closure_answers_with_a_whole_response() {
    let request = "POST /p HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi";
    let heard = hear(|| cleartext().fallback(echo), request);
    assert_eq!(
        heard.text,
        "HTTP/1.1 200 OK\r\nx-path: /p\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi"
    );
    assert!(heard.is_closed && !heard.is_http2);
}

#[test]
fn a_client_of_http_1_0_needs_no_host() {
    let heard = hear(|| cleartext().fallback(echo), "GET /old HTTP/1.0\r\n\r\n");
    assert!(heard.text.contains("x-path: /old\r\n"));
}

#[test]
fn head_and_statuses_without_content_have_none() {
    let heard = hear(
        || cleartext().fallback(echo),
        "HEAD / HTTP/1.1\r\nhost: a\r\n\r\n",
    );
    assert!(heard.text.ends_with("content-length: 0\r\n\r\n"));
    let long = |_: &RequestHead, _: Bytes| (Response::new(200), Bytes::from_static(b"long"));
    let heard = hear(
        || cleartext().fallback(long),
        "HEAD / HTTP/1.1\r\nhost: a\r\n\r\n",
    );
    assert!(heard.text.ends_with("content-length: 4\r\n\r\n"));
    for status in [204, 304] {
        let none =
            move |_: &RequestHead, _: Bytes| (Response::new(status), Bytes::from_static(b"x"));
        let heard = hear(
            || cleartext().fallback(none),
            "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
        );
        assert!(
            heard.text.ends_with("connection: close\r\n\r\n"),
            "{status}"
        );
    }
}

/// RFC 9110 §15 names them; what it does not name has none (RFC 9112 §4).
#[test]
fn a_status_is_said_with_its_reason() {
    for (status, reason) in [
        (200, "OK"),
        (201, "Created"),
        (204, "No Content"),
        (301, "Moved Permanently"),
        (302, "Found"),
        (304, "Not Modified"),
        (307, "Temporary Redirect"),
        (308, "Permanent Redirect"),
        (400, "Bad Request"),
        (403, "Forbidden"),
        (404, "Not Found"),
        (405, "Method Not Allowed"),
        (408, "Request Timeout"),
        (413, "Content Too Large"),
        (417, "Expectation Failed"),
        (426, "Upgrade Required"),
        (431, "Request Header Fields Too Large"),
        (500, "Internal Server Error"),
        (501, "Not Implemented"),
        (503, "Service Unavailable"),
        (505, "HTTP Version Not Supported"),
        (599, ""),
    ] {
        let says = move |_: &RequestHead, _: Bytes| (Response::new(status), Bytes::new());
        let heard = hear(
            || cleartext().fallback(says),
            "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
        );
        let line = heard.text.lines().next().unwrap();
        assert_eq!(line, format!("HTTP/1.1 {status} {reason}"));
    }
}

#[test]
fn the_status_205_says_that_it_has_no_content() {
    let long = |_: &RequestHead, _: Bytes| (Response::new(205), Bytes::from_static(b"long"));
    for method in ["POST", "HEAD"] {
        let request = format!("{method} / HTTP/1.1\r\nhost: a\r\n\r\n");
        let heard = hear(|| cleartext().fallback(long), &request);
        // RFC 9110 §15.3.6: without a length, its content would end with the connection.
        assert!(
            heard.text.ends_with("content-length: 0\r\n\r\n"),
            "{}",
            heard.text
        );
    }
}

#[test]
fn an_answer_that_would_break_the_message_is_not_sent() {
    let answers = [
        Response::new(200).field("x", "1\r\ny: 2"),
        Response::new(200).field("x y", "1"),
        Response::new(200).field("", "1"),
        Response::new(101),
        Response::new(20),
    ];
    for answer in answers {
        let unsound = |_: &RequestHead, _: Bytes| (answer.clone(), Bytes::new());
        let heard = hear(
            || cleartext().fallback(unsound),
            "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
        );
        assert_eq!(heard.refusal(), 500, "{answer:?}");
    }
}

#[test]
fn a_wish_goes_past_the_fallback() {
    assert!(hear(|| cleartext().fallback(echo), wish("GET /", &[])).is_http2);
}

/// Writes back what it reads, in another tone.
#[derive(Debug, Default)]
struct Loud {
    octets: Vec<u8>,
    writer: Option<Waker>,
    is_over: bool,
    failed: bool,
}

impl Loud {
    fn wake(&mut self) {
        if let Some(waker) = self.writer.take() {
            waker.wake();
        }
    }
}

impl Runtime for Loud {
    fn next_read_operation(&mut self) -> ReadOperation {
        match self.is_over {
            true => ReadOperation::Close,
            false => ReadOperation::Read,
        }
    }
    fn read(&mut self, input: &[u8]) -> usize {
        self.octets.extend(input.to_ascii_uppercase());
        self.wake();
        input.len()
    }
    fn read_eof(&mut self, input: &[u8]) -> usize {
        self.is_over = true;
        self.read(input)
    }
    fn yield_reader(&mut self, waker: &Waker) {
        waker.wake_by_ref();
    }
    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        match (self.octets.is_empty(), self.is_over) {
            (false, _) => WriteOperation::Write([&self.octets[..]].into_iter().collect()),
            (true, true) => WriteOperation::Close(0),
            (true, false) => WriteOperation::Yield,
        }
    }
    fn report_write_result(&mut self, result: WriteResult) {
        if let WriteResult::Ok(count) = result {
            self.octets.drain(..count);
        }
    }
    fn yield_writer(&mut self, waker: &Waker) {
        self.writer = Some(waker.clone());
    }
    fn report_exn(&mut self, _: Exn) {
        self.failed = true;
    }
    fn shutdown(&mut self) {
        self.is_over = true;
        self.wake();
    }
    fn is_closed(&self) -> bool {
        self.is_over && self.octets.is_empty()
    }
}

struct LoudPaths;

impl Fallback for LoudPaths {
    type Machine = Loud;

    fn take_over(&mut self, head: &RequestHead) -> Option<Loud> {
        (head.target() == b"/loud").then(Loud::default)
    }

    fn answer(&mut self, _: &RequestHead, _: Bytes) -> (Response, Bytes) {
        (Response::new(404), Bytes::new())
    }
}

fn loud() -> Server<LoudPaths> {
    Server::cleartext(Config::default()).fallback(LoudPaths)
}

#[test]
fn a_machine_takes_the_connection_over_from_its_first_octet() {
    for octets in [1, 9, 100] {
        let mut peer = Peer::new(loud()).chunks(octets);
        peer.feed(*b"get /loud HTTP/1.1\r\nhost: a\r\n\r\nand so on");
        let said = peer.sent_octets();
        assert_eq!(said, b"GET /LOUD HTTP/1.1\r\nHOST: A\r\n\r\nAND SO ON");
        assert!(peer.machine.other().is_some());
        peer.feed(*b" more").eof();
        assert_eq!(peer.sent_octets(), b" MORE");
        assert!(peer.is_closed() && peer.machine.is_closed());
    }
    let heard = hear(loud, "GET /quiet HTTP/1.1\r\nhost: a\r\n\r\n");
    assert!(heard.text.starts_with("HTTP/1.1 404 Not Found\r\n"));
}

#[test]
fn the_connection_is_over_in_good_order_when_another_machine_has_it() {
    let mut peer = Peer::new(loud());
    peer.feed(*b"get /loud HTTP/1.1\r\n\r\n");
    let event = peer.machine.connection().poll_event();
    assert!(matches!(event, Some(Event::Closed(Ok(())))), "{event:?}");
    peer.machine.report_exn("cut".into());
    assert!(peer.machine.other().unwrap().failed);
    peer.machine.shutdown();
    peer.run();
    assert!(peer.is_closed());
}
