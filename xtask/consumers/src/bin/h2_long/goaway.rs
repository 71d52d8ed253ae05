//! A server that sends every connection away again and again, under requests with content.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tress_consumers::{Failed, listen};

use crate::Outcome;
use crate::lingering::Lingering;
use crate::site::{self, Live};

/// How long a connection lives.
const LIFE: Duration = Duration::from_millis(100);

pub(crate) async fn in_the_middle() -> Outcome {
    let (listener, address) = listen().await?;
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let service = TowerToHyperService::new(site::router(Live::default()));
            tokio::spawn(async move {
                let builder = Builder::new(TokioExecutor::new()).http2_only();
                let connection =
                    builder.serve_connection(TokioIo::new(Lingering::new(stream)), service);
                let mut connection = std::pin::pin!(connection);
                tokio::select! {
                    ended = connection.as_mut() => return ended,
                    () = tokio::time::sleep(LIFE) => connection.as_mut().graceful_shutdown(),
                }
                connection.await
            });
        }
    });
    let client = reqwest::Client::builder().http2_prior_knowledge().build()?;
    let tasks: Vec<_> = (0..16)
        .map(|task| {
            let client = client.clone();
            tokio::spawn(async move {
                for round in 0..100 {
                    let content = site::content(1000 * (task + round));
                    let request = client.post(format!("http://{address}/echo"));
                    let answer = request.body(content.clone()).send().await?;
                    assert!(answer.bytes().await? == content);
                }
                Ok::<_, Failed>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    let connections = connections.load(Ordering::SeqCst);
    assert!(connections > 2, "{connections} connections");
    Ok(format!(
        "1600 requests, {connections} connections, 0 failed"
    ))
}
