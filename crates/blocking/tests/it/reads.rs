//! How long reads wait, and how often a socket is read that has nothing to give.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use core::time::Duration;
use std::io::{self, ErrorKind, IoSlice, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Mutex;
use std::thread;

use testkit::{PREFACE, Wire, code, frames, headers, kind, settings, settings_ack};
use tress_blocking::proto::Connection;
use tress_blocking::{Client, Config, Response, Socket, serve_connection};

use crate::rough::sockets;
use crate::world::{LIMIT, get};

/// What was asked of a socket.
#[derive(Default)]
struct Notes {
    reads: AtomicUsize,
    limits: Mutex<Vec<Duration>>,
    /// Each read fails from now on.
    is_broken: AtomicBool,
    /// Each write does.
    is_write_closed: AtomicBool,
}

struct Noting(TcpStream, Arc<Notes>);

impl Socket for Noting {
    fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        self.1.reads.fetch_add(1, Ordering::SeqCst);
        if self.1.is_broken.load(Ordering::SeqCst) {
            return Err(ErrorKind::ConnectionReset.into());
        }
        Socket::read(&self.0, into)
    }

    fn write_vectored(&self, from: &[IoSlice<'_>]) -> io::Result<usize> {
        if self.1.is_write_closed.load(Ordering::SeqCst) {
            return Err(ErrorKind::BrokenPipe.into());
        }
        let written = Socket::write_vectored(&self.0, from);
        let has_goaway = from.iter().any(|piece| piece.get(3) == Some(&kind::GOAWAY));
        self.1.is_broken.fetch_or(has_goaway, Ordering::SeqCst);
        written
    }

    fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        self.1.limits.lock().unwrap().extend(limit);
        Socket::set_read_timeout(&self.0, limit)
    }

    fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        Socket::set_write_timeout(&self.0, limit)
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        Socket::shutdown(&self.0, how)
    }
}

/// A client whose socket takes notes, and the other end.
fn client() -> (Client, Arc<Notes>, TcpStream) {
    let (near, far) = sockets();
    let notes = Arc::<Notes>::default();
    let socket = Noting(near, Arc::clone(&notes));
    let client = Client::new(Connection::new(Config::default()), socket);
    (client.unwrap().with_timeout(LIMIT), notes, far)
}

#[test]
fn a_connection_that_waits_for_nothing_does_not_wake_up_to_look() {
    let (client, notes, mut far) = client();
    let pending = client.send_whole(get("/"), "").unwrap();
    let answer = headers(1).status(204).end();
    far.write_all(&(settings(), settings_ack(), answer).octets())
        .unwrap();
    let reply = pending.wait().unwrap();
    assert_eq!(reply.head.status(), 204);
    drop(reply);
    client.close_within(LIMIT).unwrap_or_default();
    let limits = notes.limits.lock().unwrap();
    let least = limits.iter().min();
    assert!(
        least.is_none_or(|least| *least >= Duration::from_millis(500)),
        "{limits:?}"
    );
}

#[test]
fn a_socket_that_fails_after_the_end_is_not_read_again() {
    let (mut near, far) = sockets();
    let notes = Arc::<Notes>::default();
    let socket = Noting(far, Arc::clone(&notes));
    let serving = thread::spawn(move || {
        serve_connection(Connection::new(Config::default()), socket, |exchange| {
            exchange.reply(Response::new(204), "")
        })
    });
    // RFC 9113 §6.7: a PING on a stream.
    let ping = [0, 0, 8, kind::PING, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    near.write_all(&(PREFACE, settings(), ping.to_vec()).octets())
        .unwrap();
    let mut output = Vec::new();
    near.read_to_end(&mut output).unwrap();
    let last = frames(&output).pop().unwrap();
    assert_eq!(
        (last.kind, last.code()),
        (kind::GOAWAY, Some(code::PROTOCOL_ERROR))
    );
    serving.join().unwrap().unwrap_err();
    assert!(notes.is_broken.load(Ordering::SeqCst));
    // What was said in one or more reads, and one that fails.
    assert!(notes.reads.load(Ordering::SeqCst) <= 4);
}

#[test]
fn an_answer_is_heard_after_writes_have_failed_and_more_was_to_be_written() {
    let (client, notes, mut far) = client();
    let pending = client.send_whole(get("/"), "").unwrap();
    while notes.reads.load(Ordering::SeqCst) == 0 {
        thread::yield_now();
    }
    notes.is_write_closed.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        // The first is lost; those that follow find no way out. Each is told so, or waits.
        drop(client.send_whole(get("/more"), ""));
    }
    let answer = headers(1).status(413).end();
    far.write_all(&(settings(), settings_ack(), answer).octets())
        .unwrap();
    assert_eq!(pending.wait().unwrap().head.status(), 413);
}
