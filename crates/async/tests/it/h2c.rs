//! Connections that begin as HTTP/1.1, in tasks (RFC 7540 §3.2).

use core::error::Error as _;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tress_async::compat::tokio::TokioIo;
use tress_async::upgrade::proto::{Bytes, Config, Response, Server as Role};
use tress_async::upgrade::{self, RequestHead, UpgradeError};
use tress_async::{Blame, Client, ConnectionError, Exchange, Machine, Pending};

use crate::world::{World, bind, get, in_time, post, serve, start};

/// A server on one port for both versions.
async fn both() -> World {
    let prepare = |stream: TcpStream| {
        let machine = upgrade::Server::cleartext(Config::default());
        let fallback = |_: &RequestHead, _: Bytes| (Response::new(404), Bytes::from("no"));
        let machine: Box<dyn Machine<Role>> = Box::new(machine.fallback(fallback));
        core::future::ready(Ok((machine, stream)))
    };
    let handler = |exchange: Exchange| async move {
        let content = exchange.body.bytes(usize::MAX).await?;
        exchange.responder.reply(Response::new(200), content)
    };
    start(bind().await, |server| server.serve_with(prepare, handler))
}

async fn ask(addr: core::net::SocketAddr, content: &[u8]) -> (Client, Pending) {
    let machine = upgrade::Client::cleartext(Config::default(), &post("/"), content).unwrap();
    let stream = TcpStream::connect(addr).await.unwrap();
    let (client, driver, pending) = Client::upgrade(machine, TokioIo(stream));
    tokio::spawn(driver);
    (client, pending)
}

#[tokio::test]
async fn an_upgrade_gives_a_client_like_any_other() {
    let world = both().await;
    let (client, pending) = ask(world.addr, &[7; 100_000]).await;
    let other = client.send_whole(post("/"), vec![8; 300_000]);
    let other = in_time(other).await.unwrap();
    let first = in_time(pending).await.unwrap();
    assert!(in_time(first.body.bytes(100_000)).await.unwrap() == vec![7; 100_000]);
    let second = in_time(other).await.unwrap();
    assert!(in_time(second.body.bytes(300_000)).await.unwrap() == vec![8; 300_000]);
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn prior_knowledge_and_http_1_are_served_on_the_same_port() {
    let world = both().await;
    let client = world.client().await;
    let reply = in_time(client.fetch(get("/"))).await.unwrap();
    assert_eq!(reply.head.status(), 200);
    in_time(client.close()).await.unwrap();
    let mut stream = TcpStream::connect(world.addr).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    in_time(stream.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert!(answer.ends_with("\r\n\r\nno"), "{answer}");
    world.stop().await;
}

#[tokio::test]
async fn a_server_that_waits_for_a_request_ends_at_once() {
    let world = both().await;
    let silent = TcpStream::connect(world.addr).await.unwrap();
    let mut half = TcpStream::connect(world.addr).await.unwrap();
    half.write_all(b"GET / HT").await.unwrap();
    crate::world::eventually("two connections", || world.handle.connections() == 2).await;
    let begun = std::time::Instant::now();
    world.stop().await;
    assert!(begun.elapsed() < crate::world::LIMIT / 2);
    drop(silent);
}

#[tokio::test]
async fn a_server_that_speaks_http_2_only_is_to_blame_and_not_the_transport() {
    let world = serve(|exchange| async { exchange.reply(Response::new(204), "") }).await;
    let (client, pending) = ask(world.addr, b"").await;
    let error = in_time(pending).await.unwrap_err();
    assert_eq!(error.find(), Some(&UpgradeError::Http2Only), "{error:?}");
    assert_eq!(error.blame(), Blame::Peer);
    let text = format!("{error} {}", error.source().unwrap());
    assert!(text.contains("the server speaks HTTP/2 only"), "{text}");
    assert!(!text.contains("transport"), "{text}");
    assert!(in_time(client.close()).await.is_err());
    world.stop().await;
}

#[tokio::test]
async fn a_refusal_is_the_source_of_the_error() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let mut stream = listener.accept().await.unwrap().0;
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            asked.push(stream.read_u8().await.unwrap());
        }
        let answer = b"HTTP/1.1 200 OK\r\nserver: old\r\n\r\nhello";
        stream.write_all(answer).await.unwrap();
    });
    let (client, pending) = ask(addr, b"").await;
    let error = in_time(pending).await.unwrap_err();
    in_time(serving).await.unwrap();
    let connection = error.source().unwrap().downcast_ref::<ConnectionError>();
    let source = connection.unwrap().source().unwrap();
    let Some(UpgradeError::Refused(refusal)) = source.downcast_ref() else {
        panic!("{error:?}")
    };
    assert_eq!(refusal.content(), "hello");
    assert!(in_time(client.close()).await.is_err());
}
