//! What connections come from.

use core::fmt;
use core::net::SocketAddr;
use core::task::{Context, Poll};
use std::io;

use session::TcpOptions;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};

use crate::compat::tokio::ask;

/// What a [`Server`](crate::Server) accepts connections from: a listener of TCP's or of Unix
/// sockets, or one of your own.
pub trait Listener: Send + Sync + 'static {
    /// A connection.
    type Stream: AsyncRead + AsyncWrite + Send + 'static;
    /// Where it listens.
    type Addr: Clone + fmt::Debug + Send + Sync;

    /// Takes the next connection, if one is there; has the task woken when there is.
    ///
    /// The server goes on after all errors but those of the kinds `InvalidInput` and `Unsupported`:
    /// after a while where the system is out of something, and at once where the connection was
    /// gone before it was accepted.
    fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<Self::Stream>>;

    /// Asks a connection for the options of TCP, where it is one of TCP's; does nothing otherwise.
    fn set_options(&self, stream: &Self::Stream, options: TcpOptions) {
        let _ = (stream, options);
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// The listener's.
    fn addr(&self) -> io::Result<Self::Addr>;
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

    fn addr(&self) -> io::Result<SocketAddr> {
        self.local_addr()
    }
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
