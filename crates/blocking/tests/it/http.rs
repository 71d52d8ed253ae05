//! Requests and responses over real sockets.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};
use std::io::{Read, Write};
use std::thread;

use tress_blocking::proto::{Connection, Direction, Limits, Observe, Record, Role};
use tress_blocking::{Bytes, Client, Config, Error, Exchange, Response, Trailers, UserError};

use crate::world::{LIMIT, bind, get, post, serve, serve_inline, start};

fn hello(exchange: Exchange) -> Result<(), Error> {
    exchange.reply(
        Response::new(200).field("content-type", "text/plain"),
        "hello",
    )
}

/// Streams the content back, with its trailers.
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

#[test]
fn a_request_is_answered() {
    for world in [serve(hello), serve_inline(hello)] {
        let client = world.client();
        let reply = client.fetch(get("/")).unwrap();
        assert_eq!(reply.head.status(), 200);
        assert_eq!(
            reply.head.field_value("content-type"),
            Some(&b"text/plain"[..])
        );
        assert_eq!(reply.body.bytes(100).unwrap(), "hello");
        client.close().unwrap();
        world.stop();
    }
}

#[test]
fn threads_share_a_connection() {
    for world in [serve(hello), serve_inline(hello)] {
        let client = world.client();
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let client = client.clone();
                thread::spawn(move || {
                    for _ in 0..1000 {
                        let reply = client.fetch(get("/")).unwrap();
                        assert_eq!(reply.body.bytes(100).unwrap(), "hello");
                    }
                })
            })
            .collect();
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
        assert_eq!(world.handle.connections(), 1);
        client.close().unwrap();
        world.stop();
    }
}

#[test]
fn more_requests_than_streams_wait_for_one() {
    let limits = Limits::default().concurrent_streams(3);
    let server = bind().config(Config::default().limits(limits).unwrap());
    let world = start(server, |server| server.serve(hello));
    let client = world.client();
    client.ping().unwrap();
    let threads: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            thread::spawn(move || client.fetch(get("/")).unwrap().body.bytes(100).unwrap())
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), "hello");
    }
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_body_goes_there_and_back_with_trailers() {
    let world = serve(echo);
    let client = world.client();
    let (mut body, pending) = client.send(post("/echo")).unwrap();
    let sent: Vec<u8> = (0_u8..=255).cycle().take(1_000_003).collect();
    let writing = thread::spawn({
        let sent = sent.clone();
        move || {
            // Pieces of every size, each of which may be smaller or larger than a frame.
            let mut rest = &sent[..];
            for size in (1_usize..).map(|n| n * n) {
                let (piece, behind) = rest.split_at(size.min(rest.len()));
                body.write_all(piece).unwrap();
                rest = behind;
                if rest.is_empty() {
                    break;
                }
            }
            body.finish_with_trailers(Trailers::new().field("sum", "42"))
                .unwrap();
        }
    });
    let mut reply = pending.wait().unwrap();
    let mut received = Vec::new();
    reply.body.read_to_end(&mut received).unwrap();
    assert!(received == sent);
    assert!(reply.body.is_ended());
    assert_eq!(
        reply.body.trailers(),
        Some(Trailers::new().field("sum", "42"))
    );
    assert_eq!(reply.body.trailers(), None);
    writing.join().unwrap();
    client.close().unwrap();
    world.stop();
}

#[test]
fn both_ends_may_write_more_than_the_sockets_hold() {
    const PIECE: usize = 1024 * 1024;
    const PIECES: usize = 64;
    // The answer does not wait for the request: both directions are full at once.
    let world = serve(|exchange| {
        let Exchange {
            body, responder, ..
        } = exchange;
        let reading = thread::spawn(move || count(body));
        let mut answer = responder.respond(Response::new(200))?;
        for _ in 0..PIECES {
            answer.send(Bytes::from_static(&[7; PIECE]))?;
        }
        assert_eq!(reading.join().unwrap()?, PIECE * PIECES);
        answer.finish()
    });
    let client = world.client();
    let (mut body, pending) = client.send(post("/")).unwrap();
    let writing = thread::spawn(move || {
        for _ in 0..PIECES {
            body.send(Bytes::from_static(&[8; PIECE])).unwrap();
        }
        body.finish().unwrap();
    });
    assert_eq!(count(pending.wait().unwrap().body).unwrap(), PIECE * PIECES);
    writing.join().unwrap();
    client.close().unwrap();
    world.stop();
}

fn count<R: Role>(mut body: tress_blocking::RecvBody<R>) -> Result<usize, Error> {
    let mut count = 0;
    while let Some(data) = body.data()? {
        count += data.len();
    }
    Ok(count)
}

#[test]
fn informational_responses_are_reachable() {
    let world = serve(|mut exchange| {
        exchange
            .responder
            .inform(Response::new(103).field("link", "</style.css>"))?;
        exchange.responder.inform(Response::new(103))?;
        exchange.reply(Response::new(200), "")
    });
    let client = world.client();
    let reply = client.fetch(get("/")).unwrap();
    let statuses: Vec<_> = reply.informational.iter().map(Response::status).collect();
    assert_eq!(statuses, [103, 103]);

    let mut pending = client.send_whole(get("/"), "").unwrap();
    let first = pending.informational().unwrap().unwrap();
    assert_eq!(first.field_value("link"), Some(&b"</style.css>"[..]));
    let reply = pending.wait().unwrap();
    assert_eq!((reply.informational.len(), reply.head.status()), (1, 200));
    drop(reply);
    client.close().unwrap();
    world.stop();
}

#[test]
fn an_answer_without_content_ends_with_its_head() {
    let world = serve_inline(|exchange| {
        assert!(exchange.body.is_ended());
        exchange.reply(Response::new(204), "")
    });
    let client = world.client();
    let reply = client.fetch(get("/")).unwrap();
    assert_eq!(reply.head.status(), 204);
    client.close().unwrap();
    world.stop();
}

#[test]
fn an_answer_that_comes_before_the_end_of_the_request_is_not_lost() {
    // The handler drops the content of the request.
    let world = serve_inline(|exchange| exchange.reply(Response::new(413), "too much"));
    let client = world.client();
    let (mut body, pending) = client.send(post("/")).unwrap();
    body.flush().unwrap();
    let reply = pending.wait().unwrap();
    assert_eq!(reply.head.status(), 413);
    assert_eq!(reply.body.bytes(100).unwrap(), "too much");
    let error = loop {
        if let Err(error) = body.send(Bytes::from_static(&[0; 16_384])) {
            break error;
        }
    };
    assert!(error.is_no_error_reset(), "{error:?}");
    assert_eq!(error.find(), Some(&UserError::Answered));
    body.finish().unwrap();
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_ping_is_answered() {
    let world = serve(hello);
    let client = world.client();
    assert!(client.ping().unwrap() < LIMIT);
    assert!(client.ping().unwrap() < LIMIT);
    client.close().unwrap();
    world.stop();
}

/// Sums up the octets of frames: received, sent.
#[derive(Clone, Debug, Default)]
struct Sums(Arc<[AtomicU64; 2]>);

impl Observe for Sums {
    fn record(&mut self, record: Record<'_>) {
        let (direction, octets) = match record {
            Record::Preface { direction } => (direction, 24),
            Record::Frame {
                direction, octets, ..
            } => (direction, octets),
            _ => return,
        };
        let index = usize::from(direction == Direction::Sent);
        self.0[index].fetch_add(octets as u64, Ordering::Relaxed);
    }
}

#[test]
fn the_observer_sees_what_the_socket_carries() {
    let world = serve(echo);
    let sums = Sums::default();
    let mut connection = Connection::new(Config::default());
    connection.observe(Box::new(sums.clone()));
    let stream = std::net::TcpStream::connect(world.addr).unwrap();
    let client = Client::new(connection, stream).unwrap().with_timeout(LIMIT);
    let reply = client.fetch_with(post("/"), vec![1; 300_000]).unwrap();
    assert_eq!(reply.body.bytes(300_000).unwrap().len(), 300_000);
    client.ping().unwrap();
    let octets = client.octets();
    let [received, sent] = &*sums.0;
    assert_eq!(octets.received, received.load(Ordering::Relaxed));
    assert_eq!(octets.sent, sent.load(Ordering::Relaxed));
    assert!(octets.sent > 300_000 && octets.received > 300_000);
    client.close().unwrap();
    world.stop();
}
