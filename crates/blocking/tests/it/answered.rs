//! An answer that is whole while the request still runs (RFC 9113 §8.1).

use core::time::Duration;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use testkit::{Reader, Wire, data, headers, kind, ping, settings, settings_ack};
use tress_blocking::proto::{Connection, Limits};
use tress_blocking::{Client, Config, Exchange, Response};

use crate::world::{LIMIT, get, post, serve_inline};

/// More than a window holds.
const MUCH: usize = 100_000;

/// How many streams the server allows.
const STREAMS: u32 = 10;

/// A server by hand: it answers each request in full when its head is there, and takes none of it.
fn curt(status: u16) -> (Client, JoinHandle<u32>) {
    curt_with(status, Config::default())
}

fn curt_with(status: u16, config: Config) -> (Client, JoinHandle<u32>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (mut peer, _) = listener.accept().unwrap();
    let serving = thread::spawn(move || {
        let limit = settings().set(3, STREAMS);
        peer.write_all(&(limit, settings_ack()).octets()).unwrap();
        let (mut reader, mut into, mut answered) = (Reader::new(), [0; 4096], 0);
        loop {
            let count = peer.read(&mut into).unwrap();
            if count == 0 {
                return answered;
            }
            for frame in reader.read(&into[..count]) {
                if frame.kind == kind::HEADERS {
                    let head = headers(frame.stream).status(status);
                    let answer = (head, data(frame.stream, "answer").end());
                    peer.write_all(&answer.octets()).unwrap();
                    answered += 1;
                }
                if frame.kind == kind::PING {
                    let payload = frame.payload[..].try_into().unwrap();
                    peer.write_all(&ping(payload).ack().octets()).unwrap();
                }
            }
        }
    });
    let machine = Connection::new(config);
    let client = Client::new(machine, stream).unwrap();
    let client = client.with_timeout(LIMIT);
    // Its settings are known with its first answer.
    let reply = client.fetch(get("/")).unwrap();
    assert_eq!(reply.body.bytes(MUCH).unwrap(), "answer");
    (client, serving)
}

#[test]
fn a_sender_is_freed_when_the_whole_answer_is_no_success_and_the_answer_is_there() {
    let (client, serving) = curt(413);
    for _ in 0..3 * STREAMS {
        let (mut body, pending) = client.send(post("/")).unwrap();
        let sending = thread::spawn(move || {
            while body.send(vec![7; MUCH]).is_ok() {}
            assert!(body.is_canceled());
            // What the server has no use for is no error of whoever sent it.
            body.finish().unwrap();
        });
        sending.join().unwrap();
        let reply = pending.wait().unwrap();
        assert_eq!(reply.head.status(), 413);
        assert_eq!(reply.body.bytes(MUCH).unwrap(), "answer");
    }
    client.close().unwrap();
    assert_eq!(serving.join().unwrap(), 3 * STREAMS + 1);
}

#[cfg(feature = "http")]
#[test]
fn answered_calls_whose_content_never_ends_keep_neither_their_streams_nor_their_threads() {
    use std::sync::mpsc::channel;
    use tress_blocking::http::Body;
    use tress_blocking::http::types::Request;
    for status in [200, 404] {
        let (client, serving) = curt(status);
        for _ in 0..3 * STREAMS {
            let (lives, dropped) = channel::<()>();
            let content = Body::from_writer(move |writer| {
                let _lives = lives;
                loop {
                    writer.send(vec![7; MUCH])?;
                }
            });
            let request = Request::post("http://localhost/").body(content).unwrap();
            let mut response = client.request(request).unwrap();
            assert_eq!(response.body_mut().collect(MUCH).unwrap(), "answer");
            drop(response);
            // The thread has released what it sent.
            assert!(
                dropped.recv_timeout(LIMIT).is_err_and(|error| {
                    error == std::sync::mpsc::RecvTimeoutError::Disconnected
                })
            );
        }
        client.close().unwrap();
        assert_eq!(serving.join().unwrap(), 3 * STREAMS + 1);
    }
}

/// RFC 9113 §8.1: what reads on says so by credit, for which it has a time.
#[test]
fn a_success_that_gives_no_credit_ends_the_upload_when_its_time_is_over() {
    let time = Duration::from_millis(300);
    let limits = Limits::client().answered_credit(time);
    let (client, serving) = curt_with(200, Config::default().limits(limits).unwrap());
    let (mut body, pending) = client.send(post("/")).unwrap();
    let sending = thread::spawn(move || {
        let begun = Instant::now();
        let error = loop {
            if let Err(error) = body.send(vec![7; MUCH]) {
                break error;
            }
        };
        (error, begun.elapsed())
    });
    let reply = pending.wait().unwrap();
    let (error, waited) = sending.join().unwrap();
    assert!(waited >= time, "{waited:?}");
    assert!(error.is_no_error_reset(), "it is no mistake: {error:?}");
    assert!(waited < LIMIT, "{waited:?}");
    assert_eq!(reply.body.bytes(MUCH).unwrap(), "answer");
    client.close().unwrap();
    assert_eq!(serving.join().unwrap(), 2);
}

#[test]
fn a_success_that_reads_on_gets_the_rest_of_the_request_also_where_the_answer_was_dropped() {
    let world = serve_inline(|exchange| {
        exchange.spawn(|exchange| {
            let Exchange {
                body, responder, ..
            } = exchange;
            responder.reply(Response::new(200), "early")?;
            assert_eq!(body.bytes(10 * MUCH)?.len(), 4 * MUCH);
            Ok(())
        })
    });
    let client = world.client();
    let (mut body, pending) = client.send(post("/")).unwrap();
    body.send(vec![7; MUCH]).unwrap();
    let reply = pending.wait().unwrap();
    assert_eq!(reply.body.bytes(MUCH).unwrap(), "early");
    for _ in 0..3 {
        body.send(vec![7; MUCH]).unwrap();
    }
    assert!(!body.is_canceled());
    body.finish().unwrap();
    client.close().unwrap();
    world.stop();
}
