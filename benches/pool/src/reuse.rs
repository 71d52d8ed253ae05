//! Two servers that share a port by SO_REUSEPORT, of which one is replaced again and again: what waits in its queue
//! is lost when its listener is closed.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::Outcome;
use crate::clients::said;
use crate::load::alone;
use crate::process::Serving;

const CLIENTS: usize = 8;

/// Replaces one so often, under connections that carry a request each; says how many were lost.
pub(crate) async fn run(times: usize) -> Outcome {
    let first = Serving::start(&["serve", "127.0.0.1:0", "reuse"]).await?;
    let address = first.address.clone();
    let mut second = Serving::start(&["serve", &address, "reuse"]).await?;
    let url = format!("http://{address}");
    let (over, asked) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let mut tasks = Vec::new();
    for _ in 0..CLIENTS {
        let (url, over, asked) = (url.clone(), Arc::clone(&over), Arc::clone(&asked));
        tasks.push(tokio::spawn(async move {
            let mut errors = Vec::new();
            while !over.load(Ordering::Relaxed) {
                asked.fetch_add(1, Ordering::Relaxed);
                if let Err(error) = alone(&url).await {
                    errors.push(said(&*error));
                }
            }
            errors
        }));
    }
    for _ in 0..times {
        tokio::time::sleep(core::time::Duration::from_millis(50)).await;
        let next = Serving::start(&["serve", &address, "reuse"]).await?;
        core::mem::replace(&mut second, next).end().await?;
    }
    over.store(true, Ordering::Relaxed);
    let mut errors = Vec::new();
    for task in tasks {
        errors.extend(task.await?);
    }
    println!(
        "SO_REUSEPORT: {times} replacements under {} requests with a connection each: {} lost {}",
        asked.load(Ordering::Relaxed),
        errors.len(),
        errors.first().map(String::as_str).unwrap_or_default()
    );
    Ok(())
}
