//! What a hostile or careless client does to a server.

use testkit::{code, data, headers};
use tress_handlers::proto::runtime::Runtime;
use tress_handlers::{Bytes, Response};

use crate::support::{Log, read_all, resets, scripted_server};

#[test]
fn no_text_of_an_exception_reaches_the_peer() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed((headers(1).get("/").end(), headers(3).get("/").end()));
    slot.take().report_exn("the password is swordfish".into());
    peer.run();
    peer.machine.report_exn("the password is swordfish".into());
    peer.run();
    let octets = peer.sent_octets();
    assert!(!octets.windows(9).any(|some| some == b"swordfish"));
    assert!(
        log.take().iter().any(|line| line.contains("swordfish")),
        "the application hears it"
    );
}

#[test]
fn what_is_refused_frees_nobody_elses_slot() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    let (mut taken, mut refused) = (Vec::new(), 0);
    for id in (1..300).step_by(2) {
        let sent = peer.feed(headers(id).get("/").end()).sent();
        match resets(&sent).as_slice() {
            [] => taken.push(slot.take()),
            resets => refused += resets.len(),
        }
    }
    assert_eq!((taken.len(), refused), (100, 50));
    taken
        .pop()
        .unwrap()
        .respond_with_string(Response::new(200), "x")
        .unwrap();
    peer.run();
    peer.sent();
    let first = peer.feed(headers(301).get("/").end()).sent();
    let second = peer.feed(headers(303).get("/").end()).sent();
    assert_eq!((resets(&first).len(), resets(&second).len()), (0, 1));
}

#[test]
fn a_window_may_be_used_up() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed(headers(1).post("/"));
    let reqd = slot.take();
    for _ in 0..4 {
        peer.feed(data(1, vec![0; 16_000]));
    }
    peer.feed(data(1, vec![0; 64 * 1024 - 4 * 16_000]).end());
    assert_eq!(resets(&peer.sent()), []);
    assert!(!peer.is_closed());
    let (told, reader) = (log.clone(), reqd.request_body().unwrap());
    assert!(reader.is_closed(), "the request is whole");
    reader
        .schedule_read(
            |_| {},
            move |data: Bytes| told.note(format!("data {}", data.len())),
        )
        .unwrap();
    peer.run();
    assert_eq!(log.take().len(), 2, "what has arrived can still be read");
}

#[test]
fn a_body_that_is_shorter_than_promised_never_looks_whole() {
    let log = Log::default();
    let (mut peer, slot) = scripted_server(&log);
    peer.feed(headers(1).post("/").field("content-length", "9"));
    let reqd = slot.take();
    read_all(&reqd.request_body().unwrap(), &log);
    peer.feed(data(1, "short").end());
    assert_eq!(resets(&peer.sent()), [(1, code::PROTOCOL_ERROR)]);
    let told = log.take();
    assert!(!told.contains(&"eof".to_owned()), "{told:?}");
    assert!(
        told.iter().any(|line| line.starts_with("cut: ")),
        "{told:?}"
    );
    assert!(
        told.last().unwrap().starts_with("error of known: "),
        "{told:?}"
    );
}

#[test]
fn a_request_with_a_field_of_http_1_reaches_the_error_handler_alone() {
    let log = Log::default();
    let (mut peer, _slot) = scripted_server(&log);
    peer.feed(
        headers(1)
            .get("/")
            .field("transfer-encoding", "chunked")
            .end(),
    );
    assert_eq!(resets(&peer.sent()), [(1, code::PROTOCOL_ERROR)]);
    let broken = "error of unknown: the peer broke a rule: a connection-specific field, may answer";
    assert_eq!(log.take(), [broken]);
}
