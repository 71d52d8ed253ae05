//! From an address to a client: name lookup, sockets, TLS.

use alloc::sync::Arc;
use core::net::SocketAddr;
use core::time::Duration;
use std::io::{self, ErrorKind};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Instant;

use proto::Client as Role;
use session::{Error, Machine};

use crate::builder::ClientBuilder;
use crate::client::{Client, Tcp, join};
use crate::socket::Socket;

impl ClientBuilder {
    /// Connects to the first of the addresses that answers, over TLS where that was asked for, and
    /// otherwise in cleartext, by prior knowledge (RFC 9113 §3.3).
    ///
    /// # Errors
    ///
    /// [`is_connect`](Error::is_connect): no address is known ([`is_lookup`](Error::is_lookup)), none
    /// answers, the time is over ([`is_timeout`](Error::is_timeout)), or the handshake failed:
    /// [`find`](Error::find) finds the `TlsError`.
    pub fn connect(&self, addr: impl ToSocketAddrs) -> Result<Client, Error> {
        let begin = Instant::now();
        let stream = open(&lookup(addr)?, begin, self.options.connect_limit())?;
        self.run(stream, begin)
    }

    /// Connects to the socket at a path, as [`connect`](Self::connect) does to an address.
    ///
    /// # Errors
    ///
    /// Those of [`connect`](Self::connect).
    #[cfg(unix)]
    pub fn connect_unix(&self, path: impl AsRef<std::path::Path>) -> Result<Client, Error> {
        let begin = Instant::now();
        let stream = std::os::unix::net::UnixStream::connect(path).map_err(Error::connect)?;
        self.run(stream, begin)
    }

    /// Runs a connection over a socket of your own, which is connected.
    ///
    /// # Errors
    ///
    /// The socket's, that no thread can be started, that the handshake failed or took too long.
    pub fn connect_over(&self, socket: impl Socket) -> Result<Client, Error> {
        self.run(socket, Instant::now())
    }

    /// Runs a connection over a socket, and waits until it can be used.
    fn run(&self, socket: impl Socket, begin: Instant) -> Result<Client, Error> {
        let socket: Arc<dyn Socket> = Arc::new(socket);
        #[cfg(feature = "rustls")]
        if let (Some(hook), Some(tls)) = (&self.fallback, self.options.tls_or_http1()?) {
            let limit = self.options.connect_limit();
            let until = limit.and_then(|limit| begin.checked_add(limit));
            let session = hook.shake_hands(tls, &socket, until)?;
            return self.start(self.options.machine_in(session), socket);
        }
        let (says, heard) = channel();
        let machine = self.options.machine(move |ready| {
            // Nobody waits for it any more once the time is over.
            let _ = says.send(ready);
        })?;
        let client = self.start(machine, socket)?;
        let limit = self.options.connect_limit();
        match hear(&heard, begin, limit) {
            Ok(ready) => ready.map(|()| client),
            Err(RecvTimeoutError::Disconnected) => {
                Err(Error::connect(client.session().cause().into()))
            }
            Err(RecvTimeoutError::Timeout) => {
                client.abort();
                Err(Error::connect(ErrorKind::TimedOut.into()))
            }
        }
    }

    /// Runs a machine over a socket.
    fn start(
        &self,
        machine: Box<dyn Machine<Role>>,
        socket: Arc<dyn Socket>,
    ) -> Result<Client, Error> {
        let (link, rx) = join(machine, socket, Tcp::of(&self.options))?;
        let mut client = Client::start(link, rx)?;
        client.is_secure = self.options.is_secure();
        Ok(client)
    }
}

impl Client {
    /// Connects to the first of the addresses that answers, in cleartext, by prior knowledge
    /// (RFC 9113 §3.3). For all else there is [`builder`](Self::builder).
    ///
    /// # Errors
    ///
    /// [`is_connect`](Error::is_connect): no address is known ([`is_lookup`](Error::is_lookup)), or
    /// none answers.
    pub fn connect(addr: impl ToSocketAddrs) -> Result<Self, Error> {
        Self::builder().connect(addr)
    }

    /// Connects to the socket at a path, in cleartext, by prior knowledge (RFC 9113 §3.3).
    ///
    /// # Errors
    ///
    /// [`is_connect`](Error::is_connect): nobody listens there.
    #[cfg(unix)]
    pub fn connect_unix(path: impl AsRef<std::path::Path>) -> Result<Self, Error> {
        Self::builder().connect_unix(path)
    }

    /// Connects to the first of the addresses that answers, and shakes hands: the server must have
    /// a certificate for `name`, and speak `h2` (RFC 9113 §3.2).
    ///
    /// The configuration offers `h2` by ALPN if it offers nothing. For all else there is
    /// [`ClientBuilder::tls`].
    ///
    /// # Errors
    ///
    /// Those of [`connect`](Self::connect), and that the handshake failed:
    /// [`is_connect`](Error::is_connect), and [`find`](Error::find) finds the [`TlsError`](tls::TlsError).
    #[cfg(feature = "rustls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
    pub fn connect_tls(
        addr: impl ToSocketAddrs,
        name: &str,
        config: Arc<tls::rustls::ClientConfig>,
    ) -> Result<Self, Error> {
        Self::builder().tls(config, name).connect(addr)
    }
}

/// Waits until a connection can be used.
fn hear(
    heard: &Receiver<Result<(), Error>>,
    begin: Instant,
    limit: Option<Duration>,
) -> Result<Result<(), Error>, RecvTimeoutError> {
    match limit {
        Some(limit) => heard.recv_timeout(limit.saturating_sub(begin.elapsed())),
        None => heard.recv().map_err(|_| RecvTimeoutError::Disconnected),
    }
}

/// Opens a socket to the first of the addresses that answers.
fn open(addrs: &[SocketAddr], begin: Instant, limit: Option<Duration>) -> Result<TcpStream, Error> {
    let Some(limit) = limit else {
        return TcpStream::connect(addrs).map_err(Error::connect);
    };
    let mut last = io::Error::from(ErrorKind::TimedOut);
    for addr in addrs {
        let left = limit.saturating_sub(begin.elapsed());
        if left.is_zero() {
            return Err(Error::connect(ErrorKind::TimedOut.into()));
        }
        match TcpStream::connect_timeout(addr, left) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(Error::connect(last))
}

/// Finds the addresses of a name; there is at least one.
fn lookup(addr: impl ToSocketAddrs) -> Result<Vec<SocketAddr>, Error> {
    let addrs: Vec<SocketAddr> = addr.to_socket_addrs().map_err(Error::lookup)?.collect();
    if addrs.is_empty() {
        return Err(Error::lookup(ErrorKind::NotFound.into()));
    }
    Ok(addrs)
}
