//! A server in a thread, and a client of it.

use core::net::SocketAddr;
use core::time::Duration;
use std::thread::{self, JoinHandle};

use tress_blocking::{Client, Error, Exchange, Request, Server, ServerHandle};

/// How long anything may take.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub(crate) addr: SocketAddr,
    pub(crate) handle: ServerHandle,
    serving: JoinHandle<Result<(), Error>>,
}

/// Serves with a thread for each exchange.
pub(crate) fn serve<H>(handler: H) -> World
where
    H: Fn(Exchange) -> Result<(), Error> + Send + Sync + 'static,
{
    start(bind(), move |server| server.serve(handler))
}

/// Serves on the connections' threads.
pub(crate) fn serve_inline<H>(handler: H) -> World
where
    H: Fn(Exchange) -> Result<(), Error> + Send + Sync + 'static,
{
    start(bind(), move |server| server.serve_inline(handler))
}

pub(crate) fn bind() -> Server {
    Server::bind("127.0.0.1:0").unwrap()
}

pub(crate) fn start(
    server: Server,
    run: impl FnOnce(Server) -> Result<(), Error> + Send + 'static,
) -> World {
    let (addr, handle) = (server.local_addr(), server.handle());
    let serving = thread::spawn(move || run(server));
    World {
        addr,
        handle,
        serving,
    }
}

impl World {
    /// A client whose exchanges must end in time.
    pub(crate) fn client(&self) -> Client {
        Client::connect(self.addr).unwrap().with_timeout(LIMIT)
    }

    /// Ends the server, and waits for its threads.
    pub(crate) fn stop(self) {
        self.handle.shutdown(LIMIT);
        assert_eq!(self.handle.connections(), 0);
        self.serving.join().unwrap().unwrap();
    }
}

pub(crate) fn get(path: &str) -> Request {
    Request::get("http", "localhost", path)
}

pub(crate) fn post(path: &str) -> Request {
    Request::post("http", "localhost", path)
}

/// Waits until something is so.
#[track_caller]
pub(crate) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..2000 {
        if is_so() {
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
    panic!("never: {what}");
}
