//! What is on the wire, and in how many pieces: a peer that writes and reads frames itself.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::io::{self, IoSlice, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

use testkit::{PREFACE, Reader, Seen, Wire, block, code, data, headers, kind, ping, settings};
use testkit::{goaway, rst_stream, settings_ack};
use tress_blocking::proto::{Connection, Limits, Server as Role};
use tress_blocking::{
    Client, Config, ConnectionError, Error, ErrorCode, Exchange, Response, Socket, serve_connection,
};

use crate::driver::{LONG, sockets, wide};
use crate::world::{LIMIT, get, post};

/// One end of a connection that speaks by itself.
pub(crate) struct Peer {
    pub(crate) stream: TcpStream,
    reader: Reader,
    seen: Vec<Seen>,
}

impl Peer {
    pub(crate) fn new(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        Self {
            stream,
            reader: Reader::new(),
            seen: Vec::new(),
        }
    }

    pub(crate) fn write(&mut self, wire: impl Wire) {
        self.stream.write_all(&wire.octets()).unwrap();
    }

    /// Reads on to the first frame of this kind; returns it.
    #[track_caller]
    pub(crate) fn read_to(&mut self, kind: u8) -> Seen {
        loop {
            if let Some(index) = self.seen.iter().position(|frame| frame.kind == kind) {
                return self.seen.drain(..=index).next_back().unwrap();
            }
            let mut into = [0; 4096];
            let count = self.stream.read(&mut into).unwrap();
            assert!(count > 0, "the end came before a frame of kind {kind:#x}");
            self.seen.extend(self.reader.read(&into[..count]));
        }
    }

    /// Reads to the end.
    pub(crate) fn read_to_end(&mut self) -> Vec<Seen> {
        let mut rest = Vec::new();
        // A reset is an end, too.
        let _ = self.stream.read_to_end(&mut rest);
        self.seen.extend(self.reader.read(&rest));
        core::mem::take(&mut self.seen)
    }
}

impl Peer {
    /// Reads to the end; nothing but acknowledgments comes before it.
    #[track_caller]
    fn expect_end(&mut self) {
        let mut rest = self.read_to_end();
        rest.retain(|frame| frame.kind != kind::SETTINGS);
        assert!(rest.is_empty(), "{rest:?}");
    }
}

/// Counts writes.
pub(crate) struct Counting {
    pub(crate) stream: TcpStream,
    pub(crate) writes: Arc<AtomicUsize>,
}

impl Socket for Counting {
    fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        Socket::read(&self.stream, into)
    }

    fn write_vectored(&self, from: &[IoSlice<'_>]) -> io::Result<usize> {
        self.writes.fetch_add(1, Ordering::SeqCst);
        Socket::write_vectored(&self.stream, from)
    }

    fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        Socket::set_read_timeout(&self.stream, limit)
    }

    fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        Socket::set_write_timeout(&self.stream, limit)
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        Socket::shutdown(&self.stream, how)
    }
}

/// A connection of a server, the peer of it, and how often it writes.
pub(crate) fn served<H>(handler: H) -> (Peer, JoinHandle<Result<(), Error>>, Arc<AtomicUsize>)
where
    H: Fn(Exchange) -> Result<(), Error> + Send + Sync + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, _) = listener.accept().unwrap();
    let writes = Arc::new(AtomicUsize::new(0));
    let socket = Counting {
        stream,
        writes: Arc::clone(&writes),
    };
    let machine = Connection::<Role>::new(Config::default());
    let serving = thread::spawn(move || serve_connection(machine, socket, handler));
    (Peer::new(near), serving, writes)
}

/// A client, and the server's end of its connection.
pub(crate) fn client() -> (Client, Peer) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = Client::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, _) = listener.accept().unwrap();
    let mut peer = Peer::new(stream);
    peer.write((settings(), settings_ack()));
    (client.with_timeout(LIMIT), peer)
}

#[test]
fn head_content_and_end_leave_in_one_write() {
    let (mut peer, serving, writes) =
        served(|exchange| exchange.reply(Response::new(200), "hello"));
    peer.write((PREFACE, settings(), settings_ack()));
    peer.read_to(kind::SETTINGS);
    peer.read_to(kind::SETTINGS);
    let before = writes.load(Ordering::SeqCst);
    peer.write(headers(1).get("/").end());
    assert_eq!(
        peer.read_to(kind::HEADERS).field(":status").as_deref(),
        Some("200")
    );
    let content = peer.read_to(kind::DATA);
    assert!(content.is_end());
    assert_eq!(content.content(), b"hello");
    assert_eq!(writes.load(Ordering::SeqCst) - before, 1);
    drop(peer);
    serving.join().unwrap().unwrap();
}

#[test]
fn a_server_says_what_was_wrong_before_it_closes() {
    let (mut peer, serving, _) = served(|exchange| exchange.reply(Response::new(200), ""));
    // A PING on a stream breaks RFC 9113 §6.7.
    peer.write((PREFACE, settings(), ping(*b"12345678").stream(1)));
    let last = peer.read_to(kind::GOAWAY);
    assert_eq!(last.code(), Some(code::PROTOCOL_ERROR));
    assert!(peer.read_to_end().is_empty());
    let error = serving.join().unwrap().unwrap_err();
    assert_eq!(error.reason(), Some(ErrorCode::PROTOCOL_ERROR));
}

#[test]
fn a_pings_answer_does_not_wait_for_a_handler() {
    let (wait, waited) = std::sync::mpsc::channel::<()>();
    let waited = std::sync::Mutex::new(waited);
    let (mut peer, serving, _) = served(move |exchange| {
        let _ = waited.lock().unwrap().recv();
        exchange.reply(Response::new(200), "")
    });
    peer.write((
        PREFACE,
        settings(),
        settings_ack(),
        headers(1).get("/").end(),
    ));
    peer.write(ping(*b"12345678"));
    assert_eq!(peer.read_to(kind::PING).payload, b"12345678");
    drop(wait);
    peer.read_to(kind::HEADERS);
    drop(peer);
    serving.join().unwrap().unwrap();
}

#[test]
fn a_client_that_is_dropped_says_so_and_closes() {
    let (client, mut peer) = client();
    drop(client);
    let last = peer.read_to(kind::GOAWAY);
    assert_eq!(last.code(), Some(code::NO_ERROR));
    peer.expect_end();
}

#[test]
fn what_runs_finishes_after_the_last_handle_is_dropped() {
    let (client, mut peer) = client();
    let pending = client.send_whole(get("/"), "").unwrap();
    drop(client);
    peer.read_to(kind::GOAWAY);
    peer.write((
        headers(1).block(&block().status(200)),
        data(1, "still here").end(),
    ));
    let reply = pending.wait().unwrap();
    assert_eq!(reply.body.bytes(100).unwrap(), "still here");
    peer.expect_end();
}

#[test]
fn a_connection_that_breaks_fails_its_requests_once_with_the_cause() {
    let (client, mut peer) = client();
    let first = client.send_whole(get("/1"), "").unwrap();
    let second = client.send_whole(get("/2"), "").unwrap();
    peer.read_to(kind::HEADERS);
    peer.read_to(kind::HEADERS);
    drop(peer);
    for pending in [first, second] {
        let error = pending.wait().unwrap_err();
        let source = core::error::Error::source(&error).unwrap();
        assert!(
            source.downcast_ref::<ConnectionError>().is_some(),
            "{source:?}"
        );
        assert!(!error.is_retryable());
    }
    let error = client.fetch(get("/3")).unwrap_err();
    assert!(error.is_retryable(), "nothing of it was sent: {error:?}");
    let source = core::error::Error::source(&error).unwrap();
    assert!(source.downcast_ref::<ConnectionError>().is_some());
    assert!(client.is_closed());
}

#[test]
fn a_request_that_the_server_did_not_process_may_be_sent_again() {
    let (client, mut peer) = client();
    let pending = client.send_whole(get("/"), "").unwrap();
    peer.read_to(kind::HEADERS);
    peer.write(goaway(0, code::NO_ERROR));
    let error = pending.wait().unwrap_err();
    assert!(error.is_retryable() && error.is_go_away(), "{error:?}");
}

#[test]
fn whatever_is_dropped_before_its_end_cancels_its_stream_at_once() {
    let (client, mut peer) = client();
    let canceled = |peer: &mut Peer, stream| {
        let reset = peer.read_to(kind::RST_STREAM);
        assert_eq!((reset.stream, reset.code()), (stream, Some(code::CANCEL)));
    };
    let pending = client.send_whole(get("/"), "").unwrap();
    peer.read_to(kind::HEADERS);
    drop(pending);
    canceled(&mut peer, 1);

    let (mut body, pending) = client.send(post("/")).unwrap();
    body.flush().unwrap();
    peer.read_to(kind::HEADERS);
    drop(body);
    canceled(&mut peer, 3);
    assert!(pending.wait().unwrap_err().is_canceled());

    let pending = client.send_whole(get("/"), "").unwrap();
    peer.read_to(kind::HEADERS);
    peer.write((headers(5).block(&block().status(200)), data(5, "some")));
    drop(pending.wait().unwrap());
    canceled(&mut peer, 5);
}

#[test]
fn a_reset_by_the_server_is_the_requests_error_alone() {
    let (client, mut peer) = client();
    let first = client.send_whole(get("/1"), "").unwrap();
    let second = client.send_whole(get("/2"), "").unwrap();
    peer.read_to(kind::HEADERS);
    peer.write((
        rst_stream(1, code::REFUSED_STREAM),
        headers(3).block(&block().status(204)).end(),
    ));
    let error = first.wait().unwrap_err();
    assert_eq!(error.reason(), Some(ErrorCode::REFUSED_STREAM));
    assert!(error.is_retryable());
    assert_eq!(second.wait().unwrap().head.status(), 204);
    drop(client);
    peer.read_to_end();
}

#[test]
fn a_peer_that_reads_nothing_does_not_stop_the_reading() {
    // The answers to requests fill the sockets; a request that comes later is still heard.
    let heard = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&heard);
    let (mut peer, serving, _) = served(move |exchange| {
        counter.fetch_add(1, Ordering::SeqCst);
        exchange.reply(Response::new(200), vec![0; 8_000_000])
    });
    let window = |stream| testkit::window_update(stream, 0x7000_0000);
    peer.write((
        PREFACE,
        settings().set(0x4, 0x7000_0000),
        settings_ack(),
        window(0),
    ));
    for stream in [1, 3, 5, 7] {
        peer.write(headers(stream).get("/").end());
        thread::sleep(Duration::from_millis(30));
    }
    crate::world::eventually("all are heard", || heard.load(Ordering::SeqCst) == 4);
    drop(peer);
    // The peer left without reading.
    assert!(serving.join().unwrap().is_err());
}

/// RFC 9113 §4.2: of a length that we announced.
#[test]
fn a_server_and_a_client_take_frames_longer_than_their_buffers() {
    for length in LONG {
        let content = vec![7; length];
        let (near, far) = sockets();
        let serving = thread::spawn(move || {
            let machine = Connection::<Role>::new(wide());
            serve_connection(machine, far, |exchange: Exchange| {
                let content = exchange.body.bytes(usize::MAX)?;
                exchange
                    .responder
                    .reply(Response::new(200), content.len().to_string())
            })
        });
        let mut peer = Peer::new(near);
        peer.write((
            (PREFACE, settings(), settings_ack()),
            (headers(1).post("/"), data(1, &content).end()),
        ));
        let said = peer.read_to(kind::DATA);
        assert_eq!(said.content(), length.to_string().as_bytes());
        drop(peer);
        // The end of the input is one in good order, or comes amid an acknowledgment.
        let _ = serving.join().unwrap();

        let (near, far) = sockets();
        let client = Client::new(Connection::new(wide()), far).unwrap();
        let client = client.with_timeout(LIMIT);
        let mut peer = Peer::new(near);
        peer.write((settings(), settings_ack()));
        let pending = client.send_whole(get("/"), "").unwrap();
        peer.read_to(kind::HEADERS);
        let writing = thread::spawn({
            let content = content.clone();
            move || {
                peer.write((headers(1).status(200), data(1, &content).end()));
                peer
            }
        });
        let reply = pending.wait().unwrap();
        assert!(reply.body.bytes(usize::MAX).unwrap() == content, "{length}");
        drop((writing.join().unwrap(), client));
    }
}

/// Nothing comes from the peer then: the thread that reads looks for itself.
#[test]
fn a_request_that_waits_begins_when_the_application_releases_another() {
    let limits = Limits::server().concurrent_streams(1);
    let server = crate::world::bind().config(Config::default().limits(limits).unwrap());
    let (go, gone) = std::sync::mpsc::channel::<()>();
    let gone = std::sync::Mutex::new(gone);
    let world = crate::world::start(server, |server| {
        server.serve(move |exchange: Exchange| {
            if exchange.request.path() == Some(b"/slow") {
                gone.lock().unwrap().recv_timeout(LIMIT).unwrap();
                return Ok(());
            }
            exchange.reply(Response::new(204), "")
        })
    });
    let mut peer = Peer::new(TcpStream::connect(world.addr).unwrap());
    peer.write((PREFACE, settings(), settings_ack()));
    peer.write((headers(1).get("/slow").end(), ping(*b"is there")));
    peer.read_to(kind::PING);
    let cancel = rst_stream(1, code::CANCEL);
    peer.write((cancel, headers(3).get("/").end(), ping(*b"and this")));
    peer.read_to(kind::PING);
    go.send(()).unwrap();
    let answer = peer.read_to(kind::HEADERS);
    assert_eq!(
        (answer.stream, answer.field(":status").as_deref()),
        (3, Some("204"))
    );
    drop(peer);
    world.stop();
}
