//! Other transports than a TCP socket, and layers between a connection and its transport.

use core::time::Duration;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::Instant;

use testkit::Inverted;
use tress_blocking::proto::{
    Client as ClientRole, Connection, Observe, Record, Role, Server as ServerRole,
};
use tress_blocking::{Client, Config, ErrorCode, Response, serve_connection};

use crate::world::{LIMIT, bind, get, post, start};

/// A connection in a layer.
fn inverted<R: Role>() -> Inverted<Connection<R>> {
    Inverted::new(Connection::new(Config::default()))
}

/// One whose layer has a deadline.
fn ending<R: Role>(soon: Duration) -> Inverted<Connection<R>> {
    inverted().until(soon, |connection: &mut Connection<R>| {
        connection.abort(ErrorCode::SETTINGS_TIMEOUT);
    })
}

fn sockets() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (near, listener.accept().unwrap().0)
}

#[test]
fn a_layer_lies_between_the_connection_and_the_socket() {
    let server = bind().prepare(|_| Ok(Box::new(inverted::<ServerRole>())));
    let world = start(server, |server| {
        server.serve(|exchange| {
            let content = exchange.body.bytes(usize::MAX)?;
            exchange.responder.reply(Response::new(200), content)
        })
    });
    let stream = TcpStream::connect(world.addr).unwrap();
    let client = Client::new(inverted::<ClientRole>(), stream)
        .unwrap()
        .with_timeout(LIMIT);
    for _ in 0..3 {
        let reply = client.fetch_with(post("/"), vec![9; 500_000]).unwrap();
        assert!(reply.body.bytes(500_000).unwrap() == vec![9; 500_000]);
    }
    client.close().unwrap();
    world.stop();
}

#[cfg(unix)]
#[test]
fn a_unix_socket_is_a_socket() {
    use std::os::unix::net::UnixStream;
    let (near, far) = UnixStream::pair().unwrap();
    let serving = thread::spawn(move || {
        let machine = Connection::new(Config::default());
        serve_connection(machine, far, |exchange| {
            exchange.reply(Response::new(200), "unix")
        })
    });
    let client = Client::new(Connection::new(Config::default()), near).unwrap();
    let client = client.with_timeout(LIMIT);
    assert_eq!(
        client.fetch(get("/")).unwrap().body.bytes(10).unwrap(),
        "unix"
    );
    client.close().unwrap();
    serving.join().unwrap().unwrap();
}

#[cfg(unix)]
#[test]
fn a_peer_that_takes_nothing_any_more_does_not_hold_the_end() {
    use std::os::unix::net::UnixStream;
    let (near, far) = UnixStream::pair().unwrap();
    let client = Client::new(Connection::new(Config::default()), near).unwrap();
    let client = client.with_timeout(LIMIT);
    far.shutdown(Shutdown::Read).unwrap();
    // The write fails; what the peer may still say is waited for.
    let pending = client.send_whole(get("/"), "").unwrap();
    thread::sleep(Duration::from_millis(20));
    drop(pending);
    if let Err(error) = client.close() {
        assert!(!error.is_timeout(), "{error}");
    }
    drop(far);
}

/// Ends the output when it is dropped, as a half of a pipe does.
struct WriteEnd(TcpStream);

impl Write for WriteEnd {
    fn write(&mut self, from: &[u8]) -> std::io::Result<usize> {
        self.0.write(from)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

impl Drop for WriteEnd {
    fn drop(&mut self) {
        let _ = self.0.shutdown(Shutdown::Write);
    }
}

#[test]
fn any_two_halves_carry_a_connection() {
    let (near, far) = sockets();
    let serving = thread::spawn(move || {
        let machine = Connection::new(Config::default());
        serve_connection(machine, far, |exchange| {
            let content = exchange.body.bytes(usize::MAX)?;
            exchange.responder.reply(Response::new(200), content)
        })
    });
    let writer = WriteEnd(near.try_clone().unwrap());
    let machine = Connection::new(Config::default());
    let client = Client::over_halves(machine, near, writer)
        .unwrap()
        .with_timeout(LIMIT);
    let reply = client.fetch_with(post("/"), vec![1; 2_000_000]).unwrap();
    assert!(reply.body.bytes(2_000_000).unwrap() == vec![1; 2_000_000]);
    client.ping().unwrap();
    client.close().unwrap();
    serving.join().unwrap().unwrap();
}

#[test]
fn a_deadline_of_the_machine_is_kept_while_the_peer_says_nothing() {
    const SOON: Duration = Duration::from_millis(60);
    let (near, far) = sockets();
    let begin = Instant::now();
    let serving = thread::spawn(move || {
        let machine = ending::<ServerRole>(SOON);
        serve_connection(machine, far, |_| Ok(()))
    });
    let mut last = Vec::new();
    (&near).read_to_end(&mut last).unwrap();
    assert!(begin.elapsed() >= SOON);
    // The last frame is the GOAWAY, whose code is SETTINGS_TIMEOUT.
    assert!(last.ends_with(&[!0, !0, !0, !4]));
    drop(near);
    let error = serving.join().unwrap().unwrap_err();
    assert_eq!(error.reason(), Some(ErrorCode::SETTINGS_TIMEOUT));
}

#[test]
fn a_deadline_of_the_machine_is_kept_over_halves() {
    const SOON: Duration = Duration::from_millis(60);
    let (near, far) = sockets();
    let writer = WriteEnd(near.try_clone().unwrap());
    let machine = ending::<ClientRole>(SOON);
    let client = Client::over_halves(machine, near, writer)
        .unwrap()
        .with_timeout(LIMIT);
    let error = client.fetch(get("/")).unwrap_err();
    assert_eq!(error.reason(), Some(ErrorCode::SETTINGS_TIMEOUT));
    drop(far);
    assert!(client.close().is_err());
}

/// Panics when it sees a HEADERS frame.
struct Panics;

impl Observe for Panics {
    fn record(&mut self, record: Record<'_>) {
        assert!(
            !matches!(record, Record::Fields { .. }),
            "this observer panics, as it should"
        );
    }
}

#[test]
fn an_observer_that_panics_ends_its_connection_and_hangs_nobody() {
    let server = bind().prepare(|_| {
        let mut connection = Connection::new(Config::default());
        connection.observe(Box::new(Panics));
        Ok(Box::new(connection))
    });
    let world = start(server, |server| server.serve(|_| Ok(())));
    let client = world.client();
    assert!(client.fetch(get("/")).is_err());
    assert!(client.close().is_err());
    world.stop();
}
