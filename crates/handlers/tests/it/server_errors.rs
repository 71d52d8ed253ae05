//! What follows when a server's handler fails, or forgets to answer.

use testkit::{Peer, code, headers, kind};
use tress_handlers::{Config, Response, Server};

use crate::support::{Log, of_kind, resets, scripted_server};

#[test]
fn a_descriptor_that_is_dropped_without_a_response_resets_its_stream() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed(headers(1).get("/").end());
    drop(slot.take());
    assert_eq!(resets(&peer.run().sent()), [(1, code::INTERNAL_ERROR)]);
    assert_eq!(
        log.take(),
        ["request /", "error of known: the stream was canceled"]
    );
}

#[test]
fn an_exception_before_the_response_is_answered_by_the_error_handler() {
    let server = Server::new(Config::default(), |reqd| {
        let outcome = reqd.try_with(|| Err::<(), _>("no such table"));
        assert!(outcome.is_none());
        assert!(reqd.error_code().is_some());
        assert!(reqd.respond_with_string(Response::new(200), "no").is_err());
    });
    let server = server.error_handler(|request, error, start| {
        assert_eq!(request.unwrap().path(), Some(&b"/"[..]));
        assert_eq!(error.to_string(), "the handler failed: no such table");
        let writer = start.unwrap().start(Response::new(503)).unwrap();
        writer.write("sorry").unwrap();
        writer.close();
    });
    let mut peer = Peer::new(server);
    let sent = peer.feed((
        testkit::PREFACE.to_vec(),
        testkit::settings(),
        headers(1).get("/").end(),
    ));
    let sent = sent.sent();
    let head = of_kind(&sent, kind::HEADERS);
    assert_eq!(head[0].field(":status").as_deref(), Some("503"));
    assert_eq!(of_kind(&sent, kind::DATA)[0].content(), b"sorry");
    assert_eq!(resets(&sent), []);
}

#[test]
fn an_exception_is_answered_with_500_where_there_is_no_error_handler() {
    let server = Server::new(Config::default(), |reqd| reqd.report_exn("secret".into()));
    let mut peer = Peer::new(server);
    peer.feed((
        testkit::PREFACE.to_vec(),
        testkit::settings(),
        headers(1).get("/").end(),
    ));
    let sent = peer.sent();
    let head = of_kind(&sent, kind::HEADERS);
    assert_eq!(head[0].field(":status").as_deref(), Some("500"));
    assert!(head[0].is_end());
}

#[test]
fn an_exception_after_the_head_resets_the_stream() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed(headers(1).get("/").end());
    let reqd = slot.take();
    let writer = reqd.respond_with_streaming(Response::new(200)).unwrap();
    writer.write("half").unwrap();
    reqd.report_exn("broken".into());
    let sent = peer.run().sent();
    assert_eq!(resets(&sent), [(1, code::INTERNAL_ERROR)]);
    assert_eq!(of_kind(&sent, kind::DATA).len(), 0);
    assert!(writer.is_closed());
    let failed = "error of known: the handler failed: broken";
    assert_eq!(log.take(), ["request /", failed]);
}

#[test]
fn a_second_exception_resets_the_stream() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed(headers(1).get("/").end());
    let reqd = slot.take();
    reqd.report_exn("one".into());
    reqd.report_exn("two".into());
    assert_eq!(resets(&peer.run().sent()), [(1, code::INTERNAL_ERROR)]);
}

#[test]
fn an_exception_drops_the_rest_of_the_request() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed(headers(1).post("/"));
    let reqd = slot.take();
    crate::support::read_all(&reqd.request_body().unwrap(), &log);
    log.take();
    reqd.report_exn("broken".into());
    let sent = peer.run().sent();
    let failed = "error of known: the handler failed: broken, may answer";
    assert_eq!(log.take(), ["cut: the stream was canceled", failed]);
    assert_eq!(
        resets(&sent),
        [(1, code::INTERNAL_ERROR)],
        "the handler did not answer"
    );
    drop(reqd);
}
