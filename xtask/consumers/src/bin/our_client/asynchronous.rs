//! The client on tokio.

use std::time::{Duration, Instant};

use tress_async::{Client, Request};

use crate::{AT_ONCE, Failure};

pub async fn unread(place: &str, path: &str, count: usize) -> Result<Duration, Failure> {
    let client = Client::connect(place).await?;
    let mut held = Vec::new();
    for _ in 0..count {
        held.push(client.fetch(Request::get("http", place, path)).await?);
    }
    let begun = Instant::now();
    let reply = client.fetch(Request::get("http", place, "/1")).await?;
    reply.body.bytes(1).await?;
    Ok(begun.elapsed())
}

pub async fn resets(place: &str, count: usize) -> Result<usize, Failure> {
    let client = Client::connect(place).await?;
    let mut failed = 0;
    while failed < count {
        let some: Vec<_> = (0..AT_ONCE.min(count - failed))
            .map(|_| {
                let (client, request) = (client.clone(), Request::get("http", place, "/reset"));
                tokio::spawn(async move { client.fetch(request).await?.body.bytes(100).await })
            })
            .collect();
        for call in some {
            failed += usize::from(call.await?.is_err());
        }
    }
    let reply = client.fetch(Request::get("http", place, "/whole")).await?;
    reply.body.bytes(100).await?;
    Ok(failed)
}
