//! Time limits: of connecting, of an exchange, of one read.

use core::time::Duration;
use std::io::Write;
use std::net::TcpListener;
use std::sync::mpsc;
use std::time::Instant;

use testkit::{block, code, data, headers, kind};
use tress_blocking::{Blame, Client, Error, ErrorCode, Response};

use crate::wire::client;
use crate::world::{LIMIT, bind, get, post, serve, start};

const SOON: Duration = Duration::from_millis(60);

/// It took as long as it should, and the error says so.
#[track_caller]
fn is_late(begin: Instant, error: &Error) {
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(error.blame(), Blame::Peer);
    assert!(begin.elapsed() >= SOON && begin.elapsed() < LIMIT);
}

#[test]
fn connecting_tries_each_address_within_its_limit() {
    let world = serve(|_| Ok(()));
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed_addr = closed.local_addr().unwrap();
    drop(closed);
    let client = Client::builder()
        .connect_timeout(LIMIT)
        .connect(&[closed_addr, world.addr][..])
        .unwrap();
    client.close().unwrap();
    world.stop();
    let error = Client::builder()
        .connect_timeout(LIMIT)
        .connect(closed_addr)
        .unwrap_err();
    assert!(error.is_connect() && !error.is_timeout());
    assert_eq!(error.blame(), Blame::Transport);
}

#[test]
fn a_connection_that_is_not_accepted_in_time_is_an_error() {
    // The queue of a listener that never accepts is finite; the system drops what comes then.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let begin = Instant::now();
    let mut queued = Vec::new();
    let error = loop {
        match Client::builder().connect_timeout(SOON).connect(addr) {
            Ok(client) => queued.push(client),
            Err(error) => break error,
        }
        assert!(queued.len() < 10_000, "the queue is not finite");
    };
    assert!(error.is_connect() && error.is_timeout(), "{error:?}");
    assert!(begin.elapsed() < 3 * LIMIT);
}

#[test]
fn no_time_at_all_is_too_little() {
    let world = serve(|_| Ok(()));
    let error = Client::builder()
        .connect_timeout(Duration::ZERO)
        .connect(world.addr)
        .unwrap_err();
    assert!(error.is_connect() && error.is_timeout());
    world.stop();
}

#[test]
fn an_exchange_that_takes_too_long_is_canceled() {
    let (client, mut peer) = client();
    let begin = Instant::now();
    let error = client.with_timeout(SOON).fetch(get("/")).unwrap_err();
    is_late(begin, &error);
    let reset = peer.read_to(kind::RST_STREAM);
    assert_eq!((reset.stream, reset.code()), (1, Some(code::CANCEL)));
}

#[test]
fn a_read_that_takes_too_long_can_be_tried_again() {
    let (client, mut peer) = client();
    let pending = client.send_whole(get("/"), "").unwrap();
    peer.read_to(kind::HEADERS);
    peer.write(headers(1).block(&block().status(200)));
    let mut body = pending.wait().unwrap().body;
    body.set_read_timeout(Some(SOON));
    let begin = Instant::now();
    is_late(begin, &body.data().unwrap_err());
    peer.write(data(1, "late"));
    body.set_read_timeout(Some(LIMIT));
    assert_eq!(body.data().unwrap().unwrap(), "late");
    drop(body);
    let reset = peer.read_to(kind::RST_STREAM);
    assert_eq!(reset.code(), Some(code::CANCEL));
}

#[test]
fn the_limit_of_an_exchange_holds_for_a_read_that_would_wait_longer() {
    let (client, mut peer) = client();
    let pending = client.with_timeout(SOON).send_whole(get("/"), "").unwrap();
    peer.read_to(kind::HEADERS);
    peer.write(headers(1).block(&block().status(200)));
    let mut body = pending.wait().unwrap().body;
    body.set_read_timeout(Some(LIMIT));
    let begin = Instant::now();
    let error = body.data().unwrap_err();
    assert!(error.is_timeout() && begin.elapsed() < LIMIT);
    let reset = peer.read_to(kind::RST_STREAM);
    assert_eq!(reset.code(), Some(code::CANCEL));
}

#[test]
fn a_servers_limit_ends_an_exchange_that_waits_for_its_client() {
    let (tell, told) = mpsc::channel();
    let world = start(bind().exchange_limit(SOON), move |server| {
        server.serve(move |mut exchange| {
            if exchange.request.path() == Some(b"/") {
                return exchange.reply(Response::new(200), "in time");
            }
            let error = exchange.body.data().unwrap_err();
            tell.send(error).unwrap();
            // Nothing can be said on a stream that was canceled.
            exchange.reply(Response::new(200), "late")
        })
    });
    let client = world.client();
    let begin = Instant::now();
    let (mut body, pending) = client.send(post("/silent")).unwrap();
    body.flush().unwrap();
    let reply = client.fetch(get("/")).unwrap();
    assert_eq!(reply.body.bytes(10).unwrap(), "in time");
    let error = pending.wait().unwrap_err();
    assert_eq!(error.reason(), Some(ErrorCode::CANCEL));
    is_late(begin, &told.recv_timeout(LIMIT).unwrap());
    // The connection goes on.
    assert_eq!(client.fetch(get("/")).unwrap().head.status(), 200);
    client.close().unwrap();
    world.stop();
}
