//! A server on two threads that share nothing, and a client: `cargo run --example local_server
//! --features tokio`.

extern crate alloc;

use alloc::rc::Rc;
use core::cell::Cell;
use core::net::SocketAddr;
use std::thread::{self, JoinHandle};

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::task::{LocalSet, spawn_local};
use tress_async::compat::tokio::{TokioIo, TokioTimer};
use tress_async::proto::Connection;
use tress_async::{Client, Config, Error, Exchange, Request, Response, serve_connection};

/// How many connections each thread serves before it ends.
const CONNECTIONS: usize = 2;

/// Counts the requests of its thread, without an atomic.
async fn hello(exchange: Exchange, count: Rc<Cell<usize>>) -> Result<(), Error> {
    count.set(count.get() + 1);
    let answer = format!("request {} of this thread", count.get());
    exchange.reply(Response::new(200), answer)
}

/// Serves the connections of one thread, each in a task of its own.
async fn serve(listener: TcpListener) -> Result<(), Error> {
    let count = Rc::new(Cell::new(0));
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let count = Rc::clone(&count);
        let handler = move |exchange| hello(exchange, Rc::clone(&count));
        let machine = Connection::new(Config::default());
        let serving = serve_connection(machine, TokioIo(stream), handler);
        connections.push(spawn_local(serving.with_timer(TokioTimer::new())));
    }
    for connection in connections {
        connection.await.expect("a connection does not panic")?;
    }
    Ok(())
}

fn runtime() -> Result<Runtime, Error> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

/// Starts a thread with a port of its own; says which.
fn start() -> Result<(SocketAddr, JoinHandle<Result<(), Error>>), Error> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let addr = listener.local_addr()?;
    let thread = thread::spawn(move || {
        let listening = async { serve(TcpListener::from_std(listener)?).await };
        LocalSet::new().block_on(&runtime()?, listening)
    });
    Ok((addr, thread))
}

/// Talks to one of the threads over some connections.
async fn talk(addr: SocketAddr) -> Result<(), Error> {
    for _ in 0..CONNECTIONS {
        let client = Client::connect(addr).await?;
        for _ in 0..2 {
            let reply = client.fetch(Request::get("http", "localhost", "/")).await?;
            let content = reply.body.bytes(1000).await?;
            println!("{addr}: {}", String::from_utf8_lossy(&content));
        }
        client.close().await?;
    }
    Ok(())
}

fn main() -> Result<(), Error> {
    let threads = [start()?, start()?];
    let [first, second] = threads.each_ref().map(|(addr, _)| *addr);
    LocalSet::new().block_on(&runtime()?, async {
        talk(first).await?;
        talk(second).await
    })?;
    for (_, thread) in threads {
        thread.join().expect("a thread does not panic")?;
    }
    Ok(())
}
