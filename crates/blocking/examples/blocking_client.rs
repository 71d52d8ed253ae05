//! Sends a few requests on one connection, from one thread and from several, to a server of its
//! own: `cargo run --example blocking_client`.

use core::time::Duration;
use std::thread;

use tress_blocking::{Client, Error, Exchange, Request, Response, Server};

fn answer(exchange: Exchange) -> Result<(), Error> {
    let path = String::from_utf8_lossy(exchange.request.path().unwrap_or_default()).into_owned();
    exchange.reply(Response::new(200), format!("you asked for {path}\n"))
}

fn main() -> Result<(), Error> {
    let server = Server::bind("127.0.0.1:0")?;
    let (addr, handle) = (server.local_addr(), server.handle());
    let serving = thread::spawn(move || server.serve_inline(answer));
    let get = move |path: &str| Request::get("http", addr.to_string(), path);

    // A request at a time.
    let client = Client::connect(addr)?.with_timeout(Duration::from_secs(5));
    let reply = client.fetch(get("/one"))?;
    let (status, content) = (reply.head.status(), reply.body.bytes(1024)?);
    print!("{status}: {}", String::from_utf8_lossy(&content));

    // Several at once, from one thread.
    let pending = ["/two", "/three"].map(|path| client.send_whole(get(path), ""));
    for pending in pending {
        print!(
            "{}",
            String::from_utf8_lossy(&pending?.wait()?.body.bytes(1024)?)
        );
    }

    // The same connection from another thread.
    let clone = client.clone();
    let content = thread::scope(|scope| {
        let other = scope.spawn(move || clone.fetch(get("/four"))?.body.bytes(1024));
        other.join().expect("the thread does not panic")
    })?;
    print!("{}", String::from_utf8_lossy(&content));
    client.close()?;

    handle.shutdown(Duration::from_secs(1));
    serving.join().expect("the server does not panic")
}
