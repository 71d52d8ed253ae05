//! Requests at a rate, by our pool or each on a connection of its own.

use alloc::sync::Arc;
use core::time::Duration;
use std::sync::Mutex;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tress_async::{Pool, Request};

use crate::clients::{Client, authority, said, totals};
use crate::{Outcome, must};

/// Sends so many requests to a server, so many a second, whoever replaces it meanwhile; none may fail.
pub(crate) async fn run(url: &str, count: u32, rate: u32, each: bool) -> Outcome {
    let client = Client::Tress(Pool::builder().build());
    let errors = Arc::new(Mutex::new(Vec::new()));
    let (begun, mut tasks) = (Instant::now(), JoinSet::new());
    for number in 0..count {
        sleep_until(begun + Duration::from_secs(1) * number / rate).await;
        let (client, url, errors) = (client.clone(), url.to_owned(), Arc::clone(&errors));
        tasks.spawn(async move {
            let got = if each {
                alone(&url).await
            } else {
                client.get(&url).await
            };
            if let (Err(error), Ok(mut errors)) = (got, errors.lock()) {
                errors.push(said(&*error));
            }
        });
        while tasks.try_join_next().is_some() {}
    }
    while tasks.join_next().await.is_some() {}
    let seconds = begun.elapsed().as_secs_f64();
    let errors = errors.lock().map_err(|_| "a task panicked")?;
    let first = errors.first().map(String::as_str).unwrap_or_default();
    let total = totals(&client, authority(url));
    println!(
        "{count} requests in {seconds:.1} s over {} connections, {} sent again, {} failed {first}",
        total.connects,
        total.again,
        errors.len()
    );
    must(errors.is_empty(), "no request fails")
}

/// Asks on a connection of its own.
pub(crate) async fn alone(url: &str) -> Outcome {
    let host = authority(url);
    let client = tress_async::Client::connect(host).await?;
    let reply = client.fetch(Request::get("http", host, "/")).await?;
    must(reply.head.status() == 200, "the status is 200")?;
    reply.body.bytes(1 << 20).await?;
    Ok(client.close().await?)
}
