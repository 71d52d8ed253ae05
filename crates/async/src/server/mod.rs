//! A server on tokio: a task per connection, and what ends them together (RFC 9113 §6.8).

mod accept;
mod begin;
#[cfg(feature = "tls-fallback")]
mod fallback;
mod handle;
mod listener;
mod registry;
mod secured;
#[cfg(feature = "tower")]
mod service;
#[cfg(test)]
#[cfg(not(tress_loom))]
mod tests;
mod workers;

use alloc::sync::Arc;
use core::fmt;
use core::future::{Future, Ready, ready};
use core::time::Duration;
#[cfg(any(target_os = "android", target_os = "linux"))]
use std::io;

use proto::{Config, Connection, Server as Role};
use session::{Error, ErrorHook, Failure, Machine, Security, TcpOptions};
use tokio::io::{AsyncRead, AsyncWrite};
#[cfg(any(target_os = "android", target_os = "linux"))]
use tokio::net::lookup_host;
use tokio::net::{TcpListener, ToSocketAddrs};

pub use self::handle::ServerHandle;
pub use self::listener::Listener;
use self::registry::Registry;
pub use self::workers::Balance;
use crate::exchange::Exchange;
#[cfg(feature = "tower")]
use crate::service::HttpOptions;
use crate::serving::Handler;
#[cfg(feature = "tls-fallback")]
use crate::tls_stream::TlsStream;

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
    #[cfg(feature = "tls-fallback")]
    fallback: Option<fallback::Hook>,
    connections: usize,
    keeps_canceled: bool,
    limit: Option<Duration>,
    error_hook: Option<ErrorHook>,
    shares_listener: bool,
    workers: usize,
    balance: Balance,
    tcp: TcpOptions,
    #[cfg(feature = "tower")]
    options: HttpOptions,
    registry: Arc<Registry>,
}

impl Server {
    /// Listens on the first of the addresses that is available.
    ///
    /// # Errors
    ///
    /// That none is available.
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

    /// Listens on the first of the addresses that is available, where other listeners of this user may
    /// listen as well (SO_REUSEPORT): those of [`Balance::ReusePort`], or of another process.
    ///
    /// # Errors
    ///
    /// That none is available.
    #[cfg(any(target_os = "android", target_os = "linux"))]
    pub async fn bind_reuse_port(addr: impl ToSocketAddrs) -> Result<Self, Error> {
        let mut tried = Err(io::ErrorKind::NotFound.into());
        for addr in lookup_host(addr).await? {
            tried = listener::bind_reuse_port(addr);
            if tried.is_ok() {
                break;
            }
        }
        Self::from_listener(tried?)
    }

    /// Serves the TCP listener that the process was started with, as a socket unit of systemd's hands it
    /// over (`LISTEN_FDS`): the one of this number, counted from 0. `None` if there is none.
    ///
    /// Such a listener outlives the process, so that nothing is lost when another takes its place: what
    /// nobody has accepted waits for that one. The environment is read, and cleared, once in a process, at
    /// the first call: let it come before other threads read the environment.
    ///
    /// # Errors
    ///
    /// That what was handed over under this number is no listener of TCP's.
    ///
    /// # Panics
    ///
    /// Outside of a runtime of tokio's.
    #[cfg(all(unix, feature = "inherit"))]
    #[cfg_attr(docsrs, doc(cfg(feature = "inherit")))]
    pub fn inherited(number: usize) -> Result<Option<Self>, Error> {
        let Some(listener) = session::inherited::tcp_listener(number)? else {
            return Ok(None);
        };
        listener.set_nonblocking(true)?;
        let server = Self::from_listener(TcpListener::from_std(listener)?)?;
        Ok(Some(server.shares_listener()))
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
        let (addr, registry) = (listener.addr()?, Arc::default());
        Ok(Self {
            listener,
            addr,
            config: Config::default(),
            security: Security::default(),
            #[cfg(feature = "tls-fallback")]
            fallback: None,
            connections: CONNECTIONS,
            keeps_canceled: false,
            limit: None,
            error_hook: None,
            shares_listener: false,
            workers: 0,
            balance: Balance::default(),
            tcp: TcpOptions::default(),
            #[cfg(feature = "tower")]
            options: HttpOptions::default(),
            registry,
        })
    }

    /// Sets what every connection announces and tolerates: how many streams it may have at once
    /// ([`Limits::concurrent_streams`](proto::Limits::concurrent_streams)), and how long it lives:
    /// [`idle_timeout`](Config::idle_timeout), [`keep_alive`](Config::keep_alive), without which a
    /// client that vanished stays, and [`max_age`](Config::max_age).
    #[must_use]
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Serves over TLS. The configuration accepts `h2` by ALPN if it accepts nothing; a client that
    /// does not agree is turned away in the handshake (RFC 9113 §3.2), or, where it says nothing, after it.
    ///
    /// The server itself puts the session around every machine, also around what
    /// [`serve_with`](Self::serve_with) and `serve_service_with` are given: what is served is never
    /// cleartext. A machine or a transport with TLS of its own does without this; there
    /// [`Tls::watch`](tls::Tls::watch) tells of handshakes that fail.
    #[cfg(feature = "rustls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
    #[must_use]
    pub fn tls(mut self, config: Arc<tls::rustls::ServerConfig>) -> Self {
        self.security.require_tls(config);
        self
    }

    /// Sets who serves clients over TLS that do not agree on HTTP/2, such as those that speak HTTP/1.1 only:
    /// it gets the session after its handshake. With this the configuration of `tls` accepts `h2`, and
    /// `http/1.1` from a client that does not offer that, if it accepts nothing. Without, such a client is
    /// turned away in the handshake, or by 505 (HTTP Version Not Supported).
    ///
    /// What it returns runs in the task of the connection, which has its place among
    /// [`max_connections`](Self::max_connections) until it ends; when the server does, it has as long as
    /// [`shutdown`](ServerHandle::shutdown) says, and is dropped then. How long it waits for its client is its
    /// own affair. It is not called where there is no TLS.
    ///
    /// ```no_run
    /// # async fn example(config: std::sync::Arc<tress_async::tls::rustls::ServerConfig>)
    /// # -> Result<(), tress_async::Error> {
    /// use tokio::io::AsyncWriteExt;
    /// use tress_async::{Exchange, Response, Server};
    ///
    /// let server = Server::bind("127.0.0.1:8443").await?.tls(config);
    /// // Or hyper's `http1::Builder::serve_connection`, or any other that reads and writes.
    /// let server = server.tls_fallback(async |mut stream| {
    ///     let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
    ///     let _ = stream.shutdown().await;
    /// });
    /// server.serve(async |exchange: Exchange| exchange.reply(Response::new(204), "")).await
    /// # }
    /// ```
    #[cfg(feature = "tls-fallback")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls-fallback")))]
    #[must_use]
    pub fn tls_fallback<F>(mut self, hook: impl Fn(TlsStream) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.fallback = Some(Arc::new(move |stream| Box::pin(hook(stream))));
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

    /// Runs connections on so many threads, each with a single-threaded runtime of its own, in the place of
    /// the runtime that [`serve`](Self::serve) is in: a connection stays on its thread, and needs no other one's
    /// caches and locks. One for each core that is to be used; 0, as it is without this, for none.
    ///
    /// The accept loop hands each connection to the worker that has the fewest, unless
    /// [`balance`](Self::balance) says otherwise. [`max_connections`](Self::max_connections) holds
    /// for all of them together. What handlers spawn runs on the same thread, named `tress-worker-N`, and is
    /// dropped when the server has ended. A handler that blocks holds up all connections of its worker.
    #[must_use]
    pub const fn workers(mut self, count: usize) -> Self {
        self.workers = count;
        self
    }

    /// Sets how connections are spread over [`workers`](Self::workers).
    #[must_use]
    pub const fn balance(mut self, balance: Balance) -> Self {
        self.balance = balance;
        self
    }

    /// Says that the listener is open elsewhere, too, as one is that was inherited, or that another process
    /// takes over. When the server [shuts down](ServerHandle::shutdown), it leaves the connections
    /// that wait to be accepted to whoever goes on with the listener; without this it serves them first.
    #[must_use]
    pub const fn shares_listener(mut self) -> Self {
        self.shares_listener = true;
        self
    }

    /// Lets handlers and services go on whose streams have ended, which are dropped without it: see
    /// [`Serving::keep_canceled`](crate::Serving::keep_canceled).
    #[must_use]
    pub const fn keep_canceled(mut self) -> Self {
        self.keeps_canceled = true;
        self
    }

    /// Sets how long an exchange may take, from its request to the end of its handler: one that takes
    /// longer is dropped, and answered with 503 (Service Unavailable) where nothing of its answer was sent,
    /// or else its stream is canceled. A tunnel is an exchange, too. What a handler leaves behind in a task
    /// of its own is not bounded.
    #[must_use]
    pub const fn exchange_limit(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Sets who hears of everything that handlers, services and their answers get wrong: of errors that
    /// they return, of panics, of answers that break a rule or are never whole. The client sees a 500 or a
    /// reset; each is reported once, with the stream, what was asked and the cause. What follows from the
    /// client's own doing, its resets before all, is not told.
    ///
    /// It is called where it happens, and should not block. With the feature `tracing` each is an event of
    /// the target `tress::handler` and the level error, too.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), tress_async::Error> {
    /// use tress_async::{Exchange, Response, Server};
    ///
    /// let server = Server::bind("127.0.0.1:8080").await?;
    /// let server = server.on_error(|failure| eprintln!("{failure}"));
    /// server.serve(async |exchange: Exchange| exchange.reply(Response::new(99), "")).await
    /// # }
    /// ```
    #[must_use]
    pub fn on_error(mut self, hook: impl Fn(&Failure<'_>) + Send + Sync + 'static) -> Self {
        self.error_hook = Some(Arc::new(hook));
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
        ServerHandle::new(Arc::clone(&self.registry), self.workers)
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
        let make = move |_| {
            let handler = Arc::clone(&handler);
            ready(Ok(Handler::from(move |exchange| handler(exchange))))
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

impl<L: Listener> fmt::Debug for Server<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("addr", &self.addr)
            .finish_non_exhaustive()
    }
}
