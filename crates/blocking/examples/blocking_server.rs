//! Streams every request's content back, with back-pressure and trailers, and tries that with one
//! client: `cargo run --example blocking_server`.

use core::time::Duration;
use std::io::{Read, Write};
use std::thread;

use tress_blocking::{Client, Error, Exchange, Request, Response, Server, Trailers};

fn echo(exchange: Exchange) -> Result<(), Error> {
    let Exchange {
        mut body,
        responder,
        ..
    } = exchange;
    let mut answer = responder.respond(Response::new(200))?;
    while let Some(data) = body.data()? {
        answer.send(data)?;
    }
    answer.finish_with_trailers(body.trailers().unwrap_or_default())
}

fn main() -> Result<(), Error> {
    let server = Server::bind("127.0.0.1:0")?;
    let (addr, handle) = (server.local_addr(), server.handle());
    let serving = thread::spawn(move || server.serve(echo));

    let client = Client::connect(addr)?.with_timeout(Duration::from_secs(5));
    let (mut body, pending) = client.send(Request::post("http", addr.to_string(), "/"))?;
    write!(body, "there and ")?;
    write!(body, "back again")?;
    body.finish_with_trailers(Trailers::new().field("pieces", "2"))?;
    let mut reply = pending.wait()?;
    let mut content = String::new();
    reply.body.read_to_string(&mut content)?;
    println!("{content}");
    println!("{:?}", reply.body.trailers());
    drop(reply);
    client.close()?;

    handle.shutdown(Duration::from_secs(1));
    serving.join().expect("the server does not panic")
}
