//! Who makes place, and for whom.

use core::time::Duration;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::mpsc::channel;
use std::thread::{self, JoinHandle};

use proto::{Request, Response};
use testkit::{PREFACE, Wire, code, frames, headers, kind, settings, settings_ack, window_update};

use super::*;
use crate::client::Client;
use session::Terms;

/// Terms under which nobody has to wait for long.
const SOON: Terms = Terms {
    idle: Duration::from_millis(10),
    first: Duration::from_millis(200),
    slow: Duration::from_millis(300),
    grace: Duration::from_millis(100),
    every: Duration::from_millis(10),
};

/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(20);

/// More than a socket takes from one who reads none of it.
const MUCH: usize = 16 << 20;

/// What a client says that asks for much. Half of them let it come, as far as the transport goes.
fn request(number: u32) -> Vec<u8> {
    let window = if number % 2 == 0 { 65_535 } else { 0x7fff_ffff };
    let open = window_update(0, window - 65_535 + u32::from(window == 65_535));
    (
        PREFACE,
        settings().set(4, window),
        settings_ack(),
        open,
        headers(1).get("/").end(),
    )
        .octets()
}

fn start(
    most: usize,
    handler: impl Fn(Exchange) -> Result<(), Error> + Send + Sync + 'static,
) -> (
    core::net::SocketAddr,
    ServerHandle,
    JoinHandle<Result<(), Error>>,
) {
    let mut server = Server::bind("127.0.0.1:0").unwrap().max_connections(most);
    let nudged = Arc::clone(&server.listener);
    server.registry = Arc::new(Registry::new(move || nudged.nudge()).with_terms(SOON));
    let (addr, handle) = (server.local_addr(), server.handle());
    (addr, handle, thread::spawn(move || server.serve(handler)))
}

fn fetch(client: &Client) -> usize {
    let request = Request::get("http", "a", "/");
    let reply = client.with_timeout(LIMIT).fetch(request).unwrap();
    reply.body.bytes(MUCH).unwrap().len()
}

#[test]
fn an_eleventh_client_is_served_where_ten_never_read() {
    let (addr, handle, serving) = start(10, |exchange| {
        exchange.reply(Response::new(200), vec![7; MUCH])
    });
    let never: Vec<_> = (0..10)
        .map(|number| {
            let mut stream = TcpStream::connect(addr).unwrap();
            stream.write_all(&request(number)).unwrap();
            stream
        })
        .collect();
    for _ in 0..3 {
        assert_eq!(fetch(&Client::connect(addr).unwrap()), MUCH);
    }
    assert!(handle.connections() <= 10);
    handle.abort();
    serving.join().unwrap().unwrap();
    drop(never);
}

#[test]
fn one_that_is_idle_goes_in_good_order_and_one_that_works_stays() {
    let (go, wait) = channel();
    go.send(()).unwrap();
    let wait = std::sync::Mutex::new(wait);
    let (addr, handle, serving) = start(1, move |exchange| {
        wait.lock().unwrap().recv().unwrap();
        exchange.reply(Response::new(200), "ok")
    });
    let mut first = TcpStream::connect(addr).unwrap();
    first.write_all(&request(0)).unwrap();
    let second = Client::connect(addr).unwrap();
    let asking = thread::spawn(move || fetch(&second));
    // The first was answered, and is idle.
    let mut said = Vec::new();
    first.read_to_end(&mut said).unwrap();
    let said = frames(&said);
    let goaway = said
        .iter()
        .find(|frame| frame.kind == kind::GOAWAY)
        .unwrap();
    assert_eq!(goaway.code(), Some(code::NO_ERROR));
    // The second works.
    let third = Client::connect(addr).unwrap();
    let waiting = thread::spawn(move || fetch(&third));
    thread::sleep(3 * SOON.slow);
    assert!(!asking.is_finished() && handle.connections() == 1);
    go.send(()).unwrap();
    go.send(()).unwrap();
    assert_eq!(asking.join().unwrap(), 2);
    assert_eq!(waiting.join().unwrap(), 2);
    handle.shutdown(LIMIT);
    serving.join().unwrap().unwrap();
}
