//! What connections come from.

use core::fmt;
use core::net::SocketAddr;
use core::task::{Context, Poll};
use std::io;

use session::{Addresses, TcpOptions};
use tokio::io::{AsyncRead, AsyncWrite};
#[cfg(any(target_os = "android", target_os = "linux"))]
use tokio::net::TcpSocket;
use tokio::net::{TcpListener, TcpStream};

use crate::compat::tokio::ask;

/// How many connections may wait to be accepted, as far as the system lets them.
#[cfg(any(target_os = "android", target_os = "linux"))]
const BACKLOG: u32 = 1024;

/// What a [`Server`](crate::Server) accepts connections from: a listener of TCP's or of Unix
/// sockets, or one of your own.
pub trait Listener: Send + Sync + 'static {
    /// A connection.
    type Stream: AsyncRead + AsyncWrite + Send + 'static;
    /// Where it listens.
    type Addr: Clone + fmt::Debug + Send + Sync;

    /// Takes the next connection, if one is there; has the task woken when there is.
    ///
    /// It is called in the context of the runtime whose worker is to have the connection, with which
    /// sockets of tokio's register: see [`Server::workers`](crate::Server::workers).
    ///
    /// # Errors
    ///
    /// The listener's. The server goes on after all but those of the kinds `InvalidInput` and `Unsupported`:
    /// after a while where the system is out of something, and at once where the connection was
    /// gone before it was accepted.
    fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<Self::Stream>>;

    /// Asks a connection for the options of TCP, where it is one of TCP's; does nothing otherwise.
    fn set_options(&self, stream: &Self::Stream, options: TcpOptions) {
        let _ = (stream, options);
    }

    /// Where the ends of a connection are, as far as it knows.
    fn addresses(&self, stream: &Self::Stream) -> Addresses {
        let _ = stream;
        Addresses::default()
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// The listener's.
    fn addr(&self) -> io::Result<Self::Addr>;

    /// Makes another listener of the same address, among which the system spreads connections
    /// (SO_REUSEPORT): for [`Balance::ReusePort`](crate::Balance::ReusePort). It belongs to the runtime
    /// in whose context this is called.
    ///
    /// # Errors
    ///
    /// That there can be no other; `Unsupported` unless it is implemented.
    fn reuse_port(&self) -> io::Result<Self>
    where
        Self: Sized,
    {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl Listener for TcpListener {
    type Stream = TcpStream;
    type Addr = SocketAddr;

    fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<TcpStream>> {
        Self::poll_accept(self, cx).map_ok(|(stream, _)| {
            // A socket that is gone already says so when it is read.
            let _ = stream.set_nodelay(true);
            stream
        })
    }

    fn set_options(&self, stream: &TcpStream, options: TcpOptions) {
        ask(stream, options);
    }

    fn addresses(&self, stream: &TcpStream) -> Addresses {
        Addresses {
            peer: stream.peer_addr().ok(),
            local: stream.local_addr().ok(),
        }
    }

    fn addr(&self) -> io::Result<SocketAddr> {
        self.local_addr()
    }

    #[cfg(any(target_os = "android", target_os = "linux"))]
    fn reuse_port(&self) -> io::Result<Self> {
        bind_reuse_port(self.local_addr()?)
    }
}

/// Listens on an address that others may listen on as well (SO_REUSEPORT).
#[cfg(any(target_os = "android", target_os = "linux"))]
pub(super) fn bind_reuse_port(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = match addr {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // As `TcpListener::bind` does, so that a server that restarts finds its port free.
    socket.set_reuseaddr(true)?;
    socket.set_reuseport(true)?;
    socket.bind(addr)?;
    socket.listen(BACKLOG)
}

#[cfg(unix)]
impl Listener for tokio::net::UnixListener {
    type Stream = tokio::net::UnixStream;
    type Addr = alloc::sync::Arc<tokio::net::unix::SocketAddr>;

    fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<Self::Stream>> {
        Self::poll_accept(self, cx).map_ok(|(stream, _)| stream)
    }

    fn addr(&self) -> io::Result<Self::Addr> {
        self.local_addr().map(Into::into)
    }
}
