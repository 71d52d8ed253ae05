//! An adapter of one's own for compio: one thread, buffers that the system owns while it reads and writes.
//!
//! `compio_server [--poll] [ADDRESS]` says where it listens and by which driver, and stops in good order
//! on SIGTERM and SIGINT. Where io_uring is forbidden, as in most containers, or with `--poll`, compio
//! polls: nothing else changes.

mod connection;

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use compio::driver::{DriverType, ProactorBuilder};
use compio::net::{TcpListener, TcpStream};
use compio::runtime::RuntimeBuilder;
use compio::signal::unix::signal;
use compio::time::timeout;
use futures_util::future::{Either, FutureExt, Shared, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use signal_hook::consts::{SIGINT, SIGTERM};
use tress_adapters::{Failure, GRACE, LAST_WORDS, address};

use crate::connection::Connection;

/// Is ready once the server is to stop.
type Stop = Shared<Pin<Box<dyn Future<Output = ()>>>>;

fn main() -> Result<(), Failure> {
    let mut proactor = ProactorBuilder::new();
    if std::env::args().any(|argument| argument == "--poll") {
        proactor.driver_type(DriverType::Poll);
    }
    let runtime = RuntimeBuilder::new().with_proactor(proactor).build()?;
    let driver = runtime.driver_type();
    runtime.block_on(async {
        let listener = TcpListener::bind(address()).await?;
        println!("serving on http://{} by {driver:?}", listener.local_addr()?);
        serve(listener).await
    })
}

/// Takes connections until the server is to stop, then waits for them to end.
async fn serve(listener: TcpListener) -> Result<(), Failure> {
    let mut stop = stop();
    let mut connections = FuturesUnordered::new();
    let mut incoming = listener.incoming();
    loop {
        let accepted = poll_fn(|cx| {
            // Those that have ended are released.
            while let Poll::Ready(Some(_)) = connections.poll_next_unpin(cx) {}
            match stop.poll_unpin(cx) {
                Poll::Ready(()) => Poll::Ready(None),
                Poll::Pending => incoming.poll_next_unpin(cx),
            }
        });
        match accepted.await {
            Some(Ok(socket)) => connections.push(compio::runtime::spawn(run(socket, stop.clone()))),
            Some(Err(error)) => eprintln!("accept: {error}"),
            None => break,
        }
    }
    drop(incoming);
    drop(listener);
    while connections.next().await.is_some() {}
    Ok(())
}

/// Either signal.
fn stop() -> Stop {
    let signals = async {
        let (term, interrupt) = (pin!(signal(SIGTERM)), pin!(signal(SIGINT)));
        select(term, interrupt).await;
    };
    FutureExt::shared(Box::pin(signals))
}

/// Runs one connection to its end; once the server is to stop, no longer than it takes in good order.
async fn run(socket: TcpStream, stop: Stop) {
    let connection = match Connection::new(socket) {
        Ok(connection) => connection,
        Err(error) => return eprintln!("a connection could not begin: {error}"),
    };
    let session = connection.session().clone();
    let mut running = pin!(connection.run());
    if let Either::Right(_) = select(&mut running, stop).await {
        session.go_away();
        if timeout(GRACE, &mut running).await.is_err() {
            session.shut_down();
            // Past that it is dropped, and its socket closed.
            let _ = timeout(LAST_WORDS, &mut running).await;
        }
    }
    if let Err(error) = session.outcome() {
        eprintln!("{error:#}");
    }
}
