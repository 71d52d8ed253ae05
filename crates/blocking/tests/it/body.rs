//! Bodies: back-pressure both ways, and what does not stop what.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::io::{ErrorKind, Write};
use std::sync::mpsc;
use std::thread;

use tress_blocking::{Bytes, Error, Exchange, Response, UserError};

use crate::world::{LIMIT, eventually, get, post, serve};

const PIECE: &[u8] = &[5; 16_384];

#[test]
fn a_sender_waits_when_nobody_takes_its_content() {
    let (go, gone) = mpsc::channel::<()>();
    let gone = std::sync::Mutex::new(gone);
    let world = serve(move |exchange| {
        let _ = gone.lock().unwrap().recv();
        let content = exchange.body.bytes(usize::MAX)?;
        exchange
            .responder
            .reply(Response::new(200), content.len().to_string())
    });
    let client = world.client();
    let (mut body, pending) = client.send(post("/")).unwrap();
    let sent = Arc::new(AtomicUsize::new(0));
    let writing = thread::spawn({
        let sent = Arc::clone(&sent);
        move || {
            for _ in 0..256 {
                body.send(Bytes::from_static(PIECE)).unwrap();
                sent.fetch_add(PIECE.len(), Ordering::SeqCst);
            }
            body.finish().unwrap();
        }
    });
    // The window of the stream and the buffer of the sender, and no more.
    let bound = 64 * 1024 + 128 * 1024;
    eventually("the window is full", || {
        sent.load(Ordering::SeqCst) >= 64 * 1024
    });
    thread::sleep(Duration::from_millis(50));
    assert!(sent.load(Ordering::SeqCst) <= bound + PIECE.len());
    go.send(()).unwrap();
    let reply = pending.wait().unwrap();
    assert_eq!(
        reply.body.bytes(100).unwrap(),
        (256 * PIECE.len()).to_string()
    );
    writing.join().unwrap();
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_receiver_that_takes_nothing_stops_its_sender_and_no_other() {
    let world = serve(|exchange| {
        if exchange.request.path() == Some(b"/small") {
            return exchange.reply(Response::new(200), "small");
        }
        let mut answer = exchange.respond(Response::new(200))?;
        loop {
            answer.send(Bytes::from_static(PIECE))?;
        }
    });
    let client = world.client();
    let slow = client.fetch(get("/endless")).unwrap();
    for _ in 0..20 {
        let reply = client.fetch(get("/small")).unwrap();
        assert_eq!(reply.body.bytes(10).unwrap(), "small");
    }
    drop(slow);
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_slow_upload_does_not_stop_other_requests() {
    let world = serve(|exchange: Exchange| {
        let content = exchange.body.bytes(1000)?;
        exchange.responder.reply(Response::new(200), content)
    });
    let client = world.client();
    let (mut slow, pending) = client.send(post("/")).unwrap();
    slow.write_all(b"one, ").unwrap();
    slow.flush().unwrap();
    for _ in 0..10 {
        let reply = client.fetch_with(post("/"), "quick").unwrap();
        assert_eq!(reply.body.bytes(10).unwrap(), "quick");
    }
    slow.write_all(b"two").unwrap();
    slow.finish().unwrap();
    assert_eq!(pending.wait().unwrap().body.bytes(10).unwrap(), "one, two");
    client.close().unwrap();
    world.stop();
}

#[test]
fn too_much_content_is_an_error_that_says_the_limit() {
    let world = serve(|exchange| exchange.reply(Response::new(200), vec![0; 100_000]));
    let client = world.client();
    let error = client
        .fetch(get("/"))
        .unwrap()
        .body
        .bytes(99_999)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the peer sent more than the 99999 octets that were wanted"
    );
    client.close().unwrap();
    world.stop();
}

#[test]
fn an_exchange_that_takes_too_long_is_a_timeout_and_is_canceled() {
    let (canceled, was_canceled) = mpsc::channel();
    let world = serve(move |mut exchange: Exchange| {
        // Waits for content that does not come.
        let error = exchange.body.data().unwrap_err();
        canceled.send(error.is_canceled()).unwrap();
        Err(error)
    });
    let client = world.client().with_timeout(Duration::from_millis(50));
    let (mut body, pending) = client.send(post("/")).unwrap();
    body.flush().unwrap();
    let error = pending.wait().unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(std::io::Error::from(error).kind(), ErrorKind::TimedOut);
    assert!(was_canceled.recv_timeout(LIMIT).unwrap());
    drop((body, client));
    world.stop();
}

#[test]
fn content_that_differs_from_content_length_is_refused() {
    let world = serve(|exchange: Exchange| exchange.reply(Response::new(200), ""));
    let client = world.client();
    let request = post("/").field("content-length", "5");
    let error: Error = client.send_whole(request, "four").unwrap_err();
    let source = core::error::Error::source(&error).unwrap();
    assert!(matches!(
        source.downcast_ref(),
        Some(UserError::Malformed(_))
    ));
    client.close().unwrap();
    world.stop();
}
