//! What a client could see go wrong: bodies, slots, informational responses, resets, promises.

use testkit::{code, data, headers, kind, push_promise, rst_stream, settings, window_update};
use tress_handlers::{Config, ErrorCode, StreamError};

use crate::support::{
    Log, Slot, client_with, get, handlers, of_kind, post, quiet, resets, scripted, scripted_client,
};

#[test]
fn a_body_closed_beyond_the_window_is_sent_whole() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    let writer = peer.machine.request(post("/"), handlers(&log));
    writer.write(vec![7; 100_000]).unwrap();
    writer.close();
    let sent = peer.run().sent();
    let octets = |sent: &[testkit::Seen]| -> usize {
        of_kind(sent, kind::DATA)
            .iter()
            .map(|frame| frame.content().len())
            .sum()
    };
    assert_eq!(octets(&sent), 65_535);
    assert!(!sent.iter().any(testkit::Seen::is_end));
    let rest = peer
        .feed((window_update(0, 50_000), window_update(1, 50_000)))
        .sent();
    assert_eq!(octets(&rest), 100_000 - 65_535);
    assert!(rest.last().unwrap().is_end());
}

#[test]
fn a_response_that_ends_before_the_request_frees_its_stream() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    let writer = peer.machine.request(post("/"), handlers(&log));
    peer.run();
    peer.feed((headers(1).status(200).end(), rst_stream(1, code::NO_ERROR)));
    assert_eq!(log.take(), ["response 200", "eof"]);
    assert!(writer.is_closed());
    assert_eq!(peer.machine.connection().streams().count(), 0);
}

#[test]
fn content_of_a_closed_reader_is_credited() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    let body = quiet(&log, |reader| reader.close());
    let writer = peer.machine.request(post("/"), body);
    peer.run();
    peer.feed(headers(1).status(200));
    for _ in 0..50 {
        peer.feed(data(1, vec![0; 16_000]));
    }
    let sent = peer.sent();
    let credited: u32 = of_kind(&sent, kind::WINDOW_UPDATE)
        .iter()
        .filter(|frame| frame.stream == 1)
        .map(|frame| frame.increment().unwrap())
        .sum();
    assert!(credited >= 50 * 16_000 / 4, "{credited}");
    assert!(!writer.is_closed(), "our own message goes on");
    writer.close();
    assert_eq!(resets(&peer.run().sent()), [(1, code::CANCEL)]);
}

#[test]
fn a_response_that_nobody_will_read_leaves_its_stream() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    peer.machine.request(get("/"), quiet(&log, drop)).close();
    peer.run();
    peer.feed((headers(1).status(200), data(1, "unread").end()));
    assert_eq!(log.take(), ["response 200"]);
    assert_eq!(peer.machine.connection().streams().count(), 0);
}

#[test]
fn an_informational_response_is_not_the_final_one() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    peer.machine.request(get("/"), handlers(&log)).close();
    peer.run();
    peer.feed((
        headers(1).status(100),
        headers(1).status(103),
        headers(1).status(204).end(),
    ));
    let expected = [
        "informational 100",
        "informational 103",
        "response 204",
        "eof",
    ];
    assert_eq!(log.take(), expected);
}

#[test]
fn a_status_that_is_no_number_fails_one_stream() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    peer.machine.request(get("/"), handlers(&log)).close();
    peer.run();
    peer.feed(headers(1).field(":status", "abc"));
    let told = log.take();
    assert!(
        told[0].starts_with("error: the peer broke a rule"),
        "{told:?}"
    );
    assert_eq!(resets(&peer.sent()), [(1, code::PROTOCOL_ERROR)]);
    assert!(!peer.is_closed());
}

#[test]
fn a_reset_resolves_flushes_and_closes_the_writer() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    let writer = peer.machine.request(post("/"), handlers(&log));
    writer.write(vec![0; 70_000]).unwrap();
    writer.flush(log.flushed());
    peer.run();
    assert_eq!(log.take(), [""; 0]);
    peer.feed(rst_stream(1, code::REFUSED_STREAM));
    let mut told = log.take();
    told.sort();
    assert_eq!(
        told,
        [
            "Closed",
            "error: the peer reset the stream with REFUSED_STREAM"
        ]
    );
    assert!(writer.is_closed());
    assert!(writer.write("x").is_err());
    writer.flush(log.flushed());
    peer.run();
    assert_eq!(log.take(), ["Closed"]);
}

#[test]
fn requests_wait_at_the_peers_limit() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    peer.feed(settings().set(3, 1));
    for _ in 0..2 {
        peer.machine.request(get("/"), handlers(&log)).close();
    }
    let sent = peer.run().sent();
    assert_eq!(of_kind(&sent, kind::HEADERS).len(), 1);
    let sent = peer.feed(headers(1).status(204).end()).sent();
    assert_eq!(of_kind(&sent, kind::HEADERS).len(), 1);
}

#[test]
fn a_promise_is_refused_or_taken_with_its_own_handlers() {
    let (log, slot) = (Log::default(), Slot::new());
    let (keep, pushes) = (slot.clone(), log.clone());
    let machine = client_with(Config::default().allow_push(), &log).push_handler(move |request| {
        let is_wanted = request.path() == Some(b"/a");
        keep.put(request);
        is_wanted.then(|| handlers(&pushes))
    });
    let mut peer = scripted(machine);
    peer.machine.request(get("/"), handlers(&log)).close();
    peer.run();
    let sent = peer
        .feed((push_promise(1, 2).get("/a"), push_promise(1, 4).get("/b")))
        .sent();
    assert_eq!(resets(&sent), [(4, code::CANCEL)]);
    assert_eq!(slot.take().path(), Some(&b"/b"[..]));
    peer.feed((headers(2).status(200), rst_stream(2, code::INTERNAL_ERROR)));
    let told = log.take();
    let reset = format!("{}", StreamError::Reset(ErrorCode::INTERNAL_ERROR));
    assert_eq!(
        told,
        [
            "response 200".into(),
            format!("cut: {reset}"),
            format!("error: {reset}")
        ]
    );
}
