//! A client on two threads: 64 tasks on one connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http_body_util::BodyExt;
use hyper::Request;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

use crate::Outcome;
use crate::body::Octets;

const THREADS: usize = 2;
const TASKS: usize = 64;

pub fn run(place: &str, seconds: u64) -> Outcome {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(THREADS).enable_all().build()?;
    let place = place.to_owned();
    runtime.block_on(async {
        let stream = TcpStream::connect(&place).await?;
        stream.set_nodelay(true)?;
        let builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
        let (sender, connection) = builder.handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let count = Arc::new(AtomicU64::new(0));
        let begun = Instant::now();
        let end = begun + Duration::from_secs(seconds);
        let tasks: Vec<_> = (0..TASKS)
            .map(|_| {
                let (mut sender, count) = (sender.clone(), Arc::clone(&count));
                let uri = format!("http://{place}/100");
                tokio::spawn(async move {
                    while Instant::now() < end {
                        let request = Request::get(&uri).body(Octets(0))?;
                        let answer = sender.send_request(request).await?;
                        let content = answer.into_body().collect().await?.to_bytes();
                        assert_eq!(content.len(), 100);
                        count.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
                })
            })
            .collect();
        for task in tasks {
            task.await??;
        }
        let count = count.load(Ordering::Relaxed) as f64;
        println!("{:.0}", count / begun.elapsed().as_secs_f64());
        Ok(())
    })
}
