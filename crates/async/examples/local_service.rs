//! A service that shares what is of its thread, and a client: `cargo run --example local_service
//! --features tokio,tower`.

extern crate alloc;

use alloc::rc::Rc;
use core::cell::RefCell;
use core::convert::Infallible;
use core::future::{Future, ready};
use core::task::{Context, Poll};

use http_body_util::Full;
use tokio::task::{LocalSet, spawn_local};
use tower_service::Service;
use tress_async::compat::tokio::{TokioIo, TokioTimer};
use tress_async::http::{Request, Response};
use tress_async::proto::Connection;
use tress_async::{Bytes, Client, Config, Error, Incoming, serve_service};

/// Remembers what was asked for, without a lock.
#[derive(Clone, Default)]
struct Guests(Rc<RefCell<Vec<String>>>);

impl Service<Request<Incoming>> for Guests {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = core::future::Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        let mut guests = self.0.borrow_mut();
        guests.push(request.uri().path().to_owned());
        ready(Ok(Response::new(Full::from(guests.join(" ")))))
    }
}

/// Serves one end of a pipe, and talks through the other.
async fn talk() -> Result<(), Error> {
    let (near, far) = tokio::io::duplex(65_536);
    let machine = Connection::new(Config::default());
    let serving = serve_service(machine, TokioIo(far), Guests::default());
    let serving = spawn_local(serving.with_timer(TokioTimer::new()));
    let client = Client::spawn_local(Connection::new(Config::default()), near);
    for path in ["/ada", "/grace", "/barbara"] {
        let request = tress_async::Request::get("http", "localhost", path);
        let content = client.fetch(request).await?.body.bytes(1000).await?;
        println!("{}", String::from_utf8_lossy(&content));
    }
    client.close().await?;
    serving.await.expect("a connection does not panic")
}

fn main() -> Result<(), Error> {
    run(talk())
}

/// Runs on this thread alone.
fn run<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the system has a runtime for this");
    LocalSet::new().block_on(&runtime, future)
}
