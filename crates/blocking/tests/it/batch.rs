//! Many requests by one thread, with one write.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::io::Write;
use std::net::TcpStream;

use testkit::{block, headers, kind, settings, settings_ack};
use tress_blocking::proto::{Connection, Limits};
use tress_blocking::{Client, Config, Exchange, Response};

use crate::wire::{Counting, Peer};
use crate::world::{LIMIT, bind, eventually, get, post, serve, start};

/// A client that counts its writes, and the server's end of its connection.
fn counted() -> (Client, Peer, Arc<AtomicUsize>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let writes = Arc::new(AtomicUsize::new(0));
    let socket = Counting {
        stream,
        writes: Arc::clone(&writes),
    };
    let client = Client::new(Connection::new(Config::default()), socket).unwrap();
    let mut peer = Peer::new(listener.accept().unwrap().0);
    peer.write((settings(), settings_ack()));
    peer.read_to(kind::SETTINGS);
    peer.read_to(kind::SETTINGS);
    (client.with_timeout(LIMIT), peer, writes)
}

#[test]
fn a_batch_of_100_requests_leaves_together() {
    let (client, mut peer, writes) = counted();
    let before = writes.load(Ordering::SeqCst);
    let batch = client.batch();
    let pending: Vec<_> = (0..100)
        .map(|_| batch.send_whole(get("/"), "").unwrap())
        .collect();
    batch.flush();
    for stream in 0..100 {
        assert_eq!(peer.read_to(kind::HEADERS).stream, 2 * stream + 1);
    }
    // One write, or two where the reading thread had something to write just then.
    let count = writes.load(Ordering::SeqCst) - before;
    assert!((1..=2).contains(&count), "{count} writes");
    drop(batch);
    for stream in (0..100).rev() {
        let head = block().status(200);
        peer.write(headers(2 * stream + 1).block(&head).end());
    }
    for pending in pending {
        assert_eq!(pending.wait().unwrap().head.status(), 200);
    }
    // Answers cost no write.
    assert_eq!(writes.load(Ordering::SeqCst) - before, count);
}

#[test]
fn a_batch_that_is_dropped_or_waited_for_is_written() {
    let (client, mut peer, _) = counted();
    drop(client.batch().send_whole(get("/"), "").unwrap());
    let pending = client.batch().send_whole(get("/"), "").unwrap();
    peer.read_to(kind::HEADERS);
    let batch = client.batch();
    let last = batch.send_whole(get("/"), "").unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| last.wait().unwrap().head.status());
        peer.read_to(kind::HEADERS);
        peer.write(headers(5).block(&block().status(204)).end());
        peer.write(headers(3).block(&block().status(200)).end());
        assert_eq!(waiting.join().unwrap(), 204);
    });
    assert_eq!(pending.wait().unwrap().head.status(), 200);
}

#[test]
fn the_replies_of_a_batch_are_waited_for_in_any_order() {
    let world = serve(|exchange: Exchange| {
        let path = exchange.request.path().unwrap_or_default().to_vec();
        let Exchange {
            body, responder, ..
        } = exchange;
        body.bytes(100)?;
        responder.reply(Response::new(200), path)
    });
    let client = world.client();
    let batch = client.batch();
    let mut pending: Vec<_> = (0..50)
        .map(|number| {
            let path = format!("/{number}");
            (path.clone(), batch.send_whole(get(&path), "").unwrap())
        })
        .collect();
    let (mut body, upload) = batch.send(post("/upload")).unwrap();
    drop(batch);
    pending.reverse();
    for (path, pending) in pending {
        assert_eq!(pending.wait().unwrap().body.bytes(100).unwrap(), path);
    }
    body.write_all(b"content").unwrap();
    body.finish().unwrap();
    assert_eq!(upload.wait().unwrap().body.bytes(100).unwrap(), "/upload");
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_batch_with_more_requests_than_streams_goes_on_as_they_end() {
    let limits = Limits::default().concurrent_streams(10);
    let server = bind().config(Config::default().limits(limits).unwrap());
    let world = start(server, |server| {
        server.serve(|exchange| exchange.reply(Response::new(204), ""))
    });
    let client = world.client();
    client.ping().unwrap();
    let batch = client.batch();
    let pending: Vec<_> = (0..200)
        .map(|_| batch.send_whole(get("/"), "").unwrap())
        .collect();
    drop(batch);
    for pending in pending {
        assert_eq!(pending.wait().unwrap().head.status(), 204);
    }
    eventually("the server has one connection", || {
        world.handle.connections() == 1
    });
    client.close().unwrap();
    world.stop();
}
