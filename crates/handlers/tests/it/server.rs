//! What a server's descriptor can do (RFC 9113 §8.1).

use testkit::{code, data, headers, kind};
use tress_handlers::proto::{Direction, Observe, Record};
use tress_handlers::{Bytes, Response, UserError};

use crate::support::{Log, of_kind, read_all, resets, scripted_server};

#[test]
fn a_fixed_response_is_a_head_and_content_with_its_end() {
    let (mut peer, slot) = scripted_server(&Log::default());
    peer.feed(headers(1).get("/").end());
    let reqd = slot.take();
    let shown = format!("{reqd:?}");
    let request = format!("{:?}", reqd.request());
    assert!(shown.starts_with("Reqd {") && shown.contains(&request));
    reqd.respond_with_string(Response::new(200), "hello")
        .unwrap();
    assert_eq!(reqd.response().unwrap().status(), 200);
    assert_eq!(
        reqd.respond_with_string(Response::new(200), "again"),
        Err(UserError::OutOfOrder)
    );
    let sent = peer.run().sent();
    assert_eq!(sent.len(), 2);
    assert_eq!((sent[1].content(), sent[1].is_end()), (&b"hello"[..], true));
}

/// RFC 9110 §9.3.2, RFC 9110 §15.3.5, RFC 9110 §15.3.6, RFC 9110 §15.4.5.
#[test]
fn content_that_may_not_follow_goes_nowhere_and_its_length_is_said_where_it_may() {
    for (method, status, length) in [
        ("HEAD", 200, Some("5")),
        ("GET", 204, None),
        ("GET", 205, None),
        ("GET", 304, Some("5")),
    ] {
        let (mut peer, slot) = scripted_server(&Log::default());
        peer.feed((
            headers(1).request(method, "/").end(),
            headers(3).request(method, "/").end(),
        ));
        let (first, second) = (slot.take(), slot.take());
        first
            .respond_with_string(Response::new(status), "hello")
            .unwrap();
        let response = Response::new(status).with_content_length(5);
        let writer = second.respond_with_streaming(response).unwrap();
        let sent = peer.run().sent();
        assert_eq!(sent.len(), 2, "{method} {status}: {sent:?}");
        for head in &sent {
            assert_eq!(head.field("content-length").as_deref(), length);
            assert!(head.is_end());
        }
        // Its stream is over.
        writer.write("hello").unwrap();
        writer.close();
        drop((first, second, writer));
        assert!(peer.run().sent().is_empty());
    }
}

/// RFC 9110 §8.6.
#[test]
fn the_length_of_a_fixed_response_is_said() {
    let (mut peer, slot) = scripted_server(&Log::default());
    peer.feed(headers(1).get("/").end());
    slot.take()
        .respond_with_string(Response::new(200), "hello")
        .unwrap();
    let sent = peer.run().sent();
    assert_eq!(sent[0].field("content-length").as_deref(), Some("5"));
    assert!(sent[1].is_end());
}

/// RFC 9110 §10.1.1.
#[test]
fn a_client_that_waits_for_a_word_gets_it_when_content_is_first_read() {
    let (mut peer, slot) = scripted_server(&Log::default());
    peer.feed(headers(1).post("/").field("expect", "100-continue"));
    let reqd = slot.take();
    assert!(peer.run().sent().is_empty());
    let body = reqd.request_body().unwrap();
    body.schedule_read(|_| (), |_| ()).unwrap();
    let sent = peer.run().sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].field(":status").as_deref(), Some("100"));
    peer.feed(data(1, "hello").end());
    reqd.respond_with_string(Response::new(200), "").unwrap();
    let sent = peer.run().sent();
    assert_eq!(sent[0].field(":status").as_deref(), Some("200"));
}

#[test]
fn informational_responses_come_before_the_final_one() {
    let (mut peer, slot) = scripted_server(&Log::default());
    peer.feed(headers(1).get("/").end());
    let reqd = slot.take();
    reqd.inform(Response::new(103)).unwrap();
    reqd.respond_with_bytes(Response::new(204), Bytes::new())
        .unwrap();
    assert_eq!(reqd.inform(Response::new(103)), Err(UserError::OutOfOrder));
    let sent = peer.run().sent();
    let status: Vec<_> = sent
        .iter()
        .map(|frame| frame.field(":status").unwrap())
        .collect();
    assert_eq!(status, ["103", "204"]);
}

#[test]
fn a_flush_is_resolved_when_the_transport_has_taken_the_octets() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed(headers(1).get("/").end());
    log.take();
    let writer = slot
        .take()
        .respond_with_streaming(Response::new(200))
        .unwrap();
    writer.write("hello").unwrap();
    writer.flush(log.flushed());
    assert_eq!(log.take(), [""; 0]);
    peer.run();
    assert_eq!(log.take(), ["Written"]);
    writer.close();
    writer.close();
    peer.run();
    writer.flush(log.flushed());
    peer.run();
    assert_eq!(log.take(), ["Written"]);
}

#[test]
fn only_one_read_is_scheduled_at_a_time_and_closing_ends_it() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed(headers(1).post("/"));
    let reqd = slot.take();
    let reader = reqd.request_body().unwrap();
    log.take();
    read_all(&reader, &log);
    assert!(reader.schedule_read(|_| {}, |_| {}).is_err());
    assert!(!reader.is_closed());
    reader.close();
    assert!(reader.is_closed());
    peer.run();
    assert_eq!(log.take(), ["cut: the stream was canceled"]);
    reader.schedule_read(|_| {}, |_| {}).unwrap();
}

#[test]
fn a_read_that_was_scheduled_outlives_its_handles() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed(headers(1).post("/"));
    let reqd = slot.take();
    let told = log.clone();
    let reader = reqd.request_body().unwrap();
    reader
        .schedule_read(
            |_| {},
            move |data| told.note(format!("data {}", data.len())),
        )
        .unwrap();
    let writer = reqd.respond_with_streaming(Response::new(200)).unwrap();
    drop((reader, reqd));
    peer.run();
    peer.feed(data(1, "one"));
    peer.feed(data(1, "two"));
    assert_eq!(log.take(), ["request /", "data 3"]);
    writer.close();
    assert_eq!(resets(&peer.run().sent()), [(1, code::NO_ERROR)]);
}

#[test]
fn a_connection_that_is_shut_down_lets_its_streams_finish() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed(headers(1).get("/").end());
    peer.machine.handle().shutdown();
    let sent = peer.run().sent();
    assert_eq!(
        of_kind(&sent, kind::GOAWAY)[0].last_stream(),
        Some(0x7fff_ffff)
    );
    slot.take()
        .respond_with_string(Response::new(200), "last")
        .unwrap();
    let sent = peer.run().sent();
    assert_eq!(of_kind(&sent, kind::DATA)[0].content(), b"last");
}

#[test]
fn a_server_may_ping() {
    let log = Log::default();
    let (mut peer, _slot) = scripted_server(&log);
    let told = log.clone();
    peer.machine
        .handle()
        .ping(*b"are you?", move |answer| told.note(format!("{answer:?}")));
    let sent = peer.run().sent();
    assert_eq!(sent[0].payload, b"are you?");
    peer.feed(testkit::ping(*b"are you?").ack());
    assert_eq!(log.take(), ["Ok(())"]);
}

/// Notes the frames that arrive.
struct Arrivals(Log);

impl Observe for Arrivals {
    fn record(&mut self, record: Record<'_>) {
        if let Record::Frame {
            direction: Direction::Received,
            frame,
            ..
        } = record
        {
            self.0.note(format!("{frame}"));
        }
    }
}

#[test]
fn an_observer_sees_the_frames() {
    let (log, seen) = (Log::default(), Log::default());
    let (mut peer, slot) = scripted_server(&log);
    peer.machine.observe(Box::new(Arrivals(seen.clone())));
    peer.feed(headers(1).get("/").end());
    slot.take()
        .respond_with_string(Response::new(200), "x")
        .unwrap();
    peer.run();
    let seen = seen.take();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].starts_with("HEADERS"), "{seen:?}");
}
