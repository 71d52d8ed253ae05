//! What connections come from.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;
use std::io;
use std::net::{TcpListener, TcpStream};

use crate::socket::Socket;

/// How long the accept loop may take to notice that it is to end.
const NUDGE: Duration = Duration::from_secs(1);

/// What a [`Server`](crate::Server) accepts connections from: a listener of TCP's or of Unix
/// sockets, or one of your own.
pub trait Listener: Send + Sync + 'static {
    /// A connection.
    type Stream: Socket;
    /// Where it listens.
    type Addr: Clone + fmt::Debug + Send + Sync;

    /// Waits for the next connection.
    ///
    /// # Errors
    ///
    /// The listener's. The server goes on after all but those of the kinds `InvalidInput` and
    /// `Unsupported`: after a while where the system is out of something, and at once where the
    /// connection was gone before it was accepted.
    fn accept(&self) -> io::Result<Self::Stream>;

    /// Takes a connection that waits to be accepted, if one does, and waits for none: nothing else is
    /// accepted after it. Without this, those that wait when the server is to end are lost.
    ///
    /// # Errors
    ///
    /// The listener's.
    fn accept_waiting(&self) -> io::Result<Option<Self::Stream>> {
        Ok(None)
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// The listener's.
    fn addr(&self) -> io::Result<Self::Addr>;

    /// Has an [`accept`](Self::accept) that waits return, with whatever: the server is to end.
    fn nudge(&self);
}

impl Listener for TcpListener {
    type Stream = TcpStream;
    type Addr = SocketAddr;

    fn accept(&self) -> io::Result<TcpStream> {
        Self::accept(self).map(|(stream, _)| stream)
    }

    fn accept_waiting(&self) -> io::Result<Option<Self::Stream>> {
        self.set_nonblocking(true)?;
        waiting(Self::accept(self), |stream| stream.set_nonblocking(false))
    }

    fn addr(&self) -> io::Result<SocketAddr> {
        self.local_addr()
    }

    fn nudge(&self) {
        let Ok(mut addr) = self.local_addr() else {
            return;
        };
        if addr.ip().is_unspecified() {
            addr.set_ip(match addr.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        // A listener that takes no connection waits for none.
        let _ = TcpStream::connect_timeout(&addr, NUDGE);
    }
}

#[cfg(unix)]
impl Listener for std::os::unix::net::UnixListener {
    type Stream = std::os::unix::net::UnixStream;
    type Addr = std::os::unix::net::SocketAddr;

    fn accept(&self) -> io::Result<Self::Stream> {
        Self::accept(self).map(|(stream, _)| stream)
    }

    fn accept_waiting(&self) -> io::Result<Option<Self::Stream>> {
        self.set_nonblocking(true)?;
        waiting(Self::accept(self), |stream| stream.set_nonblocking(false))
    }

    fn addr(&self) -> io::Result<Self::Addr> {
        self.local_addr()
    }

    fn nudge(&self) {
        if let Ok(addr) = self.local_addr() {
            // A listener that takes no connection waits for none.
            let _ = Self::Stream::connect_addr(&addr);
        }
    }
}

/// What was accepted without waiting, if somebody was there.
fn waiting<S, A>(
    accepted: io::Result<(S, A)>,
    block: impl FnOnce(&S) -> io::Result<()>,
) -> io::Result<Option<S>> {
    match accepted {
        Ok((stream, _)) => {
            // On some systems it is as its listener is.
            block(&stream)?;
            Ok(Some(stream))
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error),
    }
}
