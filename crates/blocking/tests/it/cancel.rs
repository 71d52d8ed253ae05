//! Dropping is canceling.

use std::io::Write;
use std::sync::mpsc;
use std::time::Instant;

use tress_blocking::{Bytes, Error, ErrorCode, Exchange, Response};

use crate::world::{LIMIT, World, get, post, serve};

/// Says why its stream ended, with the reason on the wire.
fn endless() -> (World, mpsc::Receiver<Error>) {
    let (tell, told) = mpsc::channel();
    let world = serve(move |exchange| {
        let mut answer = exchange.respond(Response::new(200))?;
        loop {
            if let Err(error) = answer.send(Bytes::from_static(&[1; 10_000])) {
                tell.send(error.clone()).unwrap();
                return Err(error);
            }
        }
    });
    (world, told)
}

#[test]
fn dropping_a_response_body_cancels_its_stream_at_once() {
    let (world, told) = endless();
    let client = world.client();
    let mut reply = client.fetch(get("/")).unwrap();
    reply.body.data().unwrap().unwrap();
    drop(reply);
    let error = told.recv_timeout(LIMIT).unwrap();
    assert_eq!(error.reason(), Some(ErrorCode::CANCEL));
    assert!(error.is_canceled());
    client.close().unwrap();
    world.stop();
}

#[test]
fn dropping_a_response_that_is_yet_to_come_cancels_its_stream() {
    let (world, told) = endless();
    let client = world.client();
    drop(client.send_whole(get("/"), "").unwrap());
    // The request may have been taken back before the server heard of it.
    if let Ok(error) = told.recv_timeout(core::time::Duration::from_millis(200)) {
        assert!(error.is_canceled());
    }
    client.close().unwrap();
    world.stop();
}

#[test]
fn dropping_a_request_body_cancels_its_stream() {
    let (tell, told) = mpsc::channel();
    let (begun, has_begun) = mpsc::channel();
    let world = serve(move |exchange: Exchange| {
        begun.send(()).unwrap();
        let error = exchange.body.bytes(1000).unwrap_err();
        tell.send(error.clone()).unwrap();
        Err(error)
    });
    let client = world.client();
    let (mut body, pending) = client.send(post("/")).unwrap();
    body.write_all(b"half").unwrap();
    body.flush().unwrap();
    has_begun.recv_timeout(LIMIT).unwrap();
    drop(body);
    assert_eq!(
        told.recv_timeout(LIMIT).unwrap().reason(),
        Some(ErrorCode::CANCEL)
    );
    assert!(pending.wait().unwrap_err().is_canceled());
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_canceled_stream_frees_its_place() {
    let (world, _told) = endless();
    let client = world.client();
    let begin = Instant::now();
    // More than may be open at once, fewer than the server tolerates to see reset.
    for _ in 0..150 {
        drop(client.fetch(get("/")).unwrap());
    }
    assert!(begin.elapsed() < LIMIT);
    client.close().unwrap();
    world.stop();
}
