//! How long connections live, and how they end by themselves.

use core::future::Future;
use core::time::Duration;

use testkit::{PREFACE, Wire, headers, settings, settings_ack, window_update};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tress_async::{Bytes, Client, Config, Error, Exchange, Response, proto};

use crate::world::{LIMIT, World, bind, eventually, get, in_time, start};

const SHORT: Duration = Duration::from_millis(50);

async fn world<F>(config: Config, handler: impl Fn(Exchange) -> F + Send + Sync + 'static) -> World
where
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    start(bind().await.config(config), |server| server.serve(handler))
}

/// What a client says first that takes as much as it can get, and asks.
fn hello(request: impl Wire) -> Vec<u8> {
    let hello = (
        PREFACE,
        settings().set(4, 0x7fff_ffff),
        window_update(0, 0x7fff_0000),
        settings_ack(),
        request,
    );
    hello.octets()
}

/// Answers without an end; returns why it could not go on.
async fn flood(exchange: Exchange) -> Error {
    let mut answer = exchange.respond(Response::new(200)).unwrap();
    loop {
        if let Err(error) = answer.send(Bytes::from_static(&[0; 16_384])).await {
            return error;
        }
    }
}

/// Goes on answering, a little at a time.
async fn trickle(exchange: Exchange) -> Result<(), Error> {
    let mut answer = exchange.respond(Response::new(200))?;
    loop {
        answer.send("and on").await?;
        sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn a_client_that_vanished_is_reaped_by_keep_alive() {
    let (ended, mut has_ended) = mpsc::unbounded_channel();
    let config = Config::default().keep_alive(SHORT, SHORT);
    let world = world(config, move |exchange| {
        let ended = ended.clone();
        // A handler is dropped with its connection: what it holds tells of that.
        async move {
            let _ended = ended;
            exchange.body.bytes(100).await?;
            Ok(())
        }
    })
    .await;
    let mut gone = TcpStream::connect(world.addr).await.unwrap();
    gone.write_all(&hello(headers(1).get("/"))).await.unwrap();
    eventually("it is there", || world.handle.connections() == 1).await;
    eventually("it is reaped", || world.handle.connections() == 0).await;
    drop(gone);
    world.stop().await;
    let nothing: Option<()> = in_time(has_ended.recv()).await;
    assert_eq!(nothing, None);
}

/// Its sockets hold a fixed amount, so that the last of the output is stuck for good.
#[cfg(unix)]
#[tokio::test]
async fn a_client_that_vanished_amid_an_answer_is_reaped_too() {
    use tress_async::compat::tokio::{TokioIo, TokioTimer};

    let (ours, mut gone) = tokio::net::UnixStream::pair().unwrap();
    let request = headers(1).get("/").end();
    gone.write_all(&hello(request)).await.unwrap();
    let config = Config::default().keep_alive(SHORT, SHORT);
    let machine = proto::Connection::new(config);
    let handler = |exchange| async move { Err(flood(exchange).await) };
    let serving = tress_async::serve_connection(machine, TokioIo::pinned(ours), handler);
    let serving = serving.with_timer(TokioTimer::new());
    let error = in_time(serving).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    drop(gone);
}

#[tokio::test]
async fn a_connection_that_nobody_uses_ends_in_good_order() {
    let config = Config::default().idle_timeout(SHORT);
    let world = world(config, |exchange| async {
        exchange.reply(Response::new(200), "hello")
    })
    .await;
    let client = world.client().await;
    let reply = in_time(client.fetch(get("/"))).await.unwrap();
    assert_eq!(in_time(reply.body.bytes(10)).await.unwrap(), "hello");
    eventually("it has ended", || client.is_closed()).await;
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn a_connection_that_is_old_enough_lets_what_runs_finish() {
    let age = Duration::from_millis(200);
    let world = world(Config::default().max_age(age, LIMIT), |exchange| async {
        sleep(Duration::from_millis(500)).await;
        exchange.reply(Response::new(200), "late")
    })
    .await;
    let client = world.client().await;
    let reply = in_time(client.fetch(get("/"))).await.unwrap();
    assert_eq!(in_time(reply.body.bytes(10)).await.unwrap(), "late");
    eventually("it has ended", || client.is_closed()).await;
    let error = in_time(client.fetch(get("/"))).await.unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
    world.stop().await;
}

#[tokio::test]
async fn a_connection_that_is_too_old_ends_at_once() {
    let world = world(Config::default().max_age(SHORT, SHORT), trickle).await;
    let client = world.client().await;
    let reply = in_time(client.fetch(get("/"))).await.unwrap();
    assert!(in_time(reply.body.bytes(usize::MAX)).await.is_err());
    eventually("it has ended", || world.handle.connections() == 0).await;
    world.stop().await;
}

#[tokio::test]
async fn a_client_of_ones_own_making_has_a_maximum_age_too() {
    let world = world(Config::default(), |exchange| async {
        exchange.reply(Response::new(200), "")
    })
    .await;
    let connection = proto::Connection::new(Config::default().max_age(SHORT, SHORT));
    let client = Client::spawn(connection, TcpStream::connect(world.addr).await.unwrap());
    eventually("it has ended", || client.is_closed()).await;
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn a_client_closes_within_a_limit_once_what_runs_has_finished() {
    let world = world(Config::default(), |exchange| async {
        sleep(Duration::from_millis(100)).await;
        exchange.reply(Response::new(200), "late")
    })
    .await;
    let client = world.client().await;
    let pending = client.send_whole(get("/"), "").await.unwrap();
    in_time(client.close_within(LIMIT)).await.unwrap();
    let reply = in_time(pending).await.unwrap();
    assert_eq!(in_time(reply.body.bytes(10)).await.unwrap(), "late");
    world.stop().await;
}

#[tokio::test]
async fn a_client_that_closes_within_a_limit_aborts_what_still_runs_then() {
    let world = world(Config::default(), trickle).await;
    let client = world.client().await;
    let reply = in_time(client.fetch(get("/"))).await.unwrap();
    let closed = timeout(LIMIT / 2, client.close_within(SHORT)).await;
    let error = closed.unwrap().unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert!(in_time(reply.body.bytes(usize::MAX)).await.is_err());
    eventually("it has ended", || world.handle.connections() == 0).await;
    world.stop().await;
}
