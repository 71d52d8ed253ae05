//! Answers that come out right, whatever a handler gives (RFC 9110 §6.4.1, RFC 9110 §10.1.1).

use testkit::{PREFACE, data, headers, kind, settings, settings_ack};
use tress_blocking::{Error, Exchange, Response};

use crate::wire::served;

/// What is asked, and the head of the answer to it: its `content-length`, and whether it is the whole.
const CASES: [(&str, &str, Option<&str>, bool); 6] = [
    ("GET", "200", Some("5"), false),
    ("HEAD", "200", Some("5"), true),
    ("HEAD", "404", Some("5"), true),
    ("GET", "204", None, true),
    ("GET", "205", None, true),
    ("GET", "304", Some("5"), true),
];

/// Answers with the status that the path says, and always with content.
fn answer(exchange: Exchange) -> Result<(), Error> {
    let path = exchange.request.path().unwrap_or_default();
    let (status, way) = core::str::from_utf8(path).unwrap()[1..]
        .split_once('/')
        .unwrap();
    let response = Response::new(status.parse().unwrap());
    if way == "whole" {
        return exchange.reply(response, "hello");
    }
    let mut body = exchange.respond(response.field("content-length", "5"))?;
    body.send("hel")?;
    body.send("lo")?;
    body.finish()
}

#[test]
fn an_answer_comes_out_right_whatever_the_handler_gives() {
    let (mut peer, serving, _) = served(answer);
    peer.write((PREFACE, settings(), settings_ack()));
    let mut id = 1;
    for (method, status, length, is_whole) in CASES {
        for way in ["whole", "pieces"] {
            let path = format!("/{status}/{way}");
            peer.write(headers(id).request(method, path).end());
            let head = peer.read_to(kind::HEADERS);
            assert_eq!(head.field(":status").as_deref(), Some(status));
            assert_eq!(head.field("content-length").as_deref(), length);
            assert_eq!((head.stream, head.is_end()), (id, is_whole));
            while !is_whole && !peer.read_to(kind::DATA).is_end() {}
            id += 2;
        }
    }
    drop(peer);
    serving.join().unwrap().unwrap();
}

/// RFC 9110 §10.1.1: when content is first read, and none is there.
#[test]
fn a_client_that_waits_for_a_word_gets_it_when_content_is_first_read() {
    let (mut peer, serving, _) = served(|exchange| {
        let Exchange {
            body, responder, ..
        } = exchange;
        let content = body.bytes(100)?;
        responder.reply(Response::new(200), content)
    });
    peer.write((PREFACE, settings(), settings_ack()));
    let asking = |id| headers(id).post("/").field("expect", "100-continue");
    peer.write(asking(1));
    let word = peer.read_to(kind::HEADERS);
    assert_eq!(word.field(":status").as_deref(), Some("100"));
    assert!(!word.is_end());
    peer.write(data(1, "hello").end());
    let head = peer.read_to(kind::HEADERS);
    assert_eq!(head.field(":status").as_deref(), Some("200"));
    // One who did not wait for it hears nothing of the kind.
    peer.write((asking(3), data(3, "hello").end()));
    let head = peer.read_to(kind::HEADERS);
    assert_eq!(head.field(":status").as_deref(), Some("200"));
    drop(peer);
    serving.join().unwrap().unwrap();
}

/// RFC 9110 §10.1.1: whoever answers without reading says no such word; whoever invites says it first.
#[test]
fn a_word_comes_before_the_answer_or_not_at_all() {
    let (mut peer, serving, _) = served(|mut exchange| {
        if exchange.request.path() == Some(b"/echo") {
            exchange.body.invite();
        }
        let mut answer = exchange.responder.respond(Response::new(200))?;
        while let Some(piece) = exchange.body.data()? {
            answer.send(piece)?;
        }
        answer.finish()
    });
    peer.write((PREFACE, settings(), settings_ack()));
    for (id, path, expected) in [(1, "/", &["200"][..]), (3, "/echo", &["100", "200"])] {
        let request = headers(id).request("POST", path);
        peer.write(request.field("expect", "100-continue"));
        for status in expected {
            let head = peer.read_to(kind::HEADERS);
            assert_eq!(head.field(":status").as_deref(), Some(*status));
        }
        peer.write(data(id, "hello").end());
        while !peer.read_to(kind::DATA).is_end() {}
    }
    drop(peer);
    serving.join().unwrap().unwrap();
}
