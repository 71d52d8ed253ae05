//! Sends every request's content back, in HTTP/2 or, where a client cannot do better, HTTP/1.1, on
//! one cleartext port: `cargo run --example h2c_server --features h2c-upgrade`.
//!
//! Without an argument it tries itself and ends; with an address it serves there for others.

use core::time::Duration;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::{env, thread};

use tress_blocking::upgrade::{self, RequestHead};
use tress_blocking::{Bytes, Client, Config, Error, Exchange, Request, Response, Server};

fn echo(exchange: Exchange) -> Result<(), Error> {
    let content = exchange.body.bytes(1024 * 1024)?;
    exchange.responder.reply(Response::new(200), content)
}

fn echo_http1(_: &RequestHead, content: Bytes) -> (Response, Bytes) {
    (Response::new(200).field("x-version", "1"), content)
}

fn main() -> Result<(), Error> {
    let listen = env::args().nth(1);
    let server = Server::bind(listen.as_deref().unwrap_or("127.0.0.1:0"))?.prepare(|_| {
        let machine = upgrade::Server::cleartext(Config::default());
        Ok(Box::new(machine.fallback(echo_http1)))
    });
    let (addr, handle) = (server.local_addr(), server.handle());
    println!("http://{addr}/");
    if listen.is_some() {
        return server.serve(echo);
    }
    let serving = thread::spawn(move || server.serve(echo));

    let request = Request::post("http", addr.to_string(), "/");
    let machine = upgrade::Client::cleartext(Config::default(), &request, b"upgraded");
    let machine = machine.expect("the request may ask for an upgrade");
    let (client, pending) = Client::upgrade(machine, TcpStream::connect(addr)?)?;
    let client = client.with_timeout(Duration::from_secs(5));
    println!("first: {:?}", pending.wait()?.body.bytes(100)?);
    println!(
        "then: {:?}",
        client.fetch_with(request, "HTTP/2")?.body.bytes(100)?
    );
    client.close()?;

    let mut old = TcpStream::connect(addr)?;
    old.write_all(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nold")?;
    let mut answer = String::new();
    old.read_to_string(&mut answer)?;
    println!("and in HTTP/1.1: {answer:?}");

    handle.shutdown(Duration::from_secs(1));
    serving.join().expect("the server does not panic")
}
