//! Requests and responses over real sockets.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};

use tokio::net::TcpStream;
use tress_async::proto::{Connection, Direction, Limits, Observe, Record, Role};
use tress_async::{
    Bytes, Client, Config, Error, Exchange, Machine, RecvBody, Response, Trailers, UserError,
};

use crate::world::{LIMIT, bind, get, in_time, post, serve, start};

async fn hello(exchange: Exchange) -> Result<(), Error> {
    exchange.reply(
        Response::new(200).field("content-type", "text/plain"),
        "hello",
    )
}

/// Streams the content back, with its trailers.
async fn echo(exchange: Exchange) -> Result<(), Error> {
    let Exchange {
        mut body,
        responder,
        ..
    } = exchange;
    let mut answer = responder.respond(Response::new(200))?;
    while let Some(data) = body.data().await? {
        answer.send(data).await?;
    }
    answer.finish_with_trailers(body.trailers().unwrap_or_default())
}

#[tokio::test]
async fn a_request_is_answered() {
    let world = serve(hello).await;
    let client = world.client().await;
    let reply = in_time(client.fetch(get("/"))).await.unwrap();
    assert_eq!(reply.head.status(), 200);
    assert_eq!(
        reply.head.field_value("content-type"),
        Some(&b"text/plain"[..])
    );
    assert_eq!(in_time(reply.body.bytes(100)).await.unwrap(), "hello");
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

async fn many_share_a_connection() {
    let world = serve(hello).await;
    let client = world.client().await;
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                for _ in 0..5 {
                    let reply = client.fetch(get("/")).await.unwrap();
                    assert_eq!(reply.body.bytes(100).await.unwrap(), "hello");
                }
            })
        })
        .collect();
    for task in tasks {
        in_time(task).await.unwrap();
    }
    assert_eq!(world.handle.connections(), 1);
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn tasks_share_a_connection_on_one_thread() {
    many_share_a_connection().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn tasks_share_a_connection_on_several_threads() {
    many_share_a_connection().await;
}

#[tokio::test]
async fn more_requests_than_streams_wait_in_turn() {
    let limits = Limits::default().concurrent_streams(3);
    let server = bind()
        .await
        .config(Config::default().limits(limits).unwrap());
    let world = start(server, |server| server.serve(hello));
    let client = world.client().await;
    in_time(client.ping()).await.unwrap();
    let tasks: Vec<_> = (0..50)
        .map(|index| {
            let client = client.clone();
            let task = tokio::spawn(async move {
                client
                    .fetch(get("/"))
                    .await
                    .unwrap()
                    .body
                    .bytes(100)
                    .await
                    .unwrap()
            });
            // Some give up while they wait, which must not stop those behind them.
            if index % 7 == 3 {
                task.abort();
            }
            task
        })
        .collect();
    for (index, task) in tasks.into_iter().enumerate() {
        let outcome = in_time(task).await;
        assert_eq!(outcome.is_ok(), index % 7 != 3);
    }
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn a_body_goes_there_and_back_with_trailers() {
    let world = serve(echo).await;
    let client = world.client().await;
    let (mut body, pending) = client.send(post("/echo")).await.unwrap();
    let sent: Vec<u8> = (0_u8..=255).cycle().take(1_000_003).collect();
    let pieces = sent.clone();
    let writing = tokio::spawn(async move {
        let mut rest = Bytes::from(pieces);
        for size in (1_usize..).map(|n| n * n) {
            body.send(rest.split_to(size.min(rest.len())))
                .await
                .unwrap();
            if rest.is_empty() {
                break;
            }
        }
        body.finish_with_trailers(Trailers::new().field("sum", "42"))
            .unwrap();
    });
    let mut reply = in_time(pending).await.unwrap();
    let mut received = Vec::new();
    while let Some(data) = in_time(reply.body.data()).await.unwrap() {
        received.extend_from_slice(&data);
    }
    assert!(received == sent);
    assert!(reply.body.is_ended());
    assert_eq!(
        reply.body.trailers(),
        Some(Trailers::new().field("sum", "42"))
    );
    assert_eq!(reply.body.trailers(), None);
    in_time(writing).await.unwrap();
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

async fn count<R: Role>(mut body: RecvBody<R>) -> Result<usize, Error> {
    let mut count = 0;
    while let Some(data) = body.data().await? {
        count += data.len();
    }
    Ok(count)
}

#[tokio::test]
async fn both_ends_may_write_more_than_the_sockets_hold() {
    const PIECE: usize = 1024 * 1024;
    const PIECES: usize = 64;
    // The answer does not wait for the request: both directions are full at once.
    let world = serve(|exchange| async move {
        let Exchange {
            body, responder, ..
        } = exchange;
        let reading = tokio::spawn(count(body));
        let mut answer = responder.respond(Response::new(200))?;
        for _ in 0..PIECES {
            answer.send(Bytes::from_static(&[7; PIECE])).await?;
        }
        assert_eq!(reading.await.unwrap()?, PIECE * PIECES);
        answer.finish()
    })
    .await;
    let client = world.client().await;
    let (mut body, pending) = client.send(post("/")).await.unwrap();
    let writing = tokio::spawn(async move {
        for _ in 0..PIECES {
            body.send(Bytes::from_static(&[8; PIECE])).await.unwrap();
        }
        body.finish().unwrap();
    });
    let reply = in_time(pending).await.unwrap();
    assert_eq!(in_time(count(reply.body)).await.unwrap(), PIECE * PIECES);
    in_time(writing).await.unwrap();
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn informational_responses_are_reachable() {
    let world = serve(|mut exchange| async move {
        exchange
            .responder
            .inform(Response::new(103).field("link", "</style.css>"))?;
        exchange.responder.inform(Response::new(103))?;
        exchange.reply(Response::new(200), "")
    })
    .await;
    let client = world.client().await;
    let reply = in_time(client.fetch(get("/"))).await.unwrap();
    let statuses: Vec<_> = reply.informational.iter().map(Response::status).collect();
    assert_eq!(statuses, [103, 103]);

    let mut pending = client.send_whole(get("/"), "").await.unwrap();
    let first = in_time(pending.informational()).await.unwrap().unwrap();
    assert_eq!(first.field_value("link"), Some(&b"</style.css>"[..]));
    let reply = in_time(pending).await.unwrap();
    assert_eq!((reply.informational.len(), reply.head.status()), (1, 200));
    drop(reply);
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn an_answer_that_comes_before_the_end_of_the_request_is_not_lost() {
    // The handler drops the content of the request.
    let world = serve(|exchange| async { exchange.reply(Response::new(413), "too much") }).await;
    let client = world.client().await;
    let (mut body, pending) = client.send(post("/")).await.unwrap();
    let reply = in_time(pending).await.unwrap();
    assert_eq!(reply.head.status(), 413);
    assert_eq!(in_time(reply.body.bytes(100)).await.unwrap(), "too much");
    let error = loop {
        if let Err(error) = in_time(body.send(Bytes::from_static(&[0; 16_384]))).await {
            break error;
        }
    };
    let source = core::error::Error::source(&error).unwrap();
    assert_eq!(source.downcast_ref(), Some(&UserError::Answered));
    body.finish().unwrap();
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn a_ping_is_answered() {
    let world = serve(hello).await;
    let client = world.client().await;
    assert!(in_time(client.ping()).await.unwrap() < LIMIT);
    drop(client.ping());
    assert!(in_time(client.ping()).await.unwrap() < LIMIT);
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

/// Sums up the octets of frames: received, sent.
#[derive(Clone, Debug, Default)]
struct Sums(Arc<[AtomicU64; 2]>);

impl Observe for Sums {
    fn record(&mut self, record: Record<'_>) {
        let (direction, octets) = match record {
            Record::Preface { direction } => (direction, 24),
            Record::Frame {
                direction, octets, ..
            } => (direction, octets),
            _ => return,
        };
        let index = usize::from(direction == Direction::Sent);
        self.0[index].fetch_add(octets as u64, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn the_observer_sees_what_the_socket_carries_at_both_ends() {
    let (near, far) = (Sums::default(), Sums::default());
    let observer = far.clone();
    let prepare = move |stream: TcpStream| {
        let mut connection = Connection::new(Config::default());
        connection.observe(Box::new(observer.clone()));
        let machine: Box<dyn Machine<_>> = Box::new(connection);
        core::future::ready(Ok((machine, stream)))
    };
    let world = start(bind().await, |server| server.serve_with(prepare, echo));
    let mut connection = Connection::new(Config::default());
    connection.observe(Box::new(near.clone()));
    let client = Client::spawn(connection, TcpStream::connect(world.addr).await.unwrap());
    let reply = in_time(client.fetch_with(post("/"), vec![1; 300_000]))
        .await
        .unwrap();
    assert_eq!(
        in_time(reply.body.bytes(300_000)).await.unwrap().len(),
        300_000
    );
    in_time(client.ping()).await.unwrap();
    let octets = client.octets();
    assert_eq!(octets.received, near.0[0].load(Ordering::Relaxed));
    assert_eq!(octets.sent, near.0[1].load(Ordering::Relaxed));
    assert!(octets.sent > 300_000 && octets.received > 300_000);
    in_time(client.close()).await.unwrap();
    world.stop().await;
    // All that one end sent, the other received.
    assert_eq!(
        near.0[1].load(Ordering::Relaxed),
        far.0[0].load(Ordering::Relaxed)
    );
}
