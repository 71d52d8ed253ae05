//! The content of messages, read and written (RFC 9113 §8.1).

use testkit::{code, data, headers, kind, settings};
use tress_handlers::{Bytes, Trailers};

use crate::support::{Log, get, handlers, of_kind, pair, post, quiet, resets, scripted_client};

#[test]
fn content_and_trailers_of_a_request_arrive() {
    let (mut pair, slot, _, theirs) = pair();
    let writer = pair.a.request(post("/"), handlers(&Log::default()));
    writer.write("one ").unwrap();
    writer.schedule(Bytes::from_static(b"two")).unwrap();
    writer
        .schedule_trailers(Trailers::new().field("a", "b"))
        .unwrap();
    assert!(writer.is_closed());
    pair.run();
    let reqd = slot.take();
    let log = theirs.clone();
    reqd.trailers_handler(move |trailers| {
        log.note(format!("trailers {}", trailers.fields().len()))
    });
    crate::support::read_all(&reqd.request_body().unwrap(), &theirs);
    pair.run();
    assert_eq!(
        theirs.take(),
        ["request /", "data one two", "trailers 1", "eof"]
    );
}

#[test]
fn what_is_not_read_is_not_credited() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    let slot = crate::support::Slot::new();
    let keep = slot.clone();
    let body = quiet(&log, move |reader| keep.put(reader));
    peer.machine.request(get("/"), body).close();
    peer.run();
    peer.feed((headers(1).status(200), settings()));
    for _ in 0..12 {
        peer.feed(data(1, vec![0; 16_000]));
    }
    let updates = |sent: &[testkit::Seen]| of_kind(sent, kind::WINDOW_UPDATE).len();
    assert_eq!(updates(&peer.sent()), 0);
    let reader = slot.take();
    let next = reader.clone();
    let read = move |_| next.schedule_read(|_| {}, |_| {}).unwrap();
    for _ in 0..5 {
        let read = read.clone();
        reader.schedule_read(|_| {}, read).unwrap();
        peer.run();
        peer.run();
    }
    assert!(updates(&peer.sent()) > 0);
}

#[test]
fn a_writer_that_is_dropped_unclosed_never_looks_like_an_end() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    let writer = peer.machine.request(post("/"), handlers(&log));
    writer.write("half").unwrap();
    peer.run();
    drop(writer);
    let sent = peer.run().sent();
    assert_eq!(resets(&sent), [(1, code::CANCEL)]);
    assert!(!sent.iter().any(testkit::Seen::is_end));
}

#[test]
fn more_content_than_was_promised_ends_the_stream_with_the_reason() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    let writer = peer
        .machine
        .request(post("/").field("content-length", "3"), handlers(&log));
    writer.write("four").unwrap();
    peer.run();
    let told = log.take();
    assert!(
        told[0].starts_with("error: the message is malformed"),
        "{told:?}"
    );
    drop(writer);
    peer.run();
    assert_eq!(log.take(), [""; 0], "it is reported once");
    assert_eq!(
        peer.sent(),
        [],
        "what was never sent need not be taken back"
    );
}
