//! A server in a task, and a client of it.

use core::future::Future;
use core::net::SocketAddr;
use core::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::timeout;
use tress_async::{Client, Error, Exchange, Request, Server, ServerHandle};

/// How long anything may take.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub(crate) addr: SocketAddr,
    pub(crate) handle: ServerHandle,
    serving: JoinHandle<Result<(), Error>>,
}

pub(crate) async fn serve<H, F>(handler: H) -> World
where
    H: Fn(Exchange) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    start(bind().await, |server| server.serve(handler))
}

pub(crate) async fn bind() -> Server {
    Server::bind("127.0.0.1:0").await.unwrap()
}

pub(crate) fn start<F>(server: Server, run: impl FnOnce(Server) -> F) -> World
where
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    let (addr, handle) = (server.local_addr(), server.handle());
    let serving = tokio::spawn(run(server));
    World {
        addr,
        handle,
        serving,
    }
}

impl World {
    pub(crate) async fn client(&self) -> Client {
        Client::connect(self.addr).await.unwrap()
    }

    /// Ends the server, and waits for its tasks.
    pub(crate) async fn stop(self) {
        in_time(self.handle.shutdown(LIMIT)).await;
        assert_eq!(self.handle.connections(), 0);
        in_time(self.serving).await.unwrap().unwrap();
    }
}

/// Waits for something that must not take long.
#[track_caller]
pub(crate) fn in_time<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let begun = core::panic::Location::caller();
    async move {
        match timeout(LIMIT, future).await {
            Ok(output) => output,
            Err(_) => panic!("what was begun at {begun} takes too long"),
        }
    }
}

pub(crate) fn get(path: &str) -> Request {
    Request::get("http", "localhost", path)
}

pub(crate) fn post(path: &str) -> Request {
    Request::post("http", "localhost", path)
}

/// Waits until something is so.
pub(crate) async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..2000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("never: {what}");
}
