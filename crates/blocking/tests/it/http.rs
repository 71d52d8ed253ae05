//! Requests and responses over real sockets.

use std::thread;

use tress_blocking::{Client, Error, Exchange, Request, Response, Server};

fn hello(exchange: Exchange) -> Result<(), Error> {
    exchange.reply(
        Response::new(200).field("content-type", "text/plain"),
        "hello",
    )
}

#[test]
fn a_request_is_answered() {
    let server = Server::bind("127.0.0.1:0").unwrap();
    let (addr, handle) = (server.local_addr(), server.handle());
    let serving = thread::spawn(move || server.serve_inline(hello));
    let client = Client::connect(addr).unwrap();
    let reply = client
        .fetch(Request::get("http", "localhost", "/"))
        .unwrap();
    assert_eq!(reply.head.status(), 200);
    assert_eq!(reply.body.bytes(100).unwrap(), "hello");
    client.close().unwrap();
    handle.shutdown(core::time::Duration::from_secs(5));
    serving.join().unwrap().unwrap();
}
