//! A server on tokio: a task per connection, and what ends them together (RFC 9113 §6.8).

mod accept;
mod hub;
mod listener;
#[cfg(feature = "tower")]
mod service;
#[cfg(test)]
#[cfg(not(tress_loom))]
mod tests;

use alloc::sync::Arc;
use core::fmt;
use core::future::{Future, Ready, ready};
use core::time::Duration;

use proto::{Config, Connection, Server as Role};
use session::{Error, Machine, Security, TcpOptions};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, ToSocketAddrs};

use self::hub::Hub;
pub use self::listener::Listener;
use crate::exchange::Exchange;
#[cfg(feature = "tower")]
use crate::service::HttpOptions;

/// How many connections there may be at once, where nothing else is said.
const CONNECTIONS: usize = 16_384;

/// A machine and a transport that were made of what was accepted.
type Prepared<Io> = Result<(Box<dyn Machine<Role>>, Io), Error>;

/// A server: of a TCP port, of a Unix socket, or of a [`Listener`] of your own.
///
/// It goes on when a connection fails to be accepted, also when the system is out of descriptors: it
/// tries again 20 times a second.
pub struct Server<L: Listener = TcpListener> {
    listener: L,
    addr: L::Addr,
    config: Config,
    security: Security<Role>,
    connections: usize,
    keeps_canceled: bool,
    tcp: TcpOptions,
    #[cfg(feature = "tower")]
    options: HttpOptions,
    hub: Arc<Hub>,
}

/// Ends a server from another task.
#[derive(Clone, Debug)]
pub struct ServerHandle(Arc<Hub>);

impl Server {
    /// Listens on the first of the addresses that can be had.
    ///
    /// # Errors
    ///
    /// That none can be had.
    pub async fn bind(addr: impl ToSocketAddrs) -> Result<Self, Error> {
        Self::from_listener(TcpListener::bind(addr).await?)
    }

    /// Serves what a listener accepts.
    ///
    /// # Errors
    ///
    /// That the listener has no address.
    pub fn from_listener(listener: TcpListener) -> Result<Self, Error> {
        Self::over(listener)
    }
}

#[cfg(unix)]
impl Server<tokio::net::UnixListener> {
    /// Listens on a Unix socket at a path, where nothing may be yet. It stays there when the server
    /// has ended.
    ///
    /// # Errors
    ///
    /// That there is something, or that it cannot be made.
    ///
    /// # Panics
    ///
    /// Outside of a runtime of tokio's.
    pub fn bind_unix(path: impl AsRef<std::path::Path>) -> Result<Self, Error> {
        Self::over(tokio::net::UnixListener::bind(path)?)
    }
}

impl<L: Listener> Server<L> {
    /// Serves what a listener accepts.
    ///
    /// # Errors
    ///
    /// That the listener has no address.
    pub fn over(listener: L) -> Result<Self, Error> {
        let (addr, hub) = (listener.addr()?, Arc::default());
        Ok(Self {
            listener,
            addr,
            config: Config::default(),
            security: Security::default(),
            connections: CONNECTIONS,
            keeps_canceled: false,
            tcp: TcpOptions::default(),
            #[cfg(feature = "tower")]
            options: HttpOptions::default(),
            hub,
        })
    }

    /// Sets what every connection announces and bears: how many streams it may have at once
    /// ([`Limits::concurrent_streams`](proto::Limits::concurrent_streams)), and how long it lives:
    /// [`idle_timeout`](Config::idle_timeout), [`keep_alive`](Config::keep_alive), without which a
    /// client that vanished stays, and [`max_age`](Config::max_age).
    #[must_use]
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Serves over TLS. The configuration accepts `h2` by ALPN if it accepts nothing; a client that
    /// does not agree is turned away in the handshake (RFC 9113 §3.2).
    ///
    /// The server itself puts the session around every machine, also around what
    /// [`serve_with`](Self::serve_with) and `serve_service_with` are given: what is served is never
    /// cleartext. A machine or a transport with TLS of its own does without this; there
    /// [`Tls::watch`](tls::Tls::watch) tells of handshakes that fail.
    #[cfg(feature = "rustls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
    #[must_use]
    pub fn tls(mut self, config: Arc<tls::rustls::ServerConfig>) -> Self {
        let config = tls::h2_server(config);
        self.security.require(move |machine| {
            let machine = tls::Tls::accept(Arc::clone(&config), machine);
            Ok(Box::new(machine?))
        });
        self
    }

    /// Sets how many connections there may be at once. The next is accepted, and waits until one of them
    /// has ended.
    ///
    /// So that it does not wait for ever, one is asked to go: one that is idle, which means that it has had
    /// no stream for a second and is ten seconds old, by GOAWAY(NO_ERROR) (RFC 9113 §6.8), with five seconds to go; and where there is none,
    /// the one whose peer has taken least, and less than 16 KiB or all that was left, of what waited
    /// for it over 30 seconds, which is aborted with ENHANCE_YOUR_CALM. A connection that works, or
    /// whose peer takes what it is sent, stays.
    #[must_use]
    pub fn max_connections(mut self, count: usize) -> Self {
        self.connections = count.max(1);
        self
    }

    /// Sets what is asked of each TCP connection that is accepted, in the place of what
    /// [`TcpOptions`] are by default.
    #[must_use]
    pub const fn tcp_options(mut self, options: TcpOptions) -> Self {
        self.tcp = options;
        self
    }

    /// Lets handlers and services go on whose streams have ended, which are dropped without it: see
    /// [`Serving::keep_canceled`](crate::Serving::keep_canceled).
    #[must_use]
    pub const fn keep_canceled(mut self) -> Self {
        self.keeps_canceled = true;
        self
    }

    /// The address it listens on, with the real port.
    #[must_use]
    pub fn local_addr(&self) -> L::Addr {
        self.addr.clone()
    }

    /// Makes a handle that ends the server.
    #[must_use]
    pub fn handle(&self) -> ServerHandle {
        ServerHandle(Arc::clone(&self.hub))
    }

    /// Serves until a handle ends it, with a task for each connection; exchanges run in the task of
    /// their connection.
    ///
    /// # Errors
    ///
    /// That the listener failed for good.
    pub async fn serve<H, F>(self, handler: H) -> Result<(), Error>
    where
        H: Fn(Exchange) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let prepare = self.preparing();
        self.serve_with(prepare, handler).await
    }

    /// The same with machines and transports that `prepare` makes of the accepted streams, in the
    /// task of the connection, before anything is read: to shake hands, to look at the first octets
    /// with [`TcpStream::peek`](tokio::net::TcpStream::peek), or to add an observer. An error closes the connection.
    ///
    /// After `tls` the machine is put into a TLS session, and what can be looked at is
    /// TLS, too. Without, `prepare` may see to TLS itself.
    ///
    /// # Errors
    ///
    /// That the listener failed for good.
    pub async fn serve_with<P, PF, Io, H, F>(self, prepare: P, handler: H) -> Result<(), Error>
    where
        P: Fn(L::Stream) -> PF + Send + Sync + 'static,
        PF: Future<Output = Result<(Box<dyn Machine<Role>>, Io), Error>> + Send + 'static,
        Io: AsyncRead + AsyncWrite + Send + 'static,
        H: Fn(Exchange) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let handler = Arc::new(handler);
        let make = move || {
            let handler = Arc::clone(&handler);
            move |exchange| handler(exchange)
        };
        self.run(prepare, make).await
    }
}

impl<L: Listener> Server<L> {
    /// What makes a connection of what was accepted.
    fn preparing(&self) -> impl Fn(L::Stream) -> Ready<Prepared<L::Stream>> + Send + Sync + use<L> {
        let config = self.config.clone();
        move |stream| ready(Ok((Box::new(Connection::new(config.clone())), stream)))
    }
}

impl ServerHandle {
    /// Accepts no more, tells every client to open no more streams (RFC 9113 §6.8), and waits
    /// until all connections have ended. What still runs after `limit` is aborted.
    pub async fn shutdown(&self, limit: Duration) {
        self.0.shutdown(limit).await;
    }

    /// Ends the server and all of its connections at once.
    pub fn abort(&self) {
        self.0.abort();
    }

    /// How many connections there are.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.0.connections()
    }
}

impl<L: Listener> fmt::Debug for Server<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("addr", &self.addr)
            .finish_non_exhaustive()
    }
}
