//! Layers between a connection and its transport.

use core::time::Duration;
use std::time::Instant;

use testkit::Inverted;
use tress_async::compat::tokio::TokioTimer;
use tress_async::proto::{
    Client as ClientRole, Connection, Observe, Record, Role, Server as ServerRole,
};
use tress_async::{Client, Config, ErrorCode, Machine, Response, serve_connection};

use crate::pipe::pipe;
use crate::world::{bind, get, in_time, post, start};

/// A connection in a layer.
fn inverted<R: Role>() -> Inverted<Connection<R>> {
    Inverted::new(Connection::new(Config::default()))
}

/// One whose layer has a deadline.
fn ending<R: Role>(soon: Duration) -> Inverted<Connection<R>> {
    inverted().until(soon, |connection: &mut Connection<R>| {
        connection.abort(ErrorCode::SETTINGS_TIMEOUT);
    })
}

#[tokio::test]
async fn a_layer_lies_between_the_connection_and_the_transport() {
    let (near, far) = pipe();
    let serving = serve_connection(inverted::<ServerRole>(), far, |exchange| async move {
        let content = exchange.body.bytes(usize::MAX).await?;
        exchange.responder.reply(Response::new(200), content)
    });
    let serving = tokio::spawn(serving);
    let (client, driver) = Client::new(inverted::<ClientRole>(), near);
    tokio::spawn(driver);
    for _ in 0..3 {
        let reply = in_time(client.fetch_with(post("/"), vec![9; 500_000]))
            .await
            .unwrap();
        assert!(in_time(reply.body.bytes(500_000)).await.unwrap() == vec![9; 500_000]);
    }
    in_time(client.close()).await.unwrap();
    in_time(serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_deadline_of_the_machine_is_kept_while_the_peer_says_nothing() {
    const SOON: Duration = Duration::from_millis(60);
    let (_near, far) = pipe();
    let begin = Instant::now();
    let machine = ending::<ServerRole>(SOON);
    let serving = serve_connection(machine, far, |exchange| async move {
        exchange.reply(Response::new(200), "")
    });
    let error = in_time(serving.with_timer(TokioTimer::new()))
        .await
        .unwrap_err();
    assert!(begin.elapsed() >= SOON);
    assert_eq!(error.reason(), Some(ErrorCode::SETTINGS_TIMEOUT));
}

/// Panics when it sees fields.
struct Panics;

impl Observe for Panics {
    fn record(&mut self, record: Record<'_>) {
        assert!(
            !matches!(record, Record::Fields { .. }),
            "this observer panics, as it should"
        );
    }
}

#[tokio::test]
async fn an_observer_that_panics_ends_its_connection_and_hangs_nobody() {
    let prepare = |stream: tokio::net::TcpStream| {
        let mut connection = Connection::new(Config::default());
        connection.observe(Box::new(Panics));
        let machine: Box<dyn Machine<ServerRole>> = Box::new(connection);
        core::future::ready(Ok((machine, stream)))
    };
    let handler =
        |exchange: tress_async::Exchange| async move { exchange.reply(Response::new(200), "") };
    let world = start(bind().await, |server| server.serve_with(prepare, handler));
    let client = world.client().await;
    assert!(in_time(client.fetch(get("/"))).await.is_err());
    assert!(in_time(client.close()).await.is_err());
    world.stop().await;
}
