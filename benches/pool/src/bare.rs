//! Servers that answer two octets, until their stdin ends.

use core::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tress_async::{Error, Exchange, Response, Server};

use crate::Outcome;

const DRAIN: Duration = Duration::from_secs(5);

async fn answer(exchange: Exchange) -> Result<(), Error> {
    exchange.reply(Response::new(200), "ok")
}

/// Serves at an address: by so many workers, or by a listener that shares its port (`reuse`).
pub(crate) async fn serve(address: &str, rest: &[&str]) -> Outcome {
    let server = match rest {
        ["reuse"] => Server::bind_reuse_port(address).await?,
        [] => Server::bind(address).await?,
        [workers] => Server::bind(address).await?.workers(workers.parse()?),
        _ => return Err("one number, or `reuse`".into()),
    };
    let handle = server.handle();
    println!("{}", server.local_addr());
    tokio::spawn(async move {
        until_stdin_ends().await;
        handle.shutdown(DRAIN).await;
    });
    Ok(server.serve(answer).await?)
}

/// Serves by axum, as its `serve` does.
pub(crate) async fn axum() -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let app = axum::Router::new().route("/", axum::routing::get(|| async { "ok" }));
    let serving = axum::serve(listener, app);
    Ok(serving.with_graceful_shutdown(until_stdin_ends()).await?)
}

async fn until_stdin_ends() {
    // Whatever comes of it, it is the end.
    let _ = tokio::io::stdin().read_to_end(&mut Vec::new()).await;
}
