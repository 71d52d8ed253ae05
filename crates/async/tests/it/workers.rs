//! Servers that run connections on threads of their own, and servers that make way for others.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use std::thread;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tress_async::{Balance, Client, Error, Exchange, Request, Response, Server};

use crate::world::{LIMIT, World, eventually, get, in_time, start};

/// Answers with the name of the thread.
async fn name(exchange: Exchange) -> Result<(), Error> {
    let thread = thread::current();
    let name = thread.name().unwrap_or_default().to_owned();
    exchange.reply(Response::new(200), name)
}

async fn named(client: &Client) -> String {
    let reply = in_time(client.fetch(get("/"))).await.unwrap();
    let content = in_time(reply.body.bytes(100)).await.unwrap();
    String::from_utf8(content.to_vec()).unwrap()
}

async fn with_workers(count: usize) -> World {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    start(server.workers(count), |server| server.serve(name))
}

#[tokio::test]
async fn a_connection_goes_to_the_worker_that_has_the_fewest() {
    let world = with_workers(3).await;
    let mut clients = BTreeMap::<String, Vec<Client>>::new();
    for _ in 0..9 {
        let client = world.client().await;
        let name = named(&client).await;
        assert_eq!(named(&client).await, name, "it stays there");
        clients.entry(name).or_default().push(client);
    }
    assert_eq!(world.handle.connections_of_workers(), [3, 3, 3]);
    for client in clients.remove("tress-worker-1").unwrap() {
        in_time(client.close()).await.unwrap();
    }
    let counts = || world.handle.connections_of_workers();
    eventually("they are gone", || counts() == [3, 0, 3]).await;
    for _ in 0..3 {
        let client = world.client().await;
        assert_eq!(named(&client).await, "tress-worker-1");
        clients.entry("again".into()).or_default().push(client);
    }
    assert_eq!(counts(), [3, 3, 3]);
    drop(clients);
    world.stop().await;
}

#[tokio::test]
async fn workers_take_turns_where_none_has_a_connection() {
    let world = with_workers(2).await;
    let mut counts = BTreeMap::<String, usize>::new();
    for _ in 0..10 {
        let client = world.client().await;
        *counts.entry(named(&client).await).or_default() += 1;
        in_time(client.close()).await.unwrap();
        eventually("it is gone", || world.handle.connections() == 0).await;
    }
    let each_has_5 = ["tress-worker-0", "tress-worker-1"].map(|name| (name.into(), 5));
    assert_eq!(counts, each_has_5.into());
    world.stop().await;
}

#[tokio::test]
async fn what_a_handler_spawns_runs_on_its_worker_and_ends_with_the_server() {
    let server = Server::bind("127.0.0.1:0").await.unwrap().workers(1);
    let (tell, told) = tokio::sync::oneshot::channel::<()>();
    let tell = std::sync::Mutex::new(Some(tell));
    let world = start(server, |server| {
        server.serve(move |exchange| {
            let tell = tell.lock().unwrap().take();
            tokio::spawn(async move {
                let _tell = tell;
                core::future::pending::<()>().await;
            });
            name(exchange)
        })
    });
    let client = world.client().await;
    assert_eq!(named(&client).await, "tress-worker-0");
    in_time(client.close()).await.unwrap();
    world.stop().await;
    // Nothing was said, for what would have was dropped.
    in_time(told).await.unwrap_err();
}

#[cfg(any(target_os = "android", target_os = "linux"))]
#[tokio::test]
async fn workers_may_have_a_listener_each() {
    let server = Server::bind_reuse_port("127.0.0.1:0").await.unwrap();
    let server = server.workers(2).balance(Balance::ReusePort);
    let world = start(server, |server| server.serve(name));
    let mut clients = Vec::new();
    for _ in 0..40 {
        let client = world.client().await;
        assert!(named(&client).await.starts_with("tress-worker-"));
        clients.push(client);
    }
    let counts = world.handle.connections_of_workers();
    assert_eq!(counts.iter().sum::<usize>(), 40);
    // That all go to one by chance happens once in 2^39 runs.
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    drop(clients);
    world.stop().await;
}

#[cfg(any(target_os = "android", target_os = "linux"))]
#[tokio::test]
async fn a_listener_that_tolerates_no_other_cannot_be_one_of_several() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let server = server.workers(2).balance(Balance::ReusePort);
    let error = in_time(server.serve(name)).await.unwrap_err();
    let error = std::io::Error::from(error);
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
}

/// A server of one connection that is busy until it is let, of a second that waits for its place, and
/// of a third that nobody has accepted.
struct Full {
    world: World,
    go: Arc<Semaphore>,
    waiting: Vec<tokio::task::JoinHandle<Result<u16, Error>>>,
}

impl Full {
    async fn new(server: Server) -> Self {
        let go = Arc::new(Semaphore::new(0));
        let wait = Arc::clone(&go);
        let world = start(server.max_connections(1), |server| {
            server.serve(move |exchange| {
                let wait = Arc::clone(&wait);
                async move {
                    wait.acquire().await.unwrap().forget();
                    exchange.reply(Response::new(204), "")
                }
            })
        });
        let mut waiting = Vec::new();
        for _ in 0..3 {
            let client = world.client().await;
            waiting.push(tokio::spawn(async move {
                client
                    .fetch(Request::get("http", "a", "/"))
                    .await
                    .map(|reply| reply.head.status())
            }));
            eventually("the first is there", || world.handle.connections() == 1).await;
        }
        Self { world, go, waiting }
    }
}

#[tokio::test]
async fn what_waits_to_be_accepted_is_served_before_a_listener_is_closed() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let Full { world, go, waiting } = Full::new(server).await;
    assert!(!world.handle.is_shutting_down());
    let handle = world.handle.clone();
    let ending = tokio::spawn(async move { handle.shutdown(LIMIT).await });
    let handle = world.handle.clone();
    eventually("it ends", || handle.is_shutting_down()).await;
    go.add_permits(3);
    for waiting in waiting {
        assert_eq!(in_time(waiting).await.unwrap().unwrap(), 204);
    }
    in_time(ending).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn a_listener_that_is_shared_is_left_to_the_other_with_all_that_waits() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let shared = listener.try_clone().unwrap();
    let of = |listener| Server::from_listener(TcpListener::from_std(listener).unwrap()).unwrap();
    let first = of(listener).shares_listener();
    let Full { world, go, waiting } = Full::new(first).await;
    let handle = world.handle.clone();
    let ending = tokio::spawn(async move { handle.shutdown(LIMIT).await });
    // The first and the second are the first server's; without another, the third waits.
    go.add_permits(3);
    in_time(ending).await.unwrap();
    world.stop().await;
    let other = start(of(shared), |server| {
        server.serve(|exchange| async { exchange.reply(Response::new(205), "") })
    });
    let mut statuses = Vec::new();
    for waiting in waiting {
        statuses.push(in_time(waiting).await.unwrap().unwrap());
    }
    assert_eq!(statuses, [204, 204, 205]);
    other.stop().await;
}
