//! From an address to a client: name lookup, sockets, TLS.

#[cfg(feature = "rustls")]
use alloc::sync::Arc;
use core::net::SocketAddr;
use core::time::Duration;
use std::io::{self, ErrorKind};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Instant;

use proto::{Client as Role, Config, Connection};
use session::Error;

use crate::client::Client;

impl Client {
    /// Connects to the first of the addresses that answers, in cleartext, by prior knowledge
    /// (RFC 9113 §3.3).
    ///
    /// # Errors
    ///
    /// [`is_connect`](Error::is_connect): no address is known ([`is_lookup`](Error::is_lookup)), or
    /// none answers.
    pub fn connect(addr: impl ToSocketAddrs) -> Result<Self, Error> {
        Self::new(machine(), open(addr)?)
    }

    /// The same within a time limit, for all of the addresses together.
    ///
    /// The lookup of a name has limits of its own, which only the system knows.
    ///
    /// # Errors
    ///
    /// Those of [`connect`](Self::connect), and [`is_timeout`](Error::is_timeout) when the time is
    /// over.
    pub fn connect_timeout(addr: impl ToSocketAddrs, limit: Duration) -> Result<Self, Error> {
        let begin = Instant::now();
        let mut last = io::Error::from(ErrorKind::TimedOut);
        for addr in lookup(addr)? {
            let left = limit.saturating_sub(begin.elapsed());
            if left.is_zero() {
                return Err(Error::connect(ErrorKind::TimedOut.into()));
            }
            match TcpStream::connect_timeout(&addr, left) {
                Ok(stream) => return Self::new(machine(), stream),
                Err(error) => last = error,
            }
        }
        Err(Error::connect(last))
    }

    /// Connects to the socket at a path, in cleartext, by prior knowledge (RFC 9113 §3.3).
    ///
    /// # Errors
    ///
    /// [`is_connect`](Error::is_connect): nobody listens there.
    #[cfg(unix)]
    pub fn connect_unix(path: impl AsRef<std::path::Path>) -> Result<Self, Error> {
        let stream = std::os::unix::net::UnixStream::connect(path).map_err(Error::connect)?;
        Self::new(machine(), stream)
    }

    /// Connects to the first of the addresses that answers, and shakes hands: the server must have
    /// a certificate for `name`, and speak `h2` (RFC 9113 §3.2).
    ///
    /// The configuration offers `h2` by ALPN if it offers nothing. For another [`Config`], an
    /// observer or another transport, give [`Client::new`] a [`Tls`](tls::Tls) of your own.
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
        let (says, heard) = std::sync::mpsc::channel();
        let machine = tls::Tls::connect(config, name, machine());
        let machine = machine.map_err(crate::layers::no_tls)?;
        let machine = machine.watch(move |news| {
            // Nobody hears what becomes of the session later, but the streams do.
            let _ = says.send(news.map_err(Clone::clone));
        });
        let mut client = Self::new(machine, open(addr)?)?;
        client.is_secure = true;
        match heard.recv() {
            Ok(Ok(())) => Ok(client),
            Ok(Err(error)) => Err(crate::layers::no_tls(error)),
            Err(_) => Err(Error::connect(client.session().cause().into())),
        }
    }
}

/// A connection for each of whose streams a thread waits.
fn machine() -> Connection<Role> {
    Connection::new(Config::default().threads())
}

/// Opens a socket to the first of the addresses that answers.
fn open(addr: impl ToSocketAddrs) -> Result<TcpStream, Error> {
    TcpStream::connect(&*lookup(addr)?).map_err(Error::connect)
}

/// Finds the addresses of a name; there is at least one.
fn lookup(addr: impl ToSocketAddrs) -> Result<Vec<SocketAddr>, Error> {
    let addrs: Vec<SocketAddr> = addr.to_socket_addrs().map_err(Error::lookup)?.collect();
    if addrs.is_empty() {
        return Err(Error::lookup(ErrorKind::NotFound.into()));
    }
    Ok(addrs)
}
