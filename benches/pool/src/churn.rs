//! A new connection every ten requests: one and two workers of ours, and axum's single loop of accepting.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::time::Instant;

use tress_async::{Client, Request};

use crate::Outcome;
use crate::process::Serving;

const CLIENTS: usize = 32;
const EACH: usize = 10;

/// Asks each server for so long; what comes of it is a figure, for the clients take their part of the cores.
pub(crate) async fn run(seconds: u64) -> Outcome {
    for (name, arguments) in [
        ("tress, 1 worker", &["serve", "127.0.0.1:0", "1"][..]),
        ("tress, 2 workers", &["serve", "127.0.0.1:0", "2"]),
        ("axum", &["axum"]),
    ] {
        let serving = Serving::start(arguments).await?;
        let (begun, done) = (Instant::now(), Arc::new(AtomicU64::new(0)));
        let limit = Duration::from_secs(seconds);
        let mut tasks = Vec::new();
        for _ in 0..CLIENTS {
            let (address, done) = (serving.address.clone(), Arc::clone(&done));
            tasks.push(tokio::spawn(async move {
                while begun.elapsed() < limit {
                    ask(&address).await?;
                    done.fetch_add(EACH as u64, Ordering::Relaxed);
                }
                Outcome::Ok(())
            }));
        }
        for task in tasks {
            task.await??;
        }
        let done = done.load(Ordering::Relaxed) as f64;
        let rate = done / begun.elapsed().as_secs_f64();
        let cpu = serving.cpu()? / done * 1e6;
        println!(
            "{name}: {rate:.0} requests/s, a new connection every {EACH}; {cpu:.1} µs of the server's CPU each"
        );
        serving.end().await?;
    }
    Ok(())
}

/// A connection, and its requests one after the other.
async fn ask(address: &str) -> Outcome {
    let client = Client::connect(address).await?;
    for _ in 0..EACH {
        let reply = client.fetch(Request::get("http", address, "/")).await?;
        crate::must(reply.head.status() == 200, "the status is 200")?;
        reply.body.bytes(1 << 20).await?;
    }
    Ok(client.close().await?)
}
