//! Connections that begin as HTTP/1.1, on threads (RFC 7540 §3.2).

use core::error::Error as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;

use tress_blocking::upgrade::proto::{Bytes, Config, Response};
use tress_blocking::upgrade::{self, RequestHead, UpgradeError};
use tress_blocking::{Blame, Client, ConnectionError, Error};

use crate::world::{LIMIT, World, bind, get, post, serve, start};

/// A server on one port for both versions.
fn both() -> World {
    let server = bind().prepare(|_| {
        let machine = upgrade::Server::cleartext(Config::default());
        let fallback = |_: &RequestHead, _: Bytes| (Response::new(404), Bytes::from("no"));
        Ok(Box::new(machine.fallback(fallback)))
    });
    start(server, |server| {
        server.serve(|exchange| {
            let content = exchange.body.bytes(usize::MAX)?;
            exchange.responder.reply(Response::new(200), content)
        })
    })
}

fn ask(world: &World, content: &[u8]) -> (Client, tress_blocking::Pending) {
    let machine = upgrade::Client::cleartext(Config::default(), &post("/"), content).unwrap();
    let stream = TcpStream::connect(world.addr).unwrap();
    let (client, pending) = Client::upgrade(machine, stream).unwrap();
    (client.with_timeout(LIMIT), pending)
}

#[test]
fn an_upgrade_gives_a_client_like_any_other() {
    let world = both();
    let (client, pending) = ask(&world, &[7; 100_000]);
    // Another request need not wait for the answer.
    let other = client.send_whole(post("/"), vec![8; 300_000]).unwrap();
    assert!(pending.wait().unwrap().body.bytes(100_000).unwrap() == vec![7; 100_000]);
    assert!(other.wait().unwrap().body.bytes(300_000).unwrap() == vec![8; 300_000]);
    client.close().unwrap();
    world.stop();
}

#[test]
fn prior_knowledge_and_http_1_are_served_on_the_same_port() {
    let world = both();
    let client = world.client();
    assert_eq!(client.fetch(get("/")).unwrap().head.status(), 200);
    client.close().unwrap();
    let mut stream = TcpStream::connect(world.addr).unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        .unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert!(answer.ends_with("\r\n\r\nno"), "{answer}");
    world.stop();
}

#[test]
fn a_server_that_waits_for_a_request_ends_at_once() {
    let world = both();
    let silent = TcpStream::connect(world.addr).unwrap();
    let mut half = TcpStream::connect(world.addr).unwrap();
    half.write_all(b"GET / HT").unwrap();
    while world.handle.connections() < 2 {
        thread::yield_now();
    }
    let begun = std::time::Instant::now();
    world.stop();
    assert!(
        begun.elapsed() < LIMIT / 2,
        "nobody waits for a request that may never come"
    );
    drop(silent);
}

/// The answer in HTTP/1.1 that an error tells of.
fn refusal(error: &Error) -> Option<&UpgradeError> {
    let connection = error.source()?.downcast_ref::<ConnectionError>()?;
    connection.source()?.downcast_ref()
}

#[test]
fn a_server_that_speaks_http_2_only_is_to_blame_and_not_the_transport() {
    let world = serve(|exchange| exchange.reply(Response::new(204), ""));
    let machine = upgrade::Client::cleartext(Config::default(), &get("/"), b"").unwrap();
    let socket = TcpStream::connect(world.addr).unwrap();
    let (client, pending) = Client::upgrade(machine, socket).unwrap();
    let error = pending.wait().unwrap_err();
    assert_eq!(
        error.find::<UpgradeError>(),
        Some(&UpgradeError::Http2Only),
        "{error:?}"
    );
    assert_eq!(error.blame(), Blame::Peer);
    let text = format!("{error} {}", error.source().unwrap());
    assert!(text.contains("the server speaks HTTP/2 only"), "{text}");
    assert!(!text.contains("transport"), "{text}");
    assert!(client.close().is_err());
    world.stop();
}

#[test]
fn a_refusal_is_the_source_of_the_error() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let serving = thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let (mut asked, mut octet) = (Vec::new(), [0]);
        while !asked.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut octet).unwrap();
            asked.extend(octet);
        }
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nserver: old\r\n\r\nhello")
            .unwrap();
    });
    let machine = upgrade::Client::cleartext(Config::default(), &get("/"), b"").unwrap();
    let (client, pending) = Client::upgrade(machine, TcpStream::connect(addr).unwrap()).unwrap();
    let client = client.with_timeout(LIMIT);
    // The refusal may come before it or while it waits.
    let other = client.send_whole(get("/"), "");
    serving.join().unwrap();
    let error = pending.wait().unwrap_err();
    let Some(UpgradeError::Refused(answer)) = refusal(&error) else {
        panic!("{error:?}")
    };
    assert_eq!(answer.head().field_value("server"), Some(&b"old"[..]));
    assert_eq!(answer.content(), "hello");
    let unsent = other.and_then(tress_blocking::Pending::wait).unwrap_err();
    assert!(unsent.is_retryable(), "it was never sent: {unsent:?}");
    let late = client.fetch(get("/")).unwrap_err();
    assert!(late.is_retryable(), "nor was this: {late:?}");
    assert!(matches!(refusal(&late), Some(UpgradeError::Refused(_))));
    assert!(client.close().is_err());
}
