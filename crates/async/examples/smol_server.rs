//! A server and a client on smol: `cargo run --example smol_server --features futures-io`.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;
use std::time::Instant;

use smol::net::{TcpListener, TcpStream};
#[cfg(unix)]
use tress_async::TcpOptions;
use tress_async::compat::futures_io::FuturesIo;
use tress_async::proto::Connection;
use tress_async::{Client, Config, Error, Exchange, Request, Response, Timer, serve_connection};

/// The timer of smol's reactor.
#[derive(Default)]
struct SmolTimer(Option<(Instant, smol::Timer)>);

impl Timer for SmolTimer {
    fn poll_until(&mut self, cx: &mut Context<'_>, at: Instant) -> Poll<()> {
        let (point, timer) = self.0.get_or_insert_with(|| (at, smol::Timer::at(at)));
        if *point != at {
            *point = at;
            timer.set_at(at);
        }
        ready!(Pin::new(timer).poll(cx));
        self.0 = None;
        Poll::Ready(())
    }
}

async fn hello(exchange: Exchange) -> Result<(), Error> {
    let path = exchange.request.path().unwrap_or_default();
    let answer = format!("hello from {}", String::from_utf8_lossy(path));
    exchange.reply(Response::new(200), answer)
}

/// Serves two connections, each in a task of its own.
async fn serve(listener: TcpListener) -> Result<(), Error> {
    let mut connections = Vec::new();
    for _ in 0..2 {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        #[cfg(unix)]
        TcpOptions::default().set(&stream)?;
        let config = Config::default().idle_timeout(Duration::from_secs(60));
        let serving = serve_connection(Connection::new(config), FuturesIo(stream), hello);
        connections.push(smol::spawn(serving.with_timer(SmolTimer::default())));
    }
    for connection in connections {
        connection.await?;
    }
    Ok(())
}

fn main() -> Result<(), Error> {
    smol::block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let addr = listener.local_addr()?;
        let serving = smol::spawn(serve(listener));
        for path in ["/1", "/2"] {
            let stream = TcpStream::connect(addr).await?;
            let machine = Connection::new(Config::default());
            let (client, driver) = Client::new(machine, FuturesIo(stream));
            let driver = smol::spawn(driver.with_timer(SmolTimer::default()));
            let reply = client
                .fetch(Request::get("http", "localhost", path))
                .await?;
            let content = reply.body.bytes(1000).await?;
            println!("{}", String::from_utf8_lossy(&content));
            client.close().await?;
            driver.await?;
        }
        serving.await
    })
}
