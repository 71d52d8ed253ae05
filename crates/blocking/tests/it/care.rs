//! How long connections live, and how they end by themselves.

use core::time::Duration;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use testkit::{PREFACE, Wire, frames, headers, kind, settings, settings_ack, window_update};
use tress_blocking::{Bytes, Client, Config, Exchange, Response, proto};

use crate::world::{LIMIT, World, bind, eventually, get, start};

const SHORT: Duration = Duration::from_millis(50);

fn world(
    config: Config,
    handler: impl Fn(Exchange) -> Result<(), tress_blocking::Error> + Send + Sync + 'static,
) -> World {
    start(bind().config(config), |server| server.serve(handler))
}

/// What a client says first that takes as much as it can get.
fn hello() -> Vec<u8> {
    let hello = (
        PREFACE,
        settings().set(4, 0x7fff_ffff),
        window_update(0, 0x7fff_0000),
        settings_ack(),
    );
    hello.octets()
}

/// A client that says hello and asks, and then has vanished: its socket is there, and takes what the
/// system takes.
fn vanished(world: &World, request: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(world.addr).unwrap();
    stream.write_all(&hello()).unwrap();
    stream.write_all(request).unwrap();
    stream
}

#[test]
fn a_client_that_vanished_is_reaped_by_keep_alive() {
    let (ended, has_ended) = mpsc::channel();
    let config = Config::default().keep_alive(SHORT, SHORT);
    let world = world(config, move |exchange| {
        let error = exchange.body.bytes(100).unwrap_err();
        ended.send(error.is_timeout()).unwrap();
        Err(error)
    });
    let gone = vanished(&world, &headers(1).get("/").octets());
    assert_eq!(has_ended.recv_timeout(LIMIT), Ok(true));
    eventually("it is reaped", || world.handle.connections() == 0);
    drop(gone);
    world.stop();
}

/// Its sockets hold a fixed amount, so that the last of the output is stuck for good.
#[cfg(unix)]
#[test]
fn a_client_that_vanished_amid_an_answer_is_reaped_too() {
    let (ours, mut gone) = std::os::unix::net::UnixStream::pair().unwrap();
    gone.write_all(&hello()).unwrap();
    gone.write_all(&headers(1).get("/").end().octets()).unwrap();
    let config = Config::default().keep_alive(SHORT, SHORT);
    let (ended, has_ended) = mpsc::channel();
    let serving = thread::spawn(move || {
        tress_blocking::serve_connection(proto::Connection::new(config), ours, move |exchange| {
            let mut answer = exchange.respond(Response::new(200))?;
            let error = loop {
                if let Err(error) = answer.send(Bytes::from_static(&[0; 16_384])) {
                    break error;
                }
            };
            ended.send(error.is_timeout()).unwrap();
            Err(error)
        })
    });
    assert_eq!(has_ended.recv_timeout(LIMIT), Ok(true));
    eventually("it is reaped", || serving.is_finished());
    assert!(serving.join().unwrap().unwrap_err().is_timeout());
    drop(gone);
}

#[test]
fn a_connection_that_nobody_uses_ends_in_good_order() {
    let world = world(Config::default().idle_timeout(SHORT), |exchange| {
        exchange.reply(Response::new(200), "hello")
    });
    let client = world.client();
    let reply = client.fetch(get("/")).unwrap();
    assert_eq!(reply.body.bytes(10).unwrap(), "hello");
    eventually("it has ended", || client.is_closed());
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_connection_that_is_old_enough_lets_what_runs_finish() {
    let age = Duration::from_millis(200);
    let world = world(Config::default().max_age(age, LIMIT), |exchange| {
        thread::sleep(Duration::from_millis(500));
        exchange.reply(Response::new(200), "late")
    });
    let client = world.client();
    let reply = client.fetch(get("/")).unwrap();
    assert_eq!(reply.body.bytes(10).unwrap(), "late");
    eventually("it has ended", || client.is_closed());
    let error = client.fetch(get("/")).unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
    world.stop();
}

#[test]
fn a_connection_that_is_too_old_ends_at_once() {
    let world = world(Config::default().max_age(SHORT, SHORT), |exchange| {
        let mut answer = exchange.respond(Response::new(200))?;
        while answer.send("and on").is_ok() {
            thread::sleep(Duration::from_millis(1));
        }
        answer.finish()
    });
    let client = world.client();
    let reply = client.fetch(get("/")).unwrap();
    assert!(reply.body.bytes(usize::MAX).is_err());
    eventually("it has ended", || world.handle.connections() == 0);
    world.stop();
}

#[test]
fn a_client_of_ones_own_making_has_a_maximum_age_too() {
    let world = world(Config::default(), |exchange| {
        exchange.reply(Response::new(200), "")
    });
    let connection = proto::Connection::new(Config::default().max_age(SHORT, SHORT));
    let client = Client::new(connection, TcpStream::connect(world.addr).unwrap()).unwrap();
    eventually("it has ended", || client.is_closed());
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_client_closes_within_a_limit_once_what_runs_has_finished() {
    let world = world(Config::default(), |exchange| {
        thread::sleep(Duration::from_millis(100));
        exchange.reply(Response::new(200), "late")
    });
    let client = world.client();
    let pending = client.send_whole(get("/"), "").unwrap();
    client.close_within(LIMIT).unwrap();
    let reply = pending.wait().unwrap();
    assert_eq!(reply.body.bytes(10).unwrap(), "late");
    world.stop();
}

#[test]
fn a_client_that_closes_within_a_limit_aborts_what_still_runs_then() {
    let (cut, is_cut) = mpsc::channel();
    let world = world(Config::default(), move |exchange| {
        let mut answer = exchange.respond(Response::new(200))?;
        while answer.send("and on").is_ok() {
            thread::sleep(Duration::from_millis(1));
        }
        cut.send(()).unwrap();
        answer.finish()
    });
    let client = world.client();
    let reply = client.fetch(get("/")).unwrap();
    let begin = Instant::now();
    let error = client.close_within(SHORT).unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert!(begin.elapsed() < LIMIT / 2);
    assert!(reply.body.bytes(usize::MAX).is_err());
    is_cut.recv_timeout(LIMIT).unwrap();
    world.stop();
}

#[test]
fn a_limit_of_streams_is_announced_and_kept() {
    let limits = proto::Limits::server().concurrent_streams(7);
    let config = Config::default().limits(limits).unwrap();
    let world = world(config, |exchange| exchange.reply(Response::new(200), ""));
    let mut stream = TcpStream::connect(world.addr).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream.write_all(&(PREFACE, settings()).octets()).unwrap();
    let mut octets = [0; 4096];
    let len = stream.read(&mut octets).unwrap();
    let said = frames(octets.get(..len).unwrap());
    let first = said.first().unwrap();
    assert_eq!(first.kind, kind::SETTINGS);
    // RFC 9113 §6.5.2: SETTINGS_MAX_CONCURRENT_STREAMS is 3.
    assert!(
        first
            .payload
            .chunks(6)
            .any(|entry| entry == [0, 3, 0, 0, 0, 7])
    );
    drop(stream);
    world.stop();
}

#[test]
fn a_client_that_never_reads_is_given_up() {
    let limits = proto::Limits::server().transport_idle(6 * SHORT);
    let config = Config::default().limits(limits).unwrap();
    let world = world(config, |exchange| {
        exchange.reply(Response::new(200), Bytes::from(vec![0; 64 << 20]))
    });
    let gone = vanished(&world, &headers(1).get("/").end().octets());
    eventually("it is there", || world.handle.connections() == 1);
    eventually("it is given up", || world.handle.connections() == 0);
    drop(gone);
    world.stop();
}
