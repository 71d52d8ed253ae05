//! Answers that come out right, whatever a handler gives (RFC 9110 §6.4.1, RFC 9110 §10.1.1).

use testkit::{PREFACE, data, headers, kind, settings, settings_ack};
use tress_async::proto::Connection;
use tress_async::{Config, Error, Exchange, Response, serve_connection};

use crate::pipe::pipe;
use crate::wire::Peer;
use crate::world::in_time;

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
async fn answer(exchange: Exchange) -> Result<(), Error> {
    let path = exchange.request.path().unwrap_or_default();
    let (status, way) = core::str::from_utf8(path).unwrap()[1..]
        .split_once('/')
        .unwrap();
    let response = Response::new(status.parse().unwrap());
    if way == "whole" {
        return exchange.reply(response, "hello");
    }
    let mut body = exchange.respond(response.field("content-length", "5"))?;
    body.send("hel").await?;
    body.send("lo").await?;
    body.finish()
}

#[tokio::test]
async fn an_answer_comes_out_right_whatever_the_handler_gives() {
    let (near, far) = pipe();
    let machine = Connection::new(Config::default());
    let serving = tokio::spawn(serve_connection(machine, far, answer));
    let mut peer = Peer::new(near);
    peer.write((PREFACE, settings(), settings_ack())).await;
    let mut id = 1;
    for (method, status, length, is_whole) in CASES {
        for way in ["whole", "pieces"] {
            let path = format!("/{status}/{way}");
            peer.write(headers(id).request(method, path).end()).await;
            let head = peer.read_to(kind::HEADERS).await;
            assert_eq!(head.field(":status").as_deref(), Some(status));
            assert_eq!(head.field("content-length").as_deref(), length);
            assert_eq!((head.stream, head.is_end()), (id, is_whole));
            while !is_whole && !peer.read_to(kind::DATA).await.is_end() {}
            id += 2;
        }
    }
    drop(peer);
    in_time(serving).await.unwrap().unwrap();
}

/// RFC 9110 §10.1.1: when content is first read, and none is there.
#[tokio::test]
async fn a_client_that_waits_for_a_word_gets_it_when_content_is_first_read() {
    let (near, far) = pipe();
    let machine = Connection::new(Config::default());
    let serving = serve_connection(machine, far, |exchange| async {
        let Exchange {
            body, responder, ..
        } = exchange;
        let content = body.bytes(100).await?;
        responder.reply(Response::new(200), content)
    });
    let serving = tokio::spawn(serving);
    let mut peer = Peer::new(near);
    peer.write((PREFACE, settings(), settings_ack())).await;
    let asking = |id| headers(id).post("/").field("expect", "100-continue");
    peer.write(asking(1)).await;
    let word = peer.read_to(kind::HEADERS).await;
    assert_eq!(word.field(":status").as_deref(), Some("100"));
    assert!(!word.is_end());
    peer.write(data(1, "hello").end()).await;
    let head = peer.read_to(kind::HEADERS).await;
    assert_eq!(head.field(":status").as_deref(), Some("200"));
    // One who did not wait for it hears nothing of the kind.
    peer.write((asking(3), data(3, "hello").end())).await;
    let head = peer.read_to(kind::HEADERS).await;
    assert_eq!(head.field(":status").as_deref(), Some("200"));
    drop(peer);
    in_time(serving).await.unwrap().unwrap();
}

/// RFC 9110 §10.1.1: whoever answers without reading says no such word; whoever invites says it first.
#[tokio::test]
async fn a_word_comes_before_the_answer_or_not_at_all() {
    let (near, far) = pipe();
    let machine = Connection::new(Config::default());
    let serving = serve_connection(machine, far, |mut exchange| async move {
        if exchange.request.path() == Some(b"/echo") {
            exchange.body.invite();
        }
        let mut answer = exchange.responder.respond(Response::new(200))?;
        while let Some(piece) = exchange.body.data().await? {
            answer.send(piece).await?;
        }
        answer.finish()
    });
    let serving = tokio::spawn(serving);
    let mut peer = Peer::new(near);
    peer.write((PREFACE, settings(), settings_ack())).await;
    for (id, path, expected) in [(1, "/", &["200"][..]), (3, "/echo", &["100", "200"])] {
        let request = headers(id).request("POST", path);
        peer.write(request.field("expect", "100-continue")).await;
        for status in expected {
            let head = peer.read_to(kind::HEADERS).await;
            assert_eq!(head.field(":status").as_deref(), Some(*status));
        }
        peer.write(data(id, "hello").end()).await;
        while !peer.read_to(kind::DATA).await.is_end() {}
    }
    drop(peer);
    in_time(serving).await.unwrap().unwrap();
}

/// RFC 9110 §9.3.2: a handler that would go on for ever learns that nobody takes more.
#[tokio::test]
async fn a_handler_hears_at_once_that_nobody_takes_content_in_answer_to_head() {
    let (near, far) = pipe();
    let machine = Connection::new(Config::default());
    let (tell, told) = tokio::sync::mpsc::channel(1);
    let serving = serve_connection(machine, far, move |exchange| {
        let tell = tell.clone();
        async move {
            let mut body = exchange.respond(Response::new(200))?;
            let why = body.canceled().await;
            tell.send(why.is_no_error_reset()).await.unwrap();
            body.send("nobody hears it").await?;
            body.finish()
        }
    });
    let serving = tokio::spawn(serving);
    let mut told = told;
    let mut peer = Peer::new(near);
    peer.write((PREFACE, settings(), settings_ack())).await;
    peer.write(headers(1).request("HEAD", "/").end()).await;
    assert!(peer.read_to(kind::HEADERS).await.is_end());
    assert_eq!(in_time(told.recv()).await, Some(true));
    drop(peer);
    in_time(serving).await.unwrap().unwrap();
}
