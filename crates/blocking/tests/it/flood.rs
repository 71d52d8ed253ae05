//! Both ends write more than the sockets between them hold.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;

use socket2::{Domain, Socket, Type};
use tress_blocking::proto::{Connection, Role};
use tress_blocking::{Client, Config, Error, Exchange, Response, SendBody, serve_connection};

use crate::world::{LIMIT, post};

const FLOOD: usize = 64 * 1024 * 1024;
/// The least that the system gives is somewhat more.
const BUFFER: usize = 4096;

/// Two ends of a connection whose sockets hold little.
fn narrow() -> (TcpStream, TcpStream) {
    let socket = || {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_recv_buffer_size(BUFFER).unwrap();
        socket.set_send_buffer_size(BUFFER).unwrap();
        socket
    };
    let listener = socket();
    let addr: core::net::SocketAddr = "127.0.0.1:0".parse().unwrap();
    listener.bind(&addr.into()).unwrap();
    listener.listen(1).unwrap();
    let near = socket();
    near.connect(&listener.local_addr().unwrap()).unwrap();
    let (far, _) = listener.accept().unwrap();
    assert!(near.send_buffer_size().unwrap() < 64 * 1024);
    (near.into(), far.into())
}

/// Sends its own flood while it reads the other.
fn answer(exchange: Exchange) -> Result<(), Error> {
    let Exchange {
        body, responder, ..
    } = exchange;
    let answer = responder.respond(Response::new(200))?;
    let reading = thread::spawn(move || drain(body));
    pour(answer)?;
    assert_eq!(reading.join().unwrap(), FLOOD);
    Ok(())
}

fn pour<R: Role>(mut into: SendBody<R>) -> Result<(), Error> {
    let piece = vec![7; 100_000];
    let mut left = FLOOD;
    while left > 0 {
        let count = left.min(piece.len());
        into.write_all(&piece[..count])?;
        left -= count;
    }
    into.finish()
}

fn drain(mut body: impl Read) -> usize {
    let (mut into, mut total) = (vec![0; 64 * 1024], 0);
    loop {
        match body.read(&mut into).unwrap() {
            0 => return total,
            count => total += count,
        }
        assert_eq!(into[0], 7);
    }
}

#[test]
fn sixty_four_mebibytes_go_both_ways_at_once_through_small_sockets() {
    let (near, far) = narrow();
    let serving =
        thread::spawn(move || serve_connection(Connection::new(Config::default()), far, answer));
    let client = Client::new(Connection::new(Config::default()), near).unwrap();
    let (body, pending) = client.with_timeout(3 * LIMIT).send(post("/")).unwrap();
    let writing = thread::spawn(move || pour(body));
    let reply = pending.wait().unwrap();
    assert_eq!(drain(reply.body), FLOOD);
    writing.join().unwrap().unwrap();
    client.close().unwrap();
    serving.join().unwrap().unwrap();
}

#[cfg(feature = "http")]
#[test]
fn a_flood_from_a_reader_is_echoed_to_one_thread() {
    use tress_blocking::http::types::{Request, Response};
    use tress_blocking::http::{Body, handler};
    let (near, far) = narrow();
    let echo = handler(|request: Request<Body>| Ok(Response::new(request.into_body())));
    let serving =
        thread::spawn(move || serve_connection(Connection::new(Config::default()), far, echo));
    let client = Client::new(Connection::new(Config::default()), near).unwrap();
    let content = Body::from_reader(std::io::repeat(7).take(FLOOD as u64));
    let request = Request::post("http://localhost/").body(content).unwrap();
    let response = client.with_timeout(3 * LIMIT).request(request).unwrap();
    assert_eq!(drain(response.into_body()), FLOOD);
    client.close().unwrap();
    serving.join().unwrap().unwrap();
}
