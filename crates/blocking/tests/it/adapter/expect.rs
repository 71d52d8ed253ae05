//! Content that waits until it is asked for (RFC 9110 §10.1.1).

use core::time::Duration;
use std::time::Instant;

use testkit::{PREFACE, block, code, data, headers, kind, settings, settings_ack};
use tress_blocking::http::types::{Request, Response};
use tress_blocking::http::{Body, ContinueWait, handler};

use super::{exchange, post, text, world};
use crate::wire::{client, served};
use crate::world::LIMIT;

const EXPECT: (&str, &str) = ("expect", "100-continue");

fn expecting(wait: Duration) -> Request<&'static str> {
    let request = post("/").header(EXPECT.0, EXPECT.1);
    request
        .extension(ContinueWait(wait))
        .body("content")
        .unwrap()
}

/// A request that waits, on the wire.
fn waiting() -> testkit::Block {
    let block = block()
        .literal(":method", "POST")
        .literal(":scheme", "http")
        .literal(":authority", "localhost")
        .literal(":path", "/");
    block.literal(EXPECT.0, EXPECT.1)
}

#[test]
fn content_comes_when_the_handler_asks_for_it() {
    let world = world(|request| Ok(Response::new(text(request.into_body()))));
    let client = world.client();
    let begin = Instant::now();
    let (response, text) = exchange(&client, expecting(LIMIT));
    assert_eq!((response.status().as_u16(), &*text), (200, "content"));
    assert!(begin.elapsed() < LIMIT);
    client.close().unwrap();
    world.stop();
}

#[test]
fn the_server_says_100_when_the_body_is_first_read() {
    let (mut peer, serving, _) = served(handler(|request: Request<Body>| {
        Ok(Response::new(text(request.into_body())))
    }));
    peer.write((
        PREFACE,
        settings(),
        settings_ack(),
        headers(1).block(&waiting()),
    ));
    let head = peer.read_to(kind::HEADERS);
    assert_eq!(head.field(":status").as_deref(), Some("100"));
    assert!(!head.is_end());
    peer.write(data(1, "content").end());
    let head = peer.read_to(kind::HEADERS);
    assert_eq!(head.field(":status").as_deref(), Some("200"));
    assert_eq!(peer.read_to(kind::DATA).content(), b"content");
    drop(peer);
    serving.join().unwrap().unwrap();
}

#[test]
fn the_server_says_no_100_when_nobody_reads_or_content_is_there() {
    let (mut peer, serving, _) = served(handler(|request: Request<Body>| {
        if request.uri().path() == "/" {
            std::thread::sleep(Duration::from_millis(100));
            return Ok(Response::new(text(request.into_body())));
        }
        Ok(Response::new(String::new()))
    }));
    peer.write((PREFACE, settings(), settings_ack()));
    // The content is there before the handler reads.
    peer.write((headers(1).block(&waiting()), data(1, "now").end()));
    let head = peer.read_to(kind::HEADERS);
    assert_eq!(head.field(":status").as_deref(), Some("200"));
    // Nobody reads.
    let unread = block()
        .literal(":method", "POST")
        .literal(":scheme", "http")
        .literal(":authority", "localhost")
        .literal(":path", "/unread")
        .literal(EXPECT.0, EXPECT.1);
    peer.write(headers(3).block(&unread));
    let head = peer.read_to(kind::HEADERS);
    assert_eq!(head.field(":status").as_deref(), Some("200"));
    drop(peer);
    serving.join().unwrap().unwrap();
}

#[test]
fn the_server_says_no_100_after_the_final_response_has_begun() {
    // The body is read only while the response is being written.
    let (mut peer, serving, _) = served(handler(|request: Request<Body>| {
        Ok(Response::new(Body::from_writer(move |out| {
            out.send("begun ")?;
            let mut body = request.into_body();
            while let Some(piece) = body.data()? {
                out.send(piece)?;
            }
            Ok(())
        })))
    }));
    peer.write((
        PREFACE,
        settings(),
        settings_ack(),
        headers(1).block(&waiting()),
    ));
    let head = peer.read_to(kind::HEADERS);
    assert_eq!(head.field(":status").as_deref(), Some("200"));
    assert_eq!(peer.read_to(kind::DATA).content(), b"begun ");
    peer.write(data(1, "content").end());
    assert_eq!(peer.read_to(kind::DATA).content(), b"content");
    assert!(peer.read_to(kind::DATA).is_end());
    drop(peer);
    serving.join().unwrap().unwrap();
}

#[test]
fn the_client_waits_and_sends_after_100() {
    let (client, mut peer) = client();
    let asking = std::thread::spawn(move || exchange(&client, expecting(LIMIT)));
    let head = peer.read_to(kind::HEADERS);
    assert_eq!(head.field("expect").as_deref(), Some("100-continue"));
    assert!(!head.is_end());
    peer.write((
        headers(1).block(&block().status(103)),
        headers(1).block(&block().status(100)),
    ));
    assert_eq!(peer.read_to(kind::DATA).content(), b"content");
    peer.write(headers(1).block(&block().status(200)).end());
    let (response, _) = asking.join().unwrap();
    let early: &tress_blocking::http::Informational = response.extensions().get().unwrap();
    assert_eq!(early.0.len(), 1, "100 was waited for, 103 is handed on");
}

#[test]
fn the_client_waits_no_longer_than_its_limit() {
    let (client, mut peer) = client();
    let soon = Duration::from_millis(60);
    let begin = Instant::now();
    let asking = std::thread::spawn(move || exchange(&client, expecting(soon)));
    assert_eq!(peer.read_to(kind::DATA).content(), b"content");
    assert!(begin.elapsed() >= soon && begin.elapsed() < LIMIT);
    peer.write(headers(1).block(&block().status(200)).end());
    asking.join().unwrap();
}

#[test]
fn the_client_sends_nothing_after_a_final_error() {
    let (client, mut peer) = client();
    let asking = std::thread::spawn(move || exchange(&client, expecting(LIMIT)));
    peer.read_to(kind::HEADERS);
    peer.write((headers(1).block(&block().status(417)), data(1, "no").end()));
    let (response, text) = asking.join().unwrap();
    assert_eq!((response.status().as_u16(), &*text), (417, "no"));
    drop(response);
    let reset = peer.read_to(kind::RST_STREAM);
    assert_eq!(reset.code(), Some(code::CANCEL));
    let all = peer.read_to_end();
    assert!(all.iter().all(|frame| frame.kind != kind::DATA), "{all:?}");
}

#[test]
fn the_client_sends_all_the_same_after_a_final_response_that_is_no_error() {
    let (client, mut peer) = client();
    let asking = std::thread::spawn(move || exchange(&client, expecting(LIMIT)));
    peer.read_to(kind::HEADERS);
    peer.write(headers(1).block(&block().status(200)));
    assert_eq!(peer.read_to(kind::DATA).content(), b"content");
    peer.write(data(1, "read").end());
    assert_eq!(asking.join().unwrap().1, "read");
}

#[test]
fn content_that_is_sent_back_as_it_comes_is_asked_for_before_the_response() {
    let (mut peer, serving, _) = served(handler(|request: Request<Body>| {
        Ok(Response::new(request.into_body()))
    }));
    peer.write((
        PREFACE,
        settings(),
        settings_ack(),
        headers(1).block(&waiting()),
    ));
    for status in ["100", "200"] {
        let head = peer.read_to(kind::HEADERS);
        assert_eq!(head.field(":status").as_deref(), Some(status));
    }
    peer.write(data(1, "content").end());
    assert_eq!(peer.read_to(kind::DATA).content(), b"content");
    assert!(peer.read_to(kind::DATA).is_end());
    drop(peer);
    serving.join().unwrap().unwrap();
}

#[test]
fn a_request_without_content_waits_for_nothing() {
    let world = world(|request| Ok(Response::new(text(request.into_body()))));
    let client = world.client();
    let begin = Instant::now();
    let request = post("/").header(EXPECT.0, EXPECT.1).body("").unwrap();
    assert_eq!(exchange(&client, request).1, "");
    assert!(begin.elapsed() < Duration::from_secs(1));
    client.close().unwrap();
    world.stop();
}
