//! What a server accepts connections from, and what it tolerates.

use core::net::SocketAddr;
use core::task::{Context, Poll};
use core::time::Duration;
use std::io::{self, ErrorKind};
use std::sync::Mutex;
use std::time::Instant;

use tokio::net::{TcpListener, TcpStream};
use tress_async::{Client, Listener, Response, Server, TcpOptions};

use crate::world::{LIMIT, get, in_time};

/// A listener whose accepts fail in these ways first, the last of them first.
struct Troubled {
    inner: TcpListener,
    troubles: Mutex<Vec<io::Error>>,
}

impl Listener for Troubled {
    type Stream = TcpStream;
    type Addr = SocketAddr;

    fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<TcpStream>> {
        match self.troubles.lock().unwrap().pop() {
            Some(trouble) => Poll::Ready(Err(trouble)),
            None => Listener::poll_accept(&self.inner, cx),
        }
    }

    fn addr(&self) -> io::Result<SocketAddr> {
        self.inner.addr()
    }
}

async fn troubled(troubles: impl IntoIterator<Item = io::Error>) -> Server<Troubled> {
    let inner = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let troubles = Mutex::new(troubles.into_iter().collect());
    Server::over(Troubled { inner, troubles }).unwrap()
}

/// Serves one request, and ends.
async fn serve_one(server: Server<Troubled>) {
    let (addr, handle) = (server.local_addr(), server.handle());
    let serving =
        tokio::spawn(server.serve(|exchange| async { exchange.reply(Response::new(204), "") }));
    let client = in_time(Client::connect(addr)).await.unwrap();
    let reply = in_time(client.fetch(get("/"))).await.unwrap();
    assert_eq!(reply.head.status(), 204);
    drop(reply);
    in_time(client.close()).await.unwrap();
    in_time(handle.shutdown(LIMIT)).await;
    in_time(serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn an_accept_loop_survives_what_passes() {
    // Linux: EMFILE, ENFILE, ENOBUFS, ENOMEM. The loop waits a while after each.
    let lacks = [24, 23, 105, 12].map(io::Error::from_raw_os_error);
    let begin = Instant::now();
    serve_one(troubled(lacks).await).await;
    let waited = begin.elapsed().as_millis();
    assert!((200..5000).contains(&waited), "{waited} ms");
}

#[tokio::test]
async fn an_accept_loop_goes_on_at_once_where_a_peer_was_gone() {
    let kinds = [
        ErrorKind::ConnectionAborted,
        ErrorKind::ConnectionReset,
        ErrorKind::Interrupted,
    ];
    // With a pause after each that were 150 seconds.
    let many = (0..3000).filter_map(|at| kinds.get(at % 3).map(|kind| (*kind).into()));
    serve_one(troubled(many).await).await;
}

#[tokio::test]
async fn an_accept_loop_ends_where_the_listener_cannot_go_on() {
    let server = troubled([ErrorKind::InvalidInput.into()]).await;
    let error = in_time(server.serve(|_| async { Ok(()) }))
        .await
        .unwrap_err();
    assert_eq!(io::Error::from(error).kind(), ErrorKind::InvalidInput);
}

#[cfg(unix)]
#[tokio::test]
async fn unix_sockets_are_served_and_connected_to() {
    let folder = std::env::temp_dir();
    let path = folder.join(format!("tress-async-{}.sock", std::process::id()));
    let refused = in_time(Client::connect_unix(&path)).await.unwrap_err();
    assert!(refused.is_connect() && !refused.is_lookup());
    let server = Server::bind_unix(&path).unwrap();
    assert_eq!(server.local_addr().as_pathname(), Some(&*path));
    let handle = server.handle();
    let serving = tokio::spawn(
        server.serve(|exchange| async { exchange.reply(Response::new(200), "hello") }),
    );
    let client = in_time(Client::connect_unix(&path)).await.unwrap();
    let reply = in_time(client.fetch(get("/"))).await.unwrap();
    assert_eq!(in_time(reply.body.bytes(10)).await.unwrap(), "hello");
    in_time(client.close()).await.unwrap();
    in_time(handle.shutdown(LIMIT)).await;
    in_time(serving).await.unwrap().unwrap();
    std::fs::remove_file(&path).unwrap();
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_told_from_a_connection_that_is_refused() {
    // A label of a name has at most 63 octets, so that nobody need be asked.
    let name = "a".repeat(64);
    let error = in_time(Client::connect((&*name, 1))).await.unwrap_err();
    assert!(error.is_lookup() && error.is_connect() && error.is_retryable());
    let none: &[SocketAddr] = &[];
    assert!(
        in_time(Client::connect(none))
            .await
            .unwrap_err()
            .is_lookup()
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = Listener::addr(&listener).unwrap();
    drop(listener);
    let error = in_time(Client::connect(addr)).await.unwrap_err();
    assert!(!error.is_lookup() && error.is_connect());
}

/// Says what the sockets that it accepts were asked for.
#[cfg(target_os = "linux")]
struct Asked(
    TcpListener,
    std::sync::mpsc::Sender<(u32, Option<Duration>)>,
);

#[cfg(target_os = "linux")]
impl Listener for Asked {
    type Stream = TcpStream;
    type Addr = SocketAddr;

    fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<TcpStream>> {
        Listener::poll_accept(&self.0, cx)
    }

    fn set_options(&self, stream: &TcpStream, options: TcpOptions) {
        self.0.set_options(stream, options);
        let socket = socket2::SockRef::from(stream);
        let asked = (
            socket.tcp_notsent_lowat().unwrap(),
            socket.tcp_user_timeout().unwrap(),
        );
        self.1.send(asked).unwrap();
    }

    fn addr(&self) -> io::Result<SocketAddr> {
        self.0.addr()
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_is_accepted_is_asked_for_the_options_of_tcp_unless_that_is_left_to_the_system() {
    let limit = Duration::from_secs(120);
    for (options, expected) in [
        (None, (128 * 1024, None)),
        (Some(TcpOptions::system()), (0, None)),
        (
            Some(TcpOptions::default().user_timeout(limit)),
            (128 * 1024, Some(limit)),
        ),
    ] {
        let inner = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (tell, told) = std::sync::mpsc::channel();
        let mut server = Server::over(Asked(inner, tell)).unwrap();
        if let Some(options) = options {
            server = server.tcp_options(options);
        }
        let (addr, handle) = (server.local_addr(), server.handle());
        let serving =
            tokio::spawn(server.serve(|exchange| async { exchange.reply(Response::new(204), "") }));
        let client = in_time(Client::connect(addr)).await.unwrap();
        in_time(client.fetch(get("/"))).await.unwrap();
        assert_eq!(told.try_recv().unwrap(), expected);
        in_time(client.close()).await.unwrap();
        in_time(handle.shutdown(LIMIT)).await;
        in_time(serving).await.unwrap().unwrap();
    }
}
