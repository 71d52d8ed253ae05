//! Servers of which each has something that a client must cope with.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::io;
use std::sync::OnceLock;

use tokio::net::TcpListener;
use tress_async::compat::tokio::{TokioIo, TokioTimer};
use tress_async::proto::{Connection, Limits};
use tress_async::{Config, ConnectionHandle, Error, Exchange, Response, serve_connection};

/// How many streams the server takes, and how long it sleeps for each.
const STREAMS: u32 = 100;
const SLEEP: Duration = Duration::from_millis(50);

/// Serves connections of which each goes away after so many requests, if it does.
async fn serve(listener: TcpListener, goes_away_after: Option<usize>) -> io::Result<()> {
    let limits = Limits::server().concurrent_streams(STREAMS);
    let config = Config::default().limits(limits).map_err(io::Error::other)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let machine = Connection::new(config.clone());
        let (count, handle) = (AtomicUsize::new(0), OnceLock::new());
        let (count, handle) = (Arc::new(count), Arc::new(handle));
        let its = Arc::clone(&handle);
        let serving = serve_connection(machine, TokioIo::pinned(stream), move |exchange| {
            let number = count.fetch_add(1, Ordering::Relaxed) + 1;
            let ending = its.get().filter(|_| goes_away_after == Some(number));
            if let Some(handle) = ending {
                ConnectionHandle::go_away(handle);
            }
            answer(exchange, goes_away_after.is_none())
        });
        let serving = serving.with_timer(TokioTimer::new());
        let _ = handle.set(serving.handle());
        drop(tokio::spawn(serving));
    }
}

async fn answer(exchange: Exchange, sleeps: bool) -> Result<(), Error> {
    if sleeps {
        tokio::time::sleep(SLEEP).await;
    }
    exchange.reply(Response::new(200), "ok")
}

/// Starts a server; returns its URL, and how it is ended.
pub(crate) async fn start(
    goes_away_after: Option<usize>,
) -> io::Result<(String, tokio::task::AbortHandle)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let serving = tokio::spawn(serve(listener, goes_away_after));
    Ok((url, serving.abort_handle()))
}
