//! How servers and connections end.

use alloc::sync::Arc;
use core::str;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::io::Write;
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use testkit::{PREFACE, code, headers, kind, settings, settings_ack};
use tress_blocking::{Bytes, Client, ErrorCode, Exchange, Response, Server};

use crate::wire::Peer;
use crate::world::{LIMIT, bind, eventually, get, post, serve, start};

#[test]
fn a_shutdown_lets_running_exchanges_finish_and_opens_no_more() {
    let (begun, has_begun) = mpsc::channel();
    let (go, may_go) = mpsc::channel::<()>();
    let may_go = std::sync::Mutex::new(may_go);
    let world = serve(move |exchange| {
        if exchange.request.path() != Some(b"/slow") {
            return exchange.reply(Response::new(204), "");
        }
        begun.send(()).unwrap();
        may_go.lock().unwrap().recv().unwrap();
        exchange.reply(Response::new(200), "finished")
    });
    let client = world.client();
    let pending = client.send_whole(get("/slow"), "").unwrap();
    has_begun.recv_timeout(LIMIT).unwrap();
    let handle = world.handle.clone();
    let ending = thread::spawn(move || handle.shutdown(LIMIT));
    eventually("the client knows", || {
        client
            .send_whole(get("/2"), "")
            .is_err_and(|error| error.is_go_away())
    });
    go.send(()).unwrap();
    assert_eq!(pending.wait().unwrap().body.bytes(100).unwrap(), "finished");
    ending.join().unwrap();
    world.stop();
}

#[test]
fn a_fixed_number_of_threads_serves_all_connections_in_turn() {
    const MOST: usize = 2;
    let running = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&running);
    let server = bind().max_connections(MOST).max_threads(MOST);
    let world = start(server, move |server| {
        server.serve(move |exchange| {
            let now = counter.fetch_add(1, Ordering::SeqCst) + 1;
            thread::sleep(Duration::from_millis(2));
            counter.fetch_sub(1, Ordering::SeqCst);
            exchange.reply(Response::new(200), now.to_string())
        })
    });
    let (addr, handle) = (world.addr, &world.handle);
    thread::scope(|scope| {
        for _ in 0..6 * MOST {
            scope.spawn(move || {
                let client = Client::connect(addr).unwrap().with_timeout(LIMIT);
                let batch = client.batch();
                let pending: Vec<_> = (0..10).map(|_| batch.send_whole(get("/"), "")).collect();
                for pending in pending {
                    let content = pending.unwrap().wait().unwrap().body.bytes(9).unwrap();
                    let at_once = str::from_utf8(&content).unwrap().parse::<usize>().unwrap();
                    assert!(at_once <= MOST);
                    assert!(handle.connections() <= MOST);
                }
                drop(batch);
                client.close().unwrap();
            });
        }
    });
    world.stop();
}

#[test]
fn what_still_runs_after_the_limit_is_aborted() {
    let world = serve(|exchange: Exchange| {
        let mut answer = exchange.respond(Response::new(200))?;
        loop {
            answer.send(Bytes::from_static(&[0; 10_000]))?;
        }
    });
    let client = world.client();
    let reply = client.fetch(get("/")).unwrap();
    let begin = Instant::now();
    world.handle.shutdown(Duration::from_millis(50));
    assert!(begin.elapsed() < LIMIT);
    assert!(reply.body.bytes(usize::MAX).is_err());
    world.stop();
}

/// RFC 9113 §6.8, RFC 9113 §8.7: the client learns that the server goes away, and what can be sent again.
#[test]
fn past_its_limit_a_shutdown_says_what_was_begun_and_the_last_stream() {
    for is_inline in [false, true] {
        let (begun, has_begun) = mpsc::channel();
        let (_never, wakes) = mpsc::channel::<()>();
        let wakes = std::sync::Mutex::new(wakes);
        let handler = Arc::new(move |exchange: Exchange| {
            begun.send(()).unwrap();
            // Longer than the test may take: the sender outlives it.
            let _ = wakes.lock().unwrap().recv_timeout(10 * LIMIT);
            exchange.reply(Response::new(200), "")
        });
        let world = start(bind(), move |server| match is_inline {
            true => server.serve_inline(move |exchange| {
                let handler = Arc::clone(&handler);
                exchange.spawn(move |exchange| handler(exchange))
            }),
            false => server.serve(move |exchange| handler(exchange)),
        });
        let mut peer = Peer::new(TcpStream::connect(world.addr).unwrap());
        peer.write((
            PREFACE,
            settings(),
            settings_ack(),
            headers(1).get("/").end(),
        ));
        let client = world.client();
        let pending = client.send_whole(get("/"), "").unwrap();
        for _ in ["of the peer", "of the client"] {
            has_begun.recv_timeout(LIMIT).unwrap();
        }
        world.handle.shutdown(Duration::from_millis(50));

        let error = pending.wait().unwrap_err();
        assert!(error.is_go_away() && error.is_canceled(), "{error:?}");
        assert!(!error.is_retryable(), "it was begun: {error:?}");
        let seen = peer.read_to_end();
        let reset = seen.iter().find(|frame| frame.kind == kind::RST_STREAM);
        let reset = reset.expect("what runs is canceled");
        assert_eq!((reset.stream, reset.code()), (1, Some(code::CANCEL)));
        let last = seen.iter().rfind(|frame| frame.kind == kind::GOAWAY);
        let last = last.expect("it goes away");
        assert_eq!(last.code(), Some(code::NO_ERROR));
        assert_eq!(
            last.payload.get(..4),
            Some(&[0, 0, 0, 1][..]),
            "the last stream"
        );
        world.stop();
    }
}

/// RFC 9113 §6.8, RFC 9113 §8.7: what waits for a thread of the pool nobody has begun with, so that it can be
/// sent again, and its handler never runs.
#[test]
fn past_its_limit_a_shutdown_refuses_what_waits_for_a_thread() {
    let (begun, has_begun) = mpsc::channel();
    let (never, wakes) = mpsc::channel::<()>();
    let wakes = std::sync::Mutex::new(wakes);
    let world = start(bind().max_threads(1), move |server| {
        server.serve(move |exchange| {
            begun
                .send(exchange.request.path().map(<[u8]>::to_vec))
                .unwrap();
            // Longer than the test may take, or until it has seen all.
            let _ = wakes.lock().unwrap().recv_timeout(10 * LIMIT);
            exchange.reply(Response::new(200), "")
        })
    });
    let client = world.client();
    let runs = client.send_whole(get("/runs"), "").unwrap();
    assert_eq!(has_begun.recv_timeout(LIMIT).unwrap().unwrap(), b"/runs");
    let waits: Vec<_> = (0..5)
        .map(|_| client.send_whole(get("/waits"), "").unwrap())
        .collect();
    // They have come once an answer to what was sent behind them has.
    client.ping().unwrap();
    world.handle.shutdown(Duration::from_millis(50));

    for pending in waits {
        let error = pending.wait().unwrap_err();
        assert_eq!(error.reason(), Some(ErrorCode::REFUSED_STREAM), "{error:?}");
        assert!(error.is_retryable(), "nobody began with it: {error:?}");
    }
    let error = runs.wait().unwrap_err();
    assert!(error.is_canceled() && !error.is_retryable(), "{error:?}");
    drop(never);
    world.stop();
    assert!(has_begun.try_recv().is_err(), "no other handler ran");
}

#[test]
fn a_handler_that_sleeps_does_not_hold_an_aborted_server() {
    let (begun, has_begun) = mpsc::channel();
    let (_never, wakes) = mpsc::channel::<()>();
    let wakes = std::sync::Mutex::new(wakes);
    let world = serve(move |exchange| {
        begun.send(()).unwrap();
        // Longer than the test may take: the sender outlives it.
        let _ = wakes.lock().unwrap().recv_timeout(10 * LIMIT);
        exchange.reply(Response::new(200), "")
    });
    let client = world.client();
    let pending = client.send_whole(get("/"), "").unwrap();
    has_begun.recv_timeout(LIMIT).unwrap();
    let begin = Instant::now();
    world.handle.shutdown(Duration::from_millis(50));
    world.stop();
    assert!(begin.elapsed() < LIMIT, "{:?}", begin.elapsed());
    assert!(pending.wait().is_err());
}

#[test]
fn an_idle_server_ends_at_once() {
    let world = serve(|exchange| exchange.reply(Response::new(200), ""));
    let client = world.client();
    client.fetch(get("/")).unwrap();
    let begin = Instant::now();
    world.stop();
    assert!(begin.elapsed() < Duration::from_secs(2));
    eventually("the client sees it", || client.is_closed());
}

#[test]
fn a_peer_that_says_nothing_does_not_hold_a_shutdown_beyond_its_limit() {
    let world = serve(|exchange| exchange.reply(Response::new(200), ""));
    let silent = TcpStream::connect(world.addr).unwrap();
    eventually("it is accepted", || world.handle.connections() == 1);
    let begin = Instant::now();
    world.handle.shutdown(Duration::from_millis(50));
    assert!(begin.elapsed() < Duration::from_secs(5));
    drop(silent);
    world.stop();
}

#[test]
fn a_connection_that_is_being_prepared_is_aborted_too() {
    let server = bind().prepare(|stream| {
        // A handshake that never ends.
        let mut into = [0; 1];
        let mut stream: &TcpStream = stream;
        std::io::Read::read_exact(&mut stream, &mut into)?;
        Err(std::io::Error::other("not reached by this test").into())
    });
    let world = start(server, |server| server.serve(|_| Ok(())));
    let silent = TcpStream::connect(world.addr).unwrap();
    eventually("it is accepted", || world.handle.connections() == 1);
    world.handle.shutdown(Duration::from_millis(50));
    drop(silent);
    world.stop();
}

#[test]
fn a_connection_whose_preparation_fails_is_closed() {
    let server = bind().prepare(|stream| {
        let mut stream: &TcpStream = stream;
        stream.write_all(b"go away")?;
        Err(std::io::Error::other("not wanted").into())
    });
    let world = start(server, |server| server.serve(|_| Ok(())));
    let mut stream = TcpStream::connect(world.addr).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut stream, &mut text).unwrap();
    assert_eq!(text, "go away");
    world.stop();
}

#[test]
fn connections_above_the_limit_wait() {
    let server = bind().max_connections(1);
    let world = start(server, |server| {
        server.serve(|exchange| exchange.reply(Response::new(200), ""))
    });
    let first = world.client();
    first.fetch(get("/")).unwrap();
    let second = world.client();
    let pending = second.send_whole(get("/"), "").unwrap();
    thread::sleep(Duration::from_millis(30));
    assert_eq!(world.handle.connections(), 1);
    first.close().unwrap();
    assert_eq!(pending.wait().unwrap().head.status(), 200);
    second.close().unwrap();
    world.stop();
}

#[test]
fn an_address_where_nobody_listens_is_a_connect_error() {
    let server = bind();
    let addr = server.local_addr();
    drop(server);
    let error = Client::connect(addr).unwrap_err();
    assert!(error.is_connect() && error.is_retryable());
    assert!(format!("{error:#}").starts_with("could not connect: "));
    assert_eq!(error.to_string(), "could not connect");
}

#[test]
fn an_address_that_is_taken_cannot_be_bound() {
    let server = bind();
    assert!(Server::bind(server.local_addr()).is_err());
}

#[test]
fn an_abort_ends_what_waits() {
    let world = serve(|exchange: Exchange| {
        let error = exchange.body.bytes(10).unwrap_err();
        Err(error)
    });
    let client = world.client();
    let (mut body, pending) = client.send(post("/")).unwrap();
    body.flush().unwrap();
    eventually("it is accepted", || world.handle.connections() == 1);
    client.ping().unwrap();
    world.handle.abort();
    assert!(pending.wait().is_err());
    drop(body);
    world.stop();
}
