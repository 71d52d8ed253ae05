//! A graceful shutdown while clients ask as fast as they can.

use std::time::Duration;

use http::Request;
use http_body_util::BodyExt;
use hyper::client::conn::http2::Builder;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use tress_consumers::{Failed, Sender, connect, full, listen};

use crate::Outcome;
use crate::site::{self, Live};

const TASKS: usize = 64;

/// Asks until no more requests are made; says how many answers came, each of which was whole.
async fn ask(mut sender: Sender, octets: usize) -> Result<usize, Failed> {
    let expected = site::content(octets);
    for count in 0.. {
        if sender.ready().await.is_err() {
            return Ok(count);
        }
        let request = Request::get(format!("http://a/octets/{octets}")).body(full(""))?;
        let answer = match sender.send_request(request).await {
            Ok(answer) => answer,
            // It was not sent, or refused before anything was done for it.
            Err(error) if is_unprocessed(&error) => return Ok(count),
            Err(error) => return Err(error.into()),
        };
        let content = answer.into_body().collect().await?.to_bytes();
        assert!(content == expected, "{} of {octets} octets", content.len());
    }
    Ok(0)
}

fn is_unprocessed(error: &hyper::Error) -> bool {
    let source = std::error::Error::source(error);
    let h2 = source.and_then(|source| source.downcast_ref::<h2::Error>());
    let is_refused = h2.is_some_and(|error| {
        error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR)
            || error.reason() == Some(h2::Reason::REFUSED_STREAM)
    });
    error.is_canceled() || error.is_closed() || is_refused
}

pub(crate) async fn under_load() -> Outcome {
    let (mut answered, mut rounds) = (0, 0);
    for round in 0..10 {
        let (listener, address) = listen().await?;
        let served = tokio::spawn(async move {
            let (stream, _) = listener.accept().await?;
            let service = TowerToHyperService::new(site::router(Live::default()));
            let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            let connection = builder.serve_connection(TokioIo::new(stream), service);
            let mut connection = std::pin::pin!(connection);
            tokio::select! {
                ended = connection.as_mut() => ended?,
                () = tokio::time::sleep(Duration::from_millis(100 + 20 * round)) => {
                    connection.as_mut().graceful_shutdown();
                    connection.await?;
                }
            }
            Ok::<_, Failed>(())
        });
        let sender = connect(address, &Builder::new(TokioExecutor::new())).await?;
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| tokio::spawn(ask(sender.clone(), 100 * task)))
            .collect();
        drop(sender);
        for task in tasks {
            answered += task.await??;
        }
        tokio::time::timeout(Duration::from_secs(20), served).await???;
        rounds += 1;
    }
    Ok(format!(
        "{rounds} rounds, {answered} answers, all of them whole, 0 failed"
    ))
}
