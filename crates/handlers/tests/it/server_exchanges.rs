//! What a server could see go wrong: slots, trailers, pushes, ends of input, resets.

use testkit::{block, code, continuation, data, headers, kind, priority, rst_stream};
use tress_handlers::proto::runtime::Runtime;
use tress_handlers::{Bytes, ErrorCode, Response, Trailers, UserError};

use crate::support::{Log, of_kind, read_all, resets, scripted_server};

#[test]
fn an_empty_fixed_response_frees_its_slot() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    for id in (1..500).step_by(2) {
        peer.feed(headers(id).get("/").end());
        let reqd = slot.take();
        reqd.respond_with_bytes(Response::new(204), Bytes::new())
            .unwrap();
        drop(reqd);
        let sent = peer.run().sent();
        assert_eq!(sent.len(), 1);
        assert!(sent[0].is_end());
    }
    assert_eq!(peer.machine.connection().streams().count(), 0);
}

#[test]
fn request_trailers_keep_the_response() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed(headers(1).post("/"));
    let reqd = slot.take();
    let told = log.clone();
    reqd.trailers_handler(move |fields| told.note(format!("trailers {}", fields.fields().len())));
    read_all(&reqd.request_body().unwrap(), &log);
    let writer = reqd.respond_with_streaming(Response::new(200)).unwrap();
    peer.run();
    peer.feed((data(1, "ping"), headers(1).field("a", "b").trailers()));
    assert_eq!(log.take(), ["request /", "data ping", "trailers 1", "eof"]);
    writer.write("pong").unwrap();
    reqd.schedule_trailers(Trailers::new().field("grpc-status", "0"))
        .unwrap();
    let sent = peer.run().sent();
    let kinds: Vec<u8> = sent.iter().map(|frame| frame.kind).collect();
    assert_eq!(kinds, [kind::HEADERS, kind::DATA, kind::HEADERS]);
    assert!(sent[2].is_end());
}

#[test]
fn trailers_may_be_continued() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed(headers(1).post("/"));
    let reqd = slot.take();
    let told = log.clone();
    reqd.trailers_handler(move |fields| told.note(format!("trailers {}", fields.fields().len())));
    peer.feed((
        headers(1).field("a", "b").trailers().no_end_headers(),
        continuation(1).block(&block().literal("c", "d")),
    ));
    assert_eq!(log.take(), ["request /", "trailers 2"]);
}

#[test]
fn a_refused_push_harms_nothing_else() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed(headers(1).get("/").end());
    let reqd = slot.take();
    let pushed = reqd.push(crate::support::get("/style.css")).unwrap();
    let writer = pushed.respond_with_streaming(Response::new(200)).unwrap();
    peer.run();
    peer.feed(rst_stream(2, code::CANCEL));
    assert!(writer.is_closed() && pushed.is_closed());
    assert_eq!(pushed.error_code(), Some(ErrorCode::CANCEL));
    reqd.respond_with_string(Response::new(200), "ok").unwrap();
    assert!(peer.run().sent().last().unwrap().is_end());
}

#[test]
fn a_request_that_nobody_reads_is_credited() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed(headers(1).post("/"));
    let reqd = slot.take();
    reqd.request_body().unwrap().close();
    for _ in 0..50 {
        peer.feed(data(1, vec![0; 16_000]));
    }
    let sent = peer.sent();
    assert!(!of_kind(&sent, kind::WINDOW_UPDATE).is_empty());
    assert!(!peer.is_closed());
    reqd.respond_with_string(Response::new(200), "enough")
        .unwrap();
    assert_eq!(resets(&peer.run().sent()), [(1, code::NO_ERROR)]);
}

#[test]
fn an_end_of_input_reaches_every_stream_and_closes_both_halves() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed(headers(1).post("/"));
    let reqd = slot.take();
    read_all(&reqd.request_body().unwrap(), &log);
    let told = log.clone();
    reqd.finished_handler(move |result| told.note(format!("finished {}", result.is_ok())));
    peer.eof();
    let lines = log.take();
    assert_eq!(
        lines[..3],
        [
            "request /",
            "cut: the connection was lost",
            "finished false"
        ]
    );
    assert_eq!(lines[3], "error of known: the connection was lost");
    assert!(
        lines[4].starts_with("error of unknown: the peer closed"),
        "{lines:?}"
    );
    assert!(peer.is_closed() && peer.machine.is_closed());
}

#[test]
fn a_reset_is_seen_by_reader_writer_flush_and_handler() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed(headers(1).post("/"));
    let reqd = slot.take();
    read_all(&reqd.request_body().unwrap(), &log);
    let writer = reqd.respond_with_streaming(Response::new(200)).unwrap();
    writer.write(vec![0; 70_000]).unwrap();
    writer.flush(log.flushed());
    peer.run();
    log.take();
    peer.feed(rst_stream(1, code::CANCEL));
    let mut told = log.take();
    told.sort();
    let why = "the peer reset the stream with CANCEL";
    assert_eq!(
        told,
        [
            "Closed".into(),
            format!("cut: {why}"),
            format!("error of known: {why}")
        ]
    );
    assert!(writer.is_closed());
    assert_eq!(reqd.error_code(), Some(ErrorCode::CANCEL));
    assert_eq!(writer.write("x"), Err(UserError::StreamClosed));
}

#[test]
fn responding_after_a_reset_is_an_error_not_a_panic() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed(headers(1).post("/"));
    let reqd = slot.take();
    peer.feed(rst_stream(1, code::CANCEL));
    let closed = Err(UserError::StreamClosed);
    assert_eq!(reqd.respond_with_string(Response::new(200), "x"), closed);
    assert_eq!(reqd.inform(Response::new(103)), closed);
    assert!(reqd.respond_with_streaming(Response::new(200)).is_err());
    assert!(reqd.push(crate::support::get("/")).is_err());
    assert_eq!(reqd.request().path(), Some(&b"/"[..]));
    assert!(reqd.request_body().unwrap().is_closed());
}

#[test]
fn priority_on_an_idle_stream_does_not_lose_the_response() {
    let (mut peer, slot) = scripted_server(&Log::default());
    peer.feed(priority(1, 0, 15));
    peer.run();
    peer.feed(headers(1).get("/").end());
    slot.take()
        .respond_with_string(Response::new(200), "hello")
        .unwrap();
    let sent = peer.run().sent();
    assert_eq!(of_kind(&sent, kind::DATA)[0].content(), b"hello");
}
