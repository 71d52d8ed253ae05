//! A server: a thread per connection, and a pool of threads for handlers that block.

mod accept;
#[cfg(feature = "rustls")]
mod fallback;
mod handle;
mod listener;
mod registry;
pub(crate) mod serving;
#[cfg(test)]
#[cfg(not(tress_loom))]
mod tests;

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::net::{TcpListener, ToSocketAddrs};

use proto::{Config, Connection, Server as Role};
use session::{Error, ErrorHook, Failure, Machine, Security, TcpOptions};

#[cfg(feature = "rustls")]
use self::fallback::Fallback;
pub use self::handle::ServerHandle;
pub use self::listener::Listener;
use self::registry::Registry;
use self::serving::Mode;
pub use self::serving::serve_connection;
use crate::exchange::Exchange;
#[cfg(feature = "rustls")]
use crate::socket::Socket;
#[cfg(feature = "rustls")]
use crate::tls_stream::TlsStream;

/// How many connections there may be at once, where nothing else is said: each has a thread.
const CONNECTIONS: usize = 1024;

/// How long a server whose listener is shared may take to notice that it is to end.
#[cfg(all(unix, feature = "inherit"))]
const LOOK: Duration = Duration::from_secs(1);

/// How many threads handlers may have at once, where nothing else is said.
const THREADS: usize = 1024;

type Make<S> = dyn Fn(&S) -> Result<Box<dyn Machine<Role>>, Error> + Send + Sync;

/// What makes the machine of a connection, inside TLS where that was asked for; `None` where the connection
/// was for somebody else, and has ended.
type Making<S> = dyn Fn(&Arc<S>) -> Result<Option<Box<dyn Machine<Role>>>, Error> + Send + Sync;

/// A server: of a TCP port, of a Unix socket, or of a [`Listener`] of your own.
///
/// It goes on when a connection fails to be accepted, also when the system is out of descriptors or
/// threads: it tries again 20 times a second.
pub struct Server<L: Listener = TcpListener> {
    listener: Arc<L>,
    addr: L::Addr,
    config: Config,
    security: Security<Role>,
    #[cfg(feature = "rustls")]
    fallback: Option<fallback::Hook>,
    make: Option<Arc<Make<L::Stream>>>,
    connections: usize,
    threads: usize,
    limit: Option<Duration>,
    tcp: TcpOptions,
    error_hook: Option<ErrorHook>,
    shares_listener: bool,
    registry: Arc<Registry>,
}

impl Server {
    /// Listens on the first of the addresses that is available.
    ///
    /// # Errors
    ///
    /// That none is available.
    pub fn bind(addr: impl ToSocketAddrs) -> Result<Self, Error> {
        Self::from_listener(TcpListener::bind(addr)?)
    }

    /// Serves what a listener accepts.
    ///
    /// # Errors
    ///
    /// That the listener has no address.
    pub fn from_listener(listener: TcpListener) -> Result<Self, Error> {
        Self::over(listener)
    }

    /// Serves what a listener accepts that is open elsewhere, too, as one is that was inherited, or that
    /// another process takes over. When the server [shuts down](ServerHandle::shutdown), it leaves the
    /// connections that wait to be accepted to whoever goes on with the listener; without this it serves
    /// them first.
    ///
    /// It looks once a second whether it is to end (by SO_RCVTIMEO, which all who share the listener
    /// see): a connection of its own, as others end by, might be accepted by another.
    ///
    /// # Errors
    ///
    /// That it is no listener.
    #[cfg(all(unix, feature = "inherit"))]
    #[cfg_attr(docsrs, doc(cfg(feature = "inherit")))]
    pub fn from_shared_listener(listener: TcpListener) -> Result<Self, Error> {
        listener.set_nonblocking(false)?;
        socket2::SockRef::from(&listener).set_read_timeout(Some(LOOK))?;
        let mut server = Self::from_listener(listener)?;
        server.shares_listener = true;
        Ok(server)
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
    #[cfg(all(unix, feature = "inherit"))]
    #[cfg_attr(docsrs, doc(cfg(feature = "inherit")))]
    pub fn inherited(number: usize) -> Result<Option<Self>, Error> {
        let listener = session::inherited::tcp_listener(number)?;
        listener.map(Self::from_shared_listener).transpose()
    }
}

#[cfg(unix)]
impl Server<std::os::unix::net::UnixListener> {
    /// Listens on a Unix socket at a path, where nothing may be yet. It stays there when the server
    /// has ended.
    ///
    /// # Errors
    ///
    /// That there is something, or that it cannot be made.
    pub fn bind_unix(path: impl AsRef<std::path::Path>) -> Result<Self, Error> {
        Self::over(std::os::unix::net::UnixListener::bind(path)?)
    }
}

impl<L: Listener> Server<L> {
    /// Serves what a listener accepts.
    ///
    /// # Errors
    ///
    /// That the listener has no address.
    pub fn over(listener: L) -> Result<Self, Error> {
        let (addr, listener) = (listener.addr()?, Arc::new(listener));
        // Whoever may end the server does not keep its port.
        let nudged = Arc::downgrade(&listener);
        let registry = Arc::new(Registry::new(move || {
            if let Some(listener) = nudged.upgrade() {
                listener.nudge();
            }
        }));
        Ok(Self {
            listener,
            addr,
            config: Config::default(),
            security: Security::default(),
            #[cfg(feature = "rustls")]
            fallback: None,
            make: None,
            connections: CONNECTIONS,
            threads: THREADS,
            limit: None,
            tcp: TcpOptions::default(),
            error_hook: None,
            shares_listener: false,
            registry,
        })
    }

    /// Sets what every connection announces and tolerates: how many streams it may have at once
    /// ([`Limits::concurrent_streams`](proto::Limits::concurrent_streams)), and how long it lives:
    /// [`idle_timeout`](Config::idle_timeout), [`keep_alive`](Config::keep_alive), without which a
    /// client that vanished stays, and [`max_age`](Config::max_age).
    ///
    /// As a thread waits for each stream, one whose client keeps its window shut ends after a minute
    /// and not after five ([`Config::threads`]); machines that [`prepare`](Self::prepare) makes have
    /// configurations of their own.
    #[must_use]
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Serves over TLS. The configuration accepts `h2` by ALPN if it accepts nothing; a client that
    /// does not agree is turned away in the handshake (RFC 9113 §3.2), or, where it says nothing, after it.
    ///
    /// The server itself puts the session around every machine, also around what
    /// [`prepare`](Self::prepare) makes: what is served is never cleartext. A machine with TLS of its
    /// own does without this; there [`Tls::watch`](tls::Tls::watch) tells of handshakes that fail.
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
    /// It runs on the connection's own thread, which has its place among
    /// [`max_connections`](Self::max_connections) until it returns; when the server ends, it has as long as
    /// [`shutdown`](ServerHandle::shutdown) says, and then its socket is shut down. How long it waits for its
    /// client is its own affair. It is not called where there is no TLS.
    ///
    /// ```no_run
    /// # fn example(config: std::sync::Arc<tress_blocking::tls::rustls::ServerConfig>)
    /// # -> Result<(), tress_blocking::Error> {
    /// use std::io::Write;
    /// use tress_blocking::{Response, Server};
    ///
    /// let server = Server::bind("127.0.0.1:8443")?.tls(config);
    /// let server = server.tls_fallback(|mut stream| {
    ///     let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
    /// });
    /// server.serve(|exchange| exchange.reply(Response::new(204), ""))
    /// # }
    /// ```
    #[cfg(feature = "rustls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
    #[must_use]
    pub fn tls_fallback(mut self, hook: impl Fn(TlsStream) + Send + Sync + 'static) -> Self {
        self.fallback = Some(Arc::new(hook));
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

    /// Sets how many threads handlers may have at once; other requests wait for one.
    ///
    /// Connections share them: one that has a quarter gives way to those that have fewer and whose
    /// requests wait, and never gets the last quarter, which is at least one thread of two or more. So a single
    /// connection to a server of two threads has one. How many requests of a connection wait is bounded by
    /// how many it may have open ([`Limits::concurrent_streams`](proto::Limits::concurrent_streams)).
    #[must_use]
    pub fn max_threads(mut self, count: usize) -> Self {
        self.threads = count.max(1);
        self
    }

    /// Sets how long one exchange may take, from the head of its request; without, it may take for
    /// ever.
    ///
    /// When it took longer, a call of its handler that waits for the client fails with
    /// [`is_timeout`](Error::is_timeout), and the stream is canceled; a tunnel is an exchange, too. A
    /// handler that does not wait for the client is not stopped, and may still answer.
    #[must_use]
    pub fn exchange_limit(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Sets what is asked of each TCP connection that is accepted, in the place of what
    /// [`TcpOptions`] are by default.
    #[must_use]
    pub fn tcp_options(mut self, options: TcpOptions) -> Self {
        self.tcp = options;
        self
    }

    /// Sets who hears of everything that handlers and their answers get wrong: of errors that they return,
    /// of panics, of answers that break a rule or are never whole. The client sees a 500 or a reset; each
    /// is reported once, with the stream, what was asked and the cause. What follows from the client's own
    /// doing, its resets before all, is not told.
    ///
    /// It is called where it happens, and should not block. With the feature `tracing` each is an event of
    /// the target `tress::handler` and the level error, too.
    ///
    /// ```no_run
    /// use tress_blocking::{Response, Server};
    ///
    /// let server = Server::bind("127.0.0.1:8080")?.on_error(|failure| eprintln!("{failure}"));
    /// server.serve(|exchange| exchange.reply(Response::new(99), ""))?;
    /// # Ok::<(), tress_blocking::Error>(())
    /// ```
    #[must_use]
    pub fn on_error(mut self, hook: impl Fn(&Failure<'_>) + Send + Sync + 'static) -> Self {
        self.error_hook = Some(Arc::new(hook));
        self
    }

    /// Sets what makes the machine of a connection, in the place of a plain one with the
    /// configuration.
    ///
    /// It runs on the connection's own thread, before anything is read: to shake hands, to look at
    /// the first octets with [`TcpStream::peek`](std::net::TcpStream::peek), or to add an observer. An error closes the
    /// connection.
    ///
    /// After `tls`, or before it, the machine is put into a TLS session, and what can be looked at
    /// is TLS, too. Without, `prepare` may see to TLS itself.
    #[must_use]
    pub fn prepare(
        mut self,
        make: impl Fn(&L::Stream) -> Result<Box<dyn Machine<Role>>, Error> + Send + Sync + 'static,
    ) -> Self {
        self.make = Some(Arc::new(make));
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
        ServerHandle::new(Arc::clone(&self.registry))
    }

    /// Serves until a handle ends it; each exchange has a thread of the pool, and may block.
    ///
    /// # Errors
    ///
    /// That the listener failed for good.
    pub fn serve<H>(self, handler: H) -> Result<(), Error>
    where
        H: Fn(Exchange) -> Result<(), Error> + Send + Sync + 'static,
    {
        self.run(Mode::Pooled, handler)
    }

    /// Serves until a handle ends it; each exchange begins on its connection's own thread.
    ///
    /// That spares a switch of threads for an answer that is there at once, and puts the answers
    /// to all requests that came together into one write. The handler must not block: a call that
    /// would is an error, and [`Exchange::spawn`] goes on on a thread that may.
    ///
    /// # Errors
    ///
    /// That the listener failed for good.
    pub fn serve_inline<H>(self, handler: H) -> Result<(), Error>
    where
        H: Fn(Exchange) -> Result<(), Error> + Send + Sync + 'static,
    {
        self.run(Mode::Inline, handler)
    }

    /// What makes the machine of a connection, inside TLS where that was asked for.
    fn making(&self) -> Arc<Making<L::Stream>> {
        let (make, security) = (self.make(), self.security.clone());
        #[cfg(feature = "rustls")]
        if let Some(fallback) = Fallback::new(&security, self.fallback.as_ref()) {
            return Arc::new(move |stream| {
                let socket = Arc::clone(stream) as Arc<dyn Socket>;
                fallback.shake_hands(make(stream)?, &socket)
            });
        }
        Arc::new(move |stream| security.around(make(stream)?).map(Some))
    }

    /// What makes the machine of a connection.
    fn make(&self) -> Arc<Make<L::Stream>> {
        if let Some(make) = &self.make {
            return Arc::clone(make);
        }
        let config = self.config.clone().threads();
        Arc::new(move |_| Ok(Box::new(Connection::new(config.clone()))))
    }
}

impl<L: Listener> fmt::Debug for Server<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("addr", &self.addr)
            .finish_non_exhaustive()
    }
}
