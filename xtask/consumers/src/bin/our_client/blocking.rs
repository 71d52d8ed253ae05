//! The client on threads.

use std::time::{Duration, Instant};

use tress_blocking::{Client, Request};

use crate::{AT_ONCE, Failure, LIMIT};

pub fn unread(place: &str, path: &str, count: usize) -> Result<Duration, Failure> {
    let client = Client::connect(place)?.with_timeout(LIMIT);
    let mut held = Vec::new();
    for _ in 0..count {
        held.push(client.fetch(Request::get("http", place, path))?);
    }
    let begun = Instant::now();
    client
        .fetch(Request::get("http", place, "/1"))?
        .body
        .bytes(1)?;
    Ok(begun.elapsed())
}

pub fn resets(place: &str, count: usize) -> Result<usize, Failure> {
    let client = Client::connect(place)?.with_timeout(LIMIT);
    let mut failed = 0;
    while failed < count {
        let some: Vec<_> = (0..AT_ONCE.min(count - failed))
            .map(|_| client.send_whole(Request::get("http", place, "/reset"), ""))
            .collect();
        for pending in some {
            let outcome = pending?.wait().and_then(|reply| reply.body.bytes(100));
            failed += usize::from(outcome.is_err());
        }
    }
    client
        .fetch(Request::get("http", place, "/whole"))?
        .body
        .bytes(100)?;
    Ok(failed)
}
