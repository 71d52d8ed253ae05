//! What a pool is good for, as figures: requests to a server that takes 100 at a time and 50 ms for each, over
//! one, two and four connections; and requests to a server that goes away after every 100.
//! `cargo run --release -p tress-async --example pool_figures --features pool -- 10000`; 400 where no number is
//! given. With thousands it fails where k connections take more than 1.2 / k of the time of one; any number fails
//! where a request does. `cargo xtask long pool-figures` has the pools of others beside it.

extern crate alloc;

mod servers;

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use tress_async::{Pool, policy};

/// From how many requests on the beginning matters little.
const MANY: usize = 5000;

type Outcome<T> = Result<T, Box<dyn core::error::Error>>;

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

/// What must be so.
fn must(is_so: bool, what: &str) -> Outcome<()> {
    if is_so { Ok(()) } else { Err(what.into()) }
}

#[tokio::main(flavor = "multi_thread")]
async fn main() -> Outcome<()> {
    let count = std::env::args()
        .nth(1)
        .map_or(Ok(400), |count| count.parse())?;
    let mut one = None;
    for connections in [1_u32, 2, 4] {
        let (url, serving) = servers::start(None).await?;
        let most = usize::try_from(connections)?;
        let policy = policy::Config::default().connections(most, most)?;
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
        must(failed == 0, "a request failed")?;
        let is_fast = ratio <= 1.2 / f64::from(connections);
        must(
            count < MANY || is_fast,
            "more than 1.2 / k of the time of one",
        )?;
    }
    let (url, serving) = servers::start(Some(100)).await?;
    let pool = Pool::builder().build();
    let failed = ask(&pool, &url, count, 50).await?;
    let total = totals(&pool, &url);
    println!(
        "a server that goes away after every 100: {count} requests, {failed} failed, {} connections, {} sent again",
        total.connects, total.again
    );
    serving.abort();
    must(failed == 0, "a request failed")
}
