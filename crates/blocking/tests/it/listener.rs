//! What a server accepts connections from, and what it tolerates.

use core::net::SocketAddr;
use core::time::Duration;
use std::io::{self, ErrorKind};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use tress_blocking::proto::Connection;
use tress_blocking::{Client, Config, Error, Listener, Response, Server, ServerHandle, TcpOptions};

use crate::world::{LIMIT, get};

/// A listener whose accepts fail in these ways first, the last of them first.
struct Troubled {
    inner: TcpListener,
    troubles: Mutex<Vec<io::Error>>,
}

impl Listener for Troubled {
    type Stream = TcpStream;
    type Addr = SocketAddr;

    fn accept(&self) -> io::Result<TcpStream> {
        match self.troubles.lock().unwrap().pop() {
            Some(trouble) => Err(trouble),
            None => Listener::accept(&self.inner),
        }
    }

    fn addr(&self) -> io::Result<SocketAddr> {
        self.inner.addr()
    }

    fn nudge(&self) {
        self.inner.nudge();
    }
}

fn troubled(troubles: impl IntoIterator<Item = io::Error>) -> Server<Troubled> {
    let inner = TcpListener::bind("127.0.0.1:0").unwrap();
    let troubles = Mutex::new(troubles.into_iter().collect());
    Server::over(Troubled { inner, troubles }).unwrap()
}

/// Serves one request, and ends.
fn serve_one(server: Server<Troubled>) {
    let (addr, handle) = (server.local_addr(), server.handle());
    let serving = thread::spawn(move || {
        server.serve_inline(|exchange| exchange.reply(Response::new(204), ""))
    });
    let client = Client::connect(addr).unwrap().with_timeout(LIMIT);
    assert_eq!(client.fetch(get("/")).unwrap().head.status(), 204);
    client.close().unwrap();
    handle.shutdown(LIMIT);
    serving.join().unwrap().unwrap();
}

#[test]
fn an_accept_loop_survives_what_passes() {
    // Linux: EMFILE, ENFILE, ENOBUFS, ENOMEM. The loop waits a while after each.
    let lacks = [24, 23, 105, 12].map(io::Error::from_raw_os_error);
    let begin = Instant::now();
    serve_one(troubled(lacks));
    let waited = begin.elapsed().as_millis();
    assert!((200..5000).contains(&waited), "{waited} ms");
}

#[test]
fn an_accept_loop_goes_on_at_once_where_a_peer_was_gone() {
    let kinds = [
        ErrorKind::ConnectionAborted,
        ErrorKind::ConnectionReset,
        ErrorKind::Interrupted,
    ];
    let many = (0..3000).filter_map(|at| kinds.get(at % 3).map(|kind| (*kind).into()));
    // With a pause after each that were 150 seconds.
    let begin = Instant::now();
    serve_one(troubled(many));
    assert!(begin.elapsed() < LIMIT);
}

#[test]
fn an_accept_loop_ends_where_the_listener_cannot_go_on() {
    let server = troubled([ErrorKind::InvalidInput.into()]);
    let error = server.serve_inline(|_| Ok(())).unwrap_err();
    let error = io::Error::from(error);
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[cfg(unix)]
#[test]
fn unix_sockets_are_served_and_connected_to() {
    let folder = std::env::temp_dir();
    let path = folder.join(format!("tress-blocking-{}.sock", std::process::id()));
    let refused = Client::connect_unix(&path).unwrap_err();
    assert!(refused.is_connect() && !refused.is_lookup());
    let server = Server::bind_unix(&path).unwrap();
    assert_eq!(server.local_addr().as_pathname(), Some(&*path));
    let handle = server.handle();
    let serving =
        thread::spawn(move || server.serve(|exchange| exchange.reply(Response::new(200), "hello")));
    let client = Client::connect_unix(&path).unwrap().with_timeout(LIMIT);
    let reply = client.fetch(get("/")).unwrap();
    assert_eq!(reply.body.bytes(10).unwrap(), "hello");
    client.close().unwrap();
    handle.shutdown(LIMIT);
    serving.join().unwrap().unwrap();
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_name_that_nobody_knows_is_told_from_a_connection_that_is_refused() {
    // A label of a name has at most 63 octets, so that nobody need be asked.
    let error = Client::connect((&*"a".repeat(64), 1)).unwrap_err();
    assert!(error.is_lookup() && error.is_connect() && error.is_retryable());
    let none: &[SocketAddr] = &[];
    assert!(Client::connect(none).unwrap_err().is_lookup());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = Listener::addr(&listener).unwrap();
    drop(listener);
    let error = Client::connect(addr).unwrap_err();
    assert!(!error.is_lookup() && error.is_connect());
}

#[cfg(target_os = "linux")]
#[test]
fn sockets_are_asked_for_the_options_of_tcp_on_both_ends_unless_that_is_left_to_the_system() {
    let limit = Duration::from_secs(120);
    let cases = [
        (TcpOptions::default(), (128 * 1024, None)),
        (TcpOptions::system(), (0, None)),
        (
            TcpOptions::default().user_timeout(limit),
            (128 * 1024, Some(limit)),
        ),
    ];
    for (options, expected) in cases {
        let (tell, told) = channel();
        let server = crate::world::bind()
            .tcp_options(options)
            .prepare(move |stream| {
                tell.send(stream.try_clone().unwrap()).unwrap();
                Ok(Box::new(Connection::new(Config::default())))
            });
        let world = crate::world::start(server, |server| {
            server.serve_inline(|exchange| exchange.reply(Response::new(204), ""))
        });
        let near = TcpStream::connect(world.addr).unwrap();
        let kept = near.try_clone().unwrap();
        let client = Client::builder()
            .tcp_options(options)
            .connect_over(near)
            .unwrap();
        client.with_timeout(LIMIT).fetch(get("/")).unwrap();
        for socket in [&kept, &told.recv().unwrap()] {
            let socket = socket2::SockRef::from(socket);
            assert!(socket.tcp_nodelay().unwrap());
            assert_eq!(socket.tcp_notsent_lowat().unwrap(), expected.0);
            assert_eq!(socket.tcp_user_timeout().unwrap(), expected.1);
        }
        client.close().unwrap();
        drop(kept);
        world.stop();
    }
}

/// A server of one connection that is busy until it is let, of a second that waits for its place, and
/// of a third that nobody has accepted.
struct Full {
    handle: ServerHandle,
    serving: JoinHandle<Result<(), Error>>,
    go: Sender<()>,
    waiting: Vec<JoinHandle<Result<u16, Error>>>,
}

impl Full {
    fn new(server: Server) -> Self {
        let (go, wait) = channel::<()>();
        let wait = Mutex::new(wait);
        let (addr, handle) = (server.local_addr(), server.handle());
        let serving = thread::spawn(move || {
            server.max_connections(1).serve(move |exchange| {
                wait.lock().unwrap().recv().unwrap();
                exchange.reply(Response::new(204), "")
            })
        });
        let ask = |_| {
            let client = Client::connect(addr).unwrap().with_timeout(LIMIT);
            // It is sent by this thread, before the server can say that it goes away.
            let pending = client.send_whole(get("/"), "").unwrap();
            let asking = thread::spawn(move || {
                let status = pending.wait().map(|reply| reply.head.status());
                drop(client);
                status
            });
            while handle.connections() == 0 {
                thread::sleep(Duration::from_millis(1));
            }
            asking
        };
        let waiting = (0..3).map(ask).collect();
        Self {
            handle,
            serving,
            go,
            waiting,
        }
    }

    /// Lets the exchanges end once the server is to end; returns those who asked.
    fn shut_down(self) -> Vec<JoinHandle<Result<u16, Error>>> {
        let Self {
            handle,
            serving,
            go,
            waiting,
        } = self;
        assert!(!handle.is_shutting_down());
        let its = handle.clone();
        let ending = thread::spawn(move || its.shutdown(LIMIT));
        while !handle.is_shutting_down() {
            thread::sleep(Duration::from_millis(1));
        }
        (0..3).for_each(|_| go.send(()).unwrap());
        ending.join().unwrap();
        serving.join().unwrap().unwrap();
        waiting
    }
}

fn statuses(waiting: Vec<JoinHandle<Result<u16, Error>>>) -> Vec<u16> {
    let status = |asking: JoinHandle<Result<u16, Error>>| asking.join().unwrap().unwrap();
    waiting.into_iter().map(status).collect()
}

#[test]
fn what_waits_to_be_accepted_is_served_before_a_listener_is_closed() {
    let full = Full::new(Server::bind("127.0.0.1:0").unwrap());
    assert_eq!(statuses(full.shut_down()), [204, 204, 204]);
}

#[cfg(all(unix, feature = "inherit"))]
#[test]
fn a_listener_that_is_shared_is_left_to_the_other_with_all_that_waits() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let shared = listener.try_clone().unwrap();
    // Those of the first server's end; without another, the third waits.
    let waiting = Full::new(Server::from_shared_listener(listener).unwrap()).shut_down();
    let other = Server::from_shared_listener(shared).unwrap();
    let handle = other.handle();
    let serving = thread::spawn(move || {
        other.serve_inline(|exchange| exchange.reply(Response::new(205), ""))
    });
    assert_eq!(statuses(waiting), [204, 204, 205]);
    handle.shutdown(LIMIT);
    serving.join().unwrap().unwrap();
}
