//! A gateway made of this crate, between a client and a server that write their frames by hand.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::future::ready;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::io::{self, ErrorKind};
use std::sync::Mutex;

use testkit::{Block, PREFACE, Seen, block, code, data, headers, kind};
use testkit::{rst_stream, settings, settings_ack};
use tokio::time::{Duration, sleep};
use tress_async::proto::Connection;
use tress_async::{Client, Config, Error, Exchange, Response, serve_connection};

use self::example::Proxy;
use crate::pipe::{End, pipe};
use crate::wire::Peer;
use crate::world::{eventually, get, in_time};

#[path = "../../examples/reverse_proxy/proxy/mod.rs"]
mod example;
mod failures;

/// Windows that stay as they are.
fn config() -> Config {
    Config::default().window_growth(0).unwrap()
}

/// A gateway between the other ends of two pipes: to clients, and to the server.
fn gateway() -> (End, End) {
    let (near, [far]) = gateway_to();
    (near, far)
}

/// A gateway that can connect to the server `N` times.
fn gateway_to<const N: usize>() -> (End, [End; N]) {
    let (near, gate) = pipe();
    let mut backs = VecDeque::new();
    let fars = [(); N].map(|()| {
        let (back, far) = pipe();
        backs.push_back(back);
        far
    });
    let backs = Mutex::new(backs);
    let proxy = Proxy::new(move || {
        let back = backs.lock().unwrap().pop_front();
        let back = back.ok_or_else(|| Error::from(io::Error::from(ErrorKind::ConnectionRefused)));
        ready(back.map(|back| {
            let (client, driver) = Client::new(Connection::new(config()), back);
            tokio::spawn(driver);
            client
        }))
    });
    let proxy = Arc::new(proxy);
    let serving = serve_connection(Connection::new(config()), gate, move |exchange| {
        let proxy = Arc::clone(&proxy);
        async move { proxy.pass(exchange).await }
    });
    tokio::spawn(serving);
    (near, fars)
}

/// A client and a server with a gateway between them, that have greeted.
async fn world() -> (Peer, Peer) {
    let (client, [server, _]) = world_of_two().await;
    (client, server)
}

/// A client, a server, and another for the next connection of the gateway's.
async fn world_of_two() -> (Peer, [Peer; 2]) {
    let (near, servers) = gateway_to::<2>();
    let (mut client, mut servers) = (Peer::new(near), servers.map(Peer::new));
    client.write((PREFACE, settings(), settings_ack())).await;
    for server in &mut servers {
        server.write((settings(), settings_ack())).await;
    }
    (client, servers)
}

/// The fields of a section as text, with a mark behind those that must never be indexed.
fn fields(seen: &Seen) -> Vec<String> {
    let fields = seen.fields.as_ref().unwrap().as_ref().unwrap();
    fields.iter().map(|field| format!("{field:?}")).collect()
}

/// Fields with marks and duplicates, in an order of their own.
fn mixed() -> Block {
    block()
        .never("x-zebra", "1")
        .indexing("x-ant", "2")
        .literal("x-zebra", "3")
        .never("x-ant", "2")
}

const MIXED: [&str; 4] = ["x-zebra: 1!", "x-ant: 2", "x-zebra: 3", "x-ant: 2!"];

#[tokio::test]
async fn order_duplicates_and_never_indexed_marks_pass_in_every_section() {
    let (mut client, mut server) = world().await;
    client.write(headers(1).post("/a?b").block(&mixed())).await;
    let asked = server.read_to(kind::HEADERS).await;
    let all = fields(&asked);
    let target = [":method: POST", ":path: /a?b"];
    assert!(
        target
            .iter()
            .all(|field| all[..4].contains(&(*field).to_owned()))
    );
    assert_eq!(all[all.len() - 5..all.len() - 1], MIXED);
    assert_eq!(all[all.len() - 1], "via: 2 tress-proxy");
    assert!(!asked.is_end());

    client.write(headers(1).block(&mixed()).trailers()).await;
    let trailers = server.read_to(kind::HEADERS).await;
    assert_eq!(fields(&trailers), MIXED);
    assert!(trailers.is_end());

    server
        .write((
            headers(1).status(103).block(&mixed()),
            headers(1).status(200).block(&mixed()),
            data(1, "content"),
            headers(1).block(&mixed()).trailers(),
        ))
        .await;
    for status in [":status: 103", ":status: 200"] {
        let head = fields(&client.read_to(kind::HEADERS).await);
        assert_eq!(head[0], status);
        assert_eq!(head[1..], MIXED);
    }
    assert_eq!(client.read_to(kind::DATA).await.content(), b"content");
    let trailers = client.read_to(kind::HEADERS).await;
    assert_eq!(fields(&trailers), MIXED);
    assert!(trailers.is_end());
}

#[tokio::test]
async fn an_end_that_comes_with_the_head_goes_with_the_head() {
    let (mut client, mut server) = world().await;
    client.write(headers(1).get("/").end()).await;
    assert!(server.read_to(kind::HEADERS).await.is_end());
    server.write(headers(1).status(204).end()).await;
    let head = client.read_to(kind::HEADERS).await;
    assert_eq!(fields(&head), [":status: 204"]);
    assert!(head.is_end());
}

#[tokio::test]
async fn an_answer_may_be_whole_before_its_request_is() {
    let (mut client, mut server) = world().await;
    client.write((headers(1).post("/"), data(1, "some"))).await;
    assert_eq!(server.read_to(kind::DATA).await.content(), b"some");
    server
        .write((headers(1).status(413).end(), rst_stream(1, code::NO_ERROR)))
        .await;
    assert!(client.read_to(kind::HEADERS).await.is_end());
    let reset = client.read_to(kind::RST_STREAM).await;
    assert_eq!(reset.code(), Some(code::NO_ERROR));
}

#[tokio::test]
async fn a_reader_that_takes_nothing_stops_the_sender_within_windows_and_buffers() {
    const PIECE: &[u8] = &[1; 10_000];
    const PIECES: usize = 500;
    // What a stream may hold on each of two connections: its window, the send buffer, and the piece
    // that passes its end.
    const BOUND: usize = 2 * (256 * 1024 + 128 * 1024 + PIECE.len());
    let (near, far) = gateway();
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let handler = move |exchange: Exchange| {
        let count = Arc::clone(&count);
        async move {
            if exchange.request.path() == Some(b"/small") {
                return exchange.reply(Response::new(200), "small");
            }
            let mut answer = exchange.respond(Response::new(200))?;
            for _ in 0..PIECES {
                answer.send(PIECE).await?;
                count.fetch_add(PIECE.len(), Ordering::Relaxed);
            }
            answer.finish()
        }
    };
    tokio::spawn(serve_connection(Connection::new(config()), far, handler));
    let (client, driver) = Client::new(Connection::new(config()), near);
    tokio::spawn(driver);

    let mut reply = in_time(client.fetch(get("/large"))).await.unwrap();
    eventually("more than one window is on its way", || {
        sent.load(Ordering::Relaxed) > 256 * 1024 + 128 * 1024
    })
    .await;
    sleep(Duration::from_millis(200)).await;
    let held = sent.load(Ordering::Relaxed);
    assert!(held <= BOUND, "{held} of {BOUND}");
    // Who waits is that stream alone.
    let other = in_time(client.fetch(get("/small"))).await.unwrap();
    assert_eq!(in_time(other.body.bytes(10)).await.unwrap(), "small");

    let mut taken = 0;
    while let Some(data) = in_time(reply.body.data()).await.unwrap() {
        taken += data.len();
    }
    assert_eq!(taken, PIECES * PIECE.len());
}
