//! Who makes place, and for whom.

use core::time::Duration;

use proto::{Request, Response};
use testkit::{PREFACE, Wire, code, frames, headers, kind, settings, settings_ack, window_update};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::registry::Registry;
use super::*;
use crate::client::Client;
use session::Terms;

/// Terms under which nobody has to wait for long.
const SOON: Terms = Terms {
    idle: Duration::from_millis(10),
    first: Duration::from_millis(200),
    slow: Duration::from_millis(300),
    grace: Duration::from_millis(100),
    every: Duration::from_millis(10),
};

/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(20);

/// More than a socket takes from one who reads none of it.
const MUCH: usize = 16 << 20;

/// What a client says that asks for much. Half of them let it come, as far as the transport goes.
fn request(number: u32) -> Vec<u8> {
    let window = if number % 2 == 0 { 65_535 } else { 0x7fff_ffff };
    let open = window_update(0, window - 65_535 + u32::from(window == 65_535));
    (
        PREFACE,
        settings().set(4, window),
        settings_ack(),
        open,
        headers(1).get("/").end(),
    )
        .octets()
}

async fn start<F>(
    most: usize,
    handler: impl Fn(Exchange) -> F + Send + Sync + 'static,
) -> (
    core::net::SocketAddr,
    ServerHandle,
    JoinHandle<Result<(), Error>>,
)
where
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    let mut server = Server::bind("127.0.0.1:0")
        .await
        .unwrap()
        .max_connections(most);
    server.registry = Arc::new(Registry::with_terms(SOON));
    let (addr, handle) = (server.local_addr(), server.handle());
    (addr, handle, tokio::spawn(server.serve(handler)))
}

async fn fetch(client: &Client) -> usize {
    let request = Request::get("http", "a", "/");
    let reply = timeout(LIMIT, client.fetch(request))
        .await
        .unwrap()
        .unwrap();
    let content = timeout(LIMIT, reply.body.bytes(MUCH)).await.unwrap();
    content.unwrap().len()
}

async fn much(exchange: Exchange) -> Result<(), Error> {
    exchange.reply(Response::new(200), vec![7; MUCH])
}

#[tokio::test]
async fn an_eleventh_client_is_served_where_ten_never_read() {
    let (addr, handle, serving) = start(10, much).await;
    let mut never = Vec::new();
    for number in 0..10 {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        stream.write_all(&request(number)).await.unwrap();
        never.push(stream);
    }
    for _ in 0..3 {
        let client = Client::connect(addr).await.unwrap();
        assert_eq!(fetch(&client).await, MUCH);
        drop(client);
    }
    assert!(handle.connections() <= 10);
    handle.abort();
    timeout(LIMIT, serving).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn one_that_is_idle_goes_in_good_order_and_one_that_works_stays() {
    let go = Arc::new(Semaphore::new(1));
    let wait = Arc::clone(&go);
    let (addr, handle, serving) = start(1, move |exchange| {
        let wait = Arc::clone(&wait);
        async move {
            let permit = wait.acquire().await.unwrap();
            permit.forget();
            exchange.reply(Response::new(200), "ok")
        }
    })
    .await;
    let mut first = TcpStream::connect(addr).await.unwrap();
    first.write_all(&request(0)).await.unwrap();
    let second = Client::connect(addr).await.unwrap();
    let asking = tokio::spawn(async move { fetch(&second).await });
    // The first was answered, and is idle.
    let mut said = Vec::new();
    timeout(LIMIT, first.read_to_end(&mut said))
        .await
        .unwrap()
        .unwrap();
    let said = frames(&said);
    let goaway = said
        .iter()
        .find(|frame| frame.kind == kind::GOAWAY)
        .unwrap();
    assert_eq!(goaway.code(), Some(code::NO_ERROR));
    // The second works.
    let third = Client::connect(addr).await.unwrap();
    let waiting = tokio::spawn(async move { fetch(&third).await });
    tokio::time::sleep(3 * SOON.slow).await;
    assert!(!asking.is_finished() && handle.connections() == 1);
    go.add_permits(2);
    assert_eq!(timeout(LIMIT, asking).await.unwrap().unwrap(), 2);
    assert_eq!(timeout(LIMIT, waiting).await.unwrap().unwrap(), 2);
    handle.shutdown(LIMIT).await;
    timeout(LIMIT, serving).await.unwrap().unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn those_who_accept_at_once_never_take_in_more_than_there_may_be() {
    const MOST: usize = 3;
    let registry = Arc::new(Registry::with_terms(SOON));
    let tasks: Vec<_> = (0..8)
        .map(|worker| {
            let registry = Arc::clone(&registry);
            tokio::spawn(async move {
                let mut most = 0;
                for _ in 0..500 {
                    let membership = registry.join(MOST, worker).await.unwrap();
                    most = most.max(registry.connections());
                    tokio::task::yield_now().await;
                    drop(membership);
                }
                most
            })
        })
        .collect();
    let mut most = 0;
    for task in tasks {
        most = most.max(timeout(LIMIT, task).await.unwrap().unwrap());
    }
    assert_eq!(most, MOST);
    assert_eq!(registry.connections(), 0);
}
