//! Tunnels: CONNECT and extended CONNECT (RFC 9113 §8.5, RFC 8441 §4).

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::io::{ErrorKind, Read, Write};
use std::thread;

use testkit::{block, code, headers, kind, rst_stream};
use tress_blocking::proto::Server as Role;
use tress_blocking::{
    Blame, Config, Error, Exchange, Request, Response, Tunnel, Tunneled, UserError,
};

use crate::wire::client;
use crate::world::{LIMIT, World, bind, eventually, start};

/// Inverts what comes through, until it ends.
fn invert(mut tunnel: Tunnel<Role>) -> Result<(), Error> {
    let mut into = [0; 1000];
    loop {
        let count = tunnel.read(&mut into)?;
        let from = into.get_mut(..count).unwrap();
        from.iter_mut().for_each(|octet| *octet = !*octet);
        tunnel.write_all(from)?;
        if count == 0 {
            return tunnel.finish();
        }
    }
}

fn world() -> World {
    let server = bind().config(Config::default().allow_extended_connect());
    start(server, |server| {
        server.serve(|exchange: Exchange| {
            let is_connect = exchange.request.method() == b"CONNECT";
            let status = if is_connect { 200 } else { 405 };
            match exchange.request.authority() {
                Some(b"forbidden:1") => exchange.reply(Response::new(403), "no"),
                _ => invert(exchange.tunnel(Response::new(status))?),
            }
        })
    })
}

#[test]
fn a_tunnel_reads_and_writes_as_a_socket_does() {
    let world = world();
    let client = world.client();
    let tunneled = client.tunnel(Request::connect("example.com:443")).unwrap();
    let Tunneled::Established(head, mut tunnel) = tunneled else {
        panic!("it is established");
    };
    assert_eq!(head.status(), 200);
    // Each write is sent at once: nobody flushes.
    for _ in 0..3 {
        tunnel.write_all(b"\x0f\xf0").unwrap();
        let mut into = [0; 2];
        tunnel.read_exact(&mut into).unwrap();
        assert_eq!(into, [0xf0, 0x0f]);
    }
    tunnel.write_all(&[1; 100]).unwrap();
    tunnel.finish().unwrap();
    assert_eq!(
        tunnel.write(b"x").unwrap_err().kind(),
        ErrorKind::BrokenPipe
    );
    let mut rest = Vec::new();
    tunnel.read_to_end(&mut rest).unwrap();
    assert_eq!(rest, [254; 100]);
    drop(tunnel);
    client.close().unwrap();
    world.stop();
}

#[test]
fn an_extended_connect_waits_for_the_servers_word() {
    let world = world();
    for _ in 0..10 {
        let client = world.client();
        let request = Request::extended_connect("websocket", "http", "localhost", "/chat");
        let mut tunnel = client.tunnel(request).unwrap().into_tunnel().unwrap();
        tunnel.write_all(&[0]).unwrap();
        tunnel.finish().unwrap();
        let mut rest = Vec::new();
        tunnel.read_to_end(&mut rest).unwrap();
        assert_eq!(rest, [255]);
        client.close().unwrap();
    }
    world.stop();
}

#[test]
fn an_extended_connect_that_the_server_does_not_know_is_refused_here() {
    let world = start(bind(), |server| server.serve(|_| Ok(())));
    let client = world.client();
    let request = Request::extended_connect("websocket", "http", "localhost", "/chat");
    let error = client.tunnel(request).unwrap_err();
    let source = core::error::Error::source(&error).unwrap();
    let expected = UserError::ExtendedConnectNotAllowed;
    assert_eq!(source.downcast_ref(), Some(&expected));
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_refusal_is_a_response_like_any_other() {
    let world = world();
    let client = world.client();
    let tunneled = client.tunnel(Request::connect("forbidden:1")).unwrap();
    let reply = tunneled.into_tunnel().unwrap_err();
    assert_eq!(reply.head.status(), 403);
    assert_eq!(reply.body.bytes(10).unwrap(), "no");
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_tunnel_that_is_dropped_is_reset_at_once() {
    let (client, mut peer) = client();
    let asking = thread::spawn(move || client.tunnel(Request::connect("a:1")));
    peer.read_to(kind::HEADERS);
    peer.write(headers(1).block(&block().status(200)));
    let tunnel = asking.join().unwrap().unwrap().into_tunnel().unwrap();
    drop(tunnel);
    let reset = peer.read_to(kind::RST_STREAM);
    assert_eq!(reset.code(), Some(code::CANCEL));
}

#[test]
fn a_tunnel_that_the_peer_resets_is_an_error_of_reads_and_writes() {
    let (client, mut peer) = client();
    let asking = thread::spawn(move || client.tunnel(Request::connect("a:1")));
    peer.read_to(kind::HEADERS);
    peer.write((
        headers(1).block(&block().status(200)),
        rst_stream(1, code::CONNECT_ERROR),
    ));
    let mut tunnel = asking.join().unwrap().unwrap().into_tunnel().unwrap();
    let error = tunnel.read(&mut [0; 9]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(Error::from(error).blame(), Blame::Peer);
    assert_eq!(
        tunnel.write(b"x").unwrap_err().kind(),
        ErrorKind::ConnectionReset
    );
}

#[test]
fn what_nobody_takes_bounds_what_is_written() {
    let taken = Arc::new(AtomicUsize::new(0));
    let server = bind();
    let world = start(server, move |server| {
        server.serve(|exchange: Exchange| {
            let mut tunnel = exchange.tunnel(Response::new(200))?;
            // Nothing is read until the client has nothing more to write.
            tunnel.write_all(b"go")?;
            thread::sleep(Duration::from_millis(300));
            let mut into = Vec::new();
            tunnel.read_to_end(&mut into)?;
            tunnel.write_all(&into.len().to_be_bytes())?;
            tunnel.finish()
        })
    });
    let client = world.client();
    let tunneled = client.tunnel(Request::connect("a:1")).unwrap();
    let tunnel = tunneled.into_tunnel().unwrap();
    let (mut recv, send) = tunnel.into_halves();
    let mut go = [0; 2];
    recv.read_exact(&mut go).unwrap();
    let count = Arc::clone(&taken);
    let writing = thread::spawn(move || {
        let mut send = send.unwrap();
        for _ in 0..400 {
            send.write_all(&[3; 16 * 1024]).unwrap();
            count.fetch_add(16 * 1024, Ordering::SeqCst);
        }
        send.finish().unwrap();
    });
    thread::sleep(Duration::from_millis(150));
    let before = taken.load(Ordering::SeqCst);
    assert!(before < 4 * 1024 * 1024, "{before} octets wait");
    eventually("all is taken", || {
        taken.load(Ordering::SeqCst) == 400 * 16 * 1024
    });
    writing.join().unwrap();
    let mut total = [0; 8];
    recv.set_read_timeout(Some(LIMIT));
    recv.read_exact(&mut total).unwrap();
    assert_eq!(usize::from_be_bytes(total), 400 * 16 * 1024);
    drop(recv);
    client.close().unwrap();
    world.stop();
}
