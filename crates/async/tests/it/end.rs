//! How servers and connections end.

use alloc::sync::Arc;
use core::time::Duration;
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tress_async::proto::Server as Role;
use tress_async::{Bytes, Client, Error, ErrorCode, Machine, Response};

use crate::world::{LIMIT, bind, eventually, get, in_time, serve, start};

#[tokio::test]
async fn a_shutdown_lets_running_exchanges_finish_and_opens_no_more() {
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (has_begun, may_go) = (Arc::clone(&begun), Arc::clone(&go));
    let world = serve(move |exchange| {
        let (begun, may_go) = (Arc::clone(&begun), Arc::clone(&may_go));
        async move {
            if exchange.request.path() != Some(b"/slow") {
                return exchange.reply(Response::new(204), "");
            }
            begun.notify_one();
            may_go.notified().await;
            exchange.reply(Response::new(200), "finished")
        }
    })
    .await;
    let client = world.client().await;
    let pending = client.send_whole(get("/slow"), "").await.unwrap();
    in_time(has_begun.notified()).await;
    let handle = world.handle.clone();
    let ending = tokio::spawn(async move { handle.shutdown(LIMIT).await });
    while !client
        .fetch(get("/2"))
        .await
        .is_err_and(|error| error.is_go_away())
    {}
    go.notify_one();
    let reply = in_time(pending).await.unwrap();
    assert_eq!(in_time(reply.body.bytes(100)).await.unwrap(), "finished");
    in_time(ending).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn what_still_runs_after_the_limit_is_canceled_and_the_client_hears_of_going_away() {
    let begun = Arc::new(Notify::new());
    let has_begun = Arc::clone(&begun);
    let world = serve(move |exchange| {
        begun.notify_one();
        async move {
            let _held = exchange;
            core::future::pending().await
        }
    })
    .await;
    let client = world.client().await;
    let pending = client.send_whole(get("/"), "").await.unwrap();
    in_time(has_begun.notified()).await;
    in_time(world.handle.shutdown(Duration::from_millis(50))).await;
    let error = in_time(pending).await.unwrap_err();
    assert!(error.is_go_away() && !error.is_retryable(), "{error:?}");
    assert_eq!(error.reason(), Some(ErrorCode::CANCEL));
    assert_eq!(error.going_away().unwrap().code, ErrorCode::NO_ERROR);
    let error = in_time(client.fetch(get("/"))).await.unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
    world.stop().await;
}

#[tokio::test]
async fn what_still_runs_after_the_limit_is_aborted() {
    let world = serve(|exchange| async move {
        let mut answer = exchange.respond(Response::new(200))?;
        loop {
            answer.send(Bytes::from_static(&[0; 10_000])).await?;
        }
    })
    .await;
    let client = world.client().await;
    let reply = in_time(client.fetch(get("/"))).await.unwrap();
    in_time(world.handle.shutdown(Duration::from_millis(50))).await;
    assert!(in_time(reply.body.bytes(usize::MAX)).await.is_err());
    world.stop().await;
}

#[tokio::test]
async fn an_idle_server_ends_at_once() {
    let world = serve(|exchange| async { exchange.reply(Response::new(200), "") }).await;
    let client = world.client().await;
    in_time(client.fetch(get("/"))).await.unwrap();
    let begin = Instant::now();
    world.stop().await;
    assert!(begin.elapsed() < Duration::from_secs(2));
    eventually("the client sees it", || client.is_closed()).await;
}

#[tokio::test]
async fn a_peer_that_says_nothing_does_not_hold_a_shutdown_beyond_its_limit() {
    let world = serve(|exchange| async { exchange.reply(Response::new(200), "") }).await;
    let silent = TcpStream::connect(world.addr).await.unwrap();
    eventually("it is accepted", || world.handle.connections() == 1).await;
    in_time(world.handle.shutdown(Duration::from_millis(50))).await;
    drop(silent);
    world.stop().await;
}

async fn never(mut stream: TcpStream) -> Result<(Box<dyn Machine<Role>>, TcpStream), Error> {
    // A handshake that never ends.
    stream.read_exact(&mut [0]).await?;
    Err(std::io::Error::other("not reached by this test").into())
}

#[tokio::test]
async fn a_connection_that_is_being_prepared_is_dropped_too() {
    let handler =
        |exchange: tress_async::Exchange| async { exchange.reply(Response::new(200), "") };
    let world = start(bind().await, |server| server.serve_with(never, handler));
    let silent = TcpStream::connect(world.addr).await.unwrap();
    eventually("it is accepted", || world.handle.connections() == 1).await;
    in_time(world.handle.shutdown(Duration::from_millis(50))).await;
    drop(silent);
    world.stop().await;
}

async fn refuse(mut stream: TcpStream) -> Result<(Box<dyn Machine<Role>>, TcpStream), Error> {
    stream.write_all(b"go away").await?;
    Err(std::io::Error::other("not wanted").into())
}

#[tokio::test]
async fn a_connection_whose_preparation_fails_is_closed() {
    let handler =
        |exchange: tress_async::Exchange| async { exchange.reply(Response::new(200), "") };
    let world = start(bind().await, |server| server.serve_with(refuse, handler));
    let mut stream = TcpStream::connect(world.addr).await.unwrap();
    let mut text = String::new();
    in_time(stream.read_to_string(&mut text)).await.unwrap();
    assert_eq!(text, "go away");
    world.stop().await;
}

#[tokio::test]
async fn connections_above_the_limit_wait() {
    let server = bind().await.max_connections(1);
    let world = start(server, |server| {
        server.serve(|exchange| async { exchange.reply(Response::new(200), "") })
    });
    let first = world.client().await;
    in_time(first.fetch(get("/"))).await.unwrap();
    let second = world.client().await;
    let pending = second.send_whole(get("/"), "").await.unwrap();
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert_eq!(world.handle.connections(), 1);
    in_time(first.close()).await.unwrap();
    assert_eq!(in_time(pending).await.unwrap().head.status(), 200);
    in_time(second.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_a_connect_error() {
    let server = bind().await;
    let addr = server.local_addr();
    drop(server);
    let error = Client::connect(addr).await.unwrap_err();
    assert!(error.is_connect() && error.is_retryable());
    assert!(format!("{error:#}").starts_with("could not connect: "));
}
