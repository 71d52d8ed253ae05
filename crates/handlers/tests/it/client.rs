//! What a client's callbacks are told, and in which order (RFC 9113 §8.1).

use testkit::{code, data, goaway, headers, kind, ping};
use tress_handlers::{ErrorCode, PingError};

use crate::support::{Log, get, handlers, post, resets, scripted_client};

#[test]
fn response_content_trailers_and_end_come_in_that_order() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    peer.machine.request(get("/"), handlers(&log)).close();
    peer.run();
    peer.feed((
        headers(1).status(103),
        headers(1).status(200),
        data(1, "hello"),
        headers(1).field("sum", "5").trailers(),
    ));
    let expected = [
        "informational 103",
        "response 200",
        "data hello",
        "trailers 1",
        "eof",
    ];
    assert_eq!(log.take(), expected);
}

#[test]
fn a_request_without_content_is_one_headers_frame() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    peer.machine.request(get("/"), handlers(&log)).close();
    let sent = peer.run().sent();
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].kind, sent[0].is_end()), (kind::HEADERS, true));
}

#[test]
fn pings_are_answered_by_payload() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    for payload in [*b"first!!!", *b"second!!"] {
        let log = log.clone();
        let name = String::from_utf8_lossy(&payload).into_owned();
        peer.machine.ping(payload, move |answer| {
            log.note(format!("{name} {answer:?}"))
        });
    }
    peer.run();
    peer.feed(ping(*b"second!!").ack());
    assert_eq!(log.take(), ["second!! Ok(())"]);
    peer.eof();
    assert_eq!(
        log.take(),
        [format!("first!!! {:?}", Err::<(), _>(PingError::Lost))]
    );
}

#[test]
fn a_cancelled_request_resets_its_stream_and_says_so() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    let writer = peer.machine.request(post("/"), handlers(&log));
    peer.run();
    writer.reset(ErrorCode::CANCEL);
    assert_eq!(resets(&peer.run().sent()), [(1, code::CANCEL)]);
    assert_eq!(log.take(), ["error: the stream was canceled"]);
    assert!(writer.is_closed());
}

#[test]
fn a_request_that_breaks_a_rule_is_told_to_its_error_handler() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    let request = get("/").field("no name", "case");
    let writer = peer.machine.request(request, handlers(&log));
    peer.run();
    let told = log.take();
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with("error: the message is malformed"),
        "{told:?}"
    );
    assert!(writer.is_closed());
    assert_eq!(peer.sent(), []);
}

#[test]
fn an_error_of_the_connection_is_reported_once_after_the_streams() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    peer.machine.request(get("/"), handlers(&log)).close();
    peer.run();
    peer.feed(data(0, "x"));
    let told = log.take();
    assert_eq!(told[0], "error: the connection was lost");
    assert!(
        told[1].starts_with("connection: the peer broke a rule"),
        "{told:?}"
    );
    assert_eq!(told.len(), 2);
    let sent = peer.sent();
    assert_eq!(sent.last().unwrap().code(), Some(code::PROTOCOL_ERROR));
}

#[test]
fn goaway_without_an_error_lets_running_requests_finish() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    peer.machine.request(get("/"), handlers(&log)).close();
    peer.run();
    peer.feed((goaway(1, 0), headers(1).status(200), data(1, "late").end()));
    assert_eq!(log.take(), ["response 200", "data late", "eof"]);
    assert!(peer.is_closed());
}

#[test]
fn a_client_that_aborts_ends_at_once_with_the_code() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    peer.machine.request(get("/"), handlers(&log)).close();
    peer.run();
    peer.sent();
    peer.machine.abort(ErrorCode::ENHANCE_YOUR_CALM);
    let sent = peer.run().sent();
    let last = sent.last().unwrap();
    assert_eq!(last.kind, kind::GOAWAY);
    assert_eq!(last.code(), Some(code::ENHANCE_YOUR_CALM));
    assert!(peer.is_closed());
    let told = log.take();
    assert_eq!(told[0], "error: the connection was lost");
    assert!(told[1].starts_with("connection: "), "{told:?}");
    assert_eq!(told.len(), 2);
}
