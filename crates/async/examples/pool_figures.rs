//! What a pool is good for, as figures: requests to a server that takes 100 at a time and 50 ms for each, over
//! one, two and four connections; and requests to a server that goes away after every 100.
//! `cargo run --release --example pool_figures --features pool -- 10000`; 400 where no number is given.

extern crate alloc;

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::io;
use std::sync::OnceLock;
use std::time::Instant;

use tokio::net::TcpListener;
use tress_async::compat::tokio::{TokioIo, TokioTimer};
use tress_async::proto::{Connection, Limits};
use tress_async::{
    Config, ConnectionHandle, Error, Exchange, Pool, Response, policy, serve_connection,
};

/// How many streams the server takes, and how long it sleeps for each.
const STREAMS: u32 = 100;
const SLEEP: Duration = Duration::from_millis(50);

type Outcome<T> = Result<T, Box<dyn core::error::Error>>;

/// Serves connections of which each goes away after so many requests, if it does.
async fn serve(listener: TcpListener, goes_away_after: Option<usize>) -> io::Result<()> {
    let limits = Limits::server().concurrent_streams(STREAMS);
    let config = Config::default().limits(limits).map_err(io::Error::other)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let machine = Connection::new(config.clone());
        let (count, handle) = (AtomicUsize::new(0), OnceLock::new());
        let (count, handle) = (Arc::new(count), Arc::new(handle));
        let its = Arc::clone(&handle);
        let serving = serve_connection(machine, TokioIo::pinned(stream), move |exchange| {
            let number = count.fetch_add(1, Ordering::Relaxed) + 1;
            let ending = its.get().filter(|_| goes_away_after == Some(number));
            if let Some(handle) = ending {
                ConnectionHandle::go_away(handle);
            }
            answer(exchange, goes_away_after.is_none())
        });
        let serving = serving.with_timer(TokioTimer::new());
        let _ = handle.set(serving.handle());
        drop(tokio::spawn(serving));
    }
}

async fn answer(exchange: Exchange, sleeps: bool) -> Result<(), Error> {
    if sleeps {
        tokio::time::sleep(SLEEP).await;
    }
    exchange.reply(Response::new(200), "ok")
}

/// Sends so many requests, so many at a time; returns how many failed.
async fn ask(pool: &Pool, url: &str, count: usize, at_once: usize) -> Outcome<usize> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = Vec::new();
    for _ in 0..at_once {
        let (pool, url, next) = (pool.clone(), url.to_owned(), Arc::clone(&next));
        tasks.push(tokio::spawn(async move {
            let mut failed = 0;
            while next.fetch_add(1, Ordering::Relaxed) < count {
                let content = match pool.get(&url).await {
                    Ok(reply) => reply.body.bytes(10).await.ok(),
                    Err(error) => {
                        println!("  {error:#}");
                        None
                    }
                };
                failed += usize::from(content.is_none());
            }
            failed
        }));
    }
    let mut failed = 0;
    for task in tasks {
        failed += task.await?;
    }
    Ok(failed)
}

/// What has happened so far.
fn totals(pool: &Pool, url: &str) -> policy::Totals {
    let authority = url.trim_start_matches("http://").trim_end_matches('/');
    pool.stats("http", authority).unwrap_or_default().total
}

/// Starts a server; returns its URL, and how it is ended.
async fn start(goes_away_after: Option<usize>) -> Outcome<(String, tokio::task::AbortHandle)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let serving = tokio::spawn(serve(listener, goes_away_after));
    Ok((url, serving.abort_handle()))
}

#[tokio::main(flavor = "multi_thread")]
async fn main() -> Outcome<()> {
    let count = std::env::args()
        .nth(1)
        .map_or(Ok(400), |count| count.parse())?;
    let mut one = None;
    for connections in [1, 2, 4] {
        let (url, serving) = start(None).await?;
        let policy = policy::Config::default().connections(connections, connections)?;
        let pool = Pool::builder().policy(policy).build();
        let begun = Instant::now();
        let failed = ask(&pool, &url, count, 1000).await?;
        let took = begun.elapsed().as_secs_f64();
        let ratio = took / *one.get_or_insert(took);
        let made = totals(&pool, &url).connects;
        println!(
            "{made} of {connections} connections: {count} requests in {took:.2} s, {ratio:.2} of one, {failed} failed"
        );
        serving.abort();
    }
    let (url, serving) = start(Some(100)).await?;
    let pool = Pool::builder().build();
    let failed = ask(&pool, &url, count, 50).await?;
    let total = totals(&pool, &url);
    println!(
        "a server that goes away after every 100: {count} requests, {failed} failed, {} connections, {} sent again",
        total.connects, total.again
    );
    serving.abort();
    Ok(())
}
