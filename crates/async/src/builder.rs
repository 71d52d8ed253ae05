//! What a client's connections are made with, said once.

#[cfg(feature = "rustls")]
use alloc::sync::Arc;
use core::time::Duration;

use proto::{Config, Observe};
use session::transport::Transport;
use session::{ClientOptions, Error, TcpOptions};

use crate::client::{Client, Driver};
#[cfg(feature = "tls-fallback")]
use crate::handshake::ClientHook;
#[cfg(feature = "tls-fallback")]
use crate::tls_stream::TlsStream;

/// Makes clients: what their connections announce and tolerate, how long they may take to come about,
/// their TLS, their observers, and what is asked of their sockets.
///
/// It can be cloned, and makes any number of them: `connect`, `connect_unix` and `connect_over` on tokio,
/// [`build`](Self::build) for any executor.
///
/// ```no_run
/// # #[cfg(feature = "tokio")]
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use core::time::Duration;
/// use tress_async::{Client, Config};
///
/// let client = Client::builder()
///     .config(Config::default().initial_window(1 << 20)?)
///     .connect_timeout(Duration::from_secs(5))
///     .connect("127.0.0.1:8080")
///     .await?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct ClientBuilder {
    pub(crate) options: ClientOptions,
    #[cfg(feature = "tls-fallback")]
    pub(crate) fallback: Option<ClientHook>,
}

impl Client {
    /// Makes what connections are made with.
    #[doc(alias("handshake", "conn::http2::Builder"))]
    #[must_use]
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}

impl ClientBuilder {
    /// Sets what a connection announces and tolerates.
    #[must_use]
    pub fn config(mut self, config: Config) -> Self {
        self.options = self.options.config(config);
        self
    }

    /// Sets how long it may take until a connection can be used: the lookup of its name, all of the
    /// addresses together, and the handshake of TLS. Otherwise that is left to the system, and
    /// to the handshake's own limit of ten seconds.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.options = self.options.connect_timeout(limit);
        self
    }

    /// Sets TCP_NODELAY, without which small frames wait for others. It is on where nothing is said.
    #[must_use]
    pub fn nodelay(mut self, is_nodelay: bool) -> Self {
        self.options = self.options.nodelay(is_nodelay);
        self
    }

    /// Sets what is asked of a TCP socket besides, in the place of what [`TcpOptions`] are by default.
    #[must_use]
    pub fn tcp_options(mut self, options: TcpOptions) -> Self {
        self.options = self.options.tcp_options(options);
        self
    }

    /// Sets what makes the observer of each connection.
    #[must_use]
    pub fn observe(
        mut self,
        observer: impl Fn() -> Box<dyn Observe> + Send + Sync + 'static,
    ) -> Self {
        self.options = self.options.observe(observer);
        self
    }

    /// Speaks TLS, to a server that must have a certificate for `name`, which is sent as SNI, and agree
    /// on `h2` (RFC 9113 §3.2, RFC 9113 §9.2). The configuration offers `h2` by ALPN if it offers
    /// nothing.
    #[cfg(feature = "rustls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
    #[must_use]
    pub fn tls(mut self, config: Arc<tls::rustls::ClientConfig>, name: &str) -> Self {
        self.options = self.options.tls(config, name);
        self
    }

    /// Sets who gets a session of TLS, after its handshake, whose ends do not agree on HTTP/2, such as that
    /// with a server that speaks HTTP/1.1 only. The configuration offers `h2`, and `http/1.1` after it, if
    /// it offers nothing.
    ///
    /// Whoever connects hears of an error: [`find`](Error::find) finds a [`TlsError`](tls::TlsError), whose
    /// [`is_other_protocol`](tls::TlsError::is_other_protocol) says so. Connections that are
    /// [built](Self::build), and not connected, fail without this.
    ///
    /// ```no_run
    /// # async fn example(config: std::sync::Arc<tress_async::tls::rustls::ClientConfig>)
    /// # -> Result<(), tress_async::Error> {
    /// use tress_async::Client;
    ///
    /// let (sender, mut streams) = tokio::sync::mpsc::unbounded_channel();
    /// let builder = Client::builder()
    ///     .tls(config, "example.org")
    ///     .tls_fallback(move |stream| drop(sender.send(stream)));
    /// match builder.connect("example.org:443").await {
    ///     Ok(client) => drop(client),
    ///     Err(error) => match streams.try_recv() {
    ///         // For a client of HTTP/1.1: `stream` reads and writes in cleartext.
    ///         Ok(stream) => drop(stream),
    ///         Err(_) => return Err(error),
    ///     },
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "tls-fallback")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls-fallback")))]
    #[must_use]
    pub fn tls_fallback(mut self, hook: impl Fn(TlsStream) + Send + Sync + 'static) -> Self {
        self.fallback = Some(ClientHook::new(hook));
        self
    }

    /// Runs a connection over a transport. Nothing moves unless the driver is polled: spawn it.
    ///
    /// Requests may be made at once, and wait for the handshake of TLS where there is one; if that fails,
    /// they and the driver are told.
    ///
    /// # Errors
    ///
    /// [`is_connect`](Error::is_connect): TLS cannot begin, for the name is none, or the configuration
    /// cannot be used.
    pub fn build<Io: Transport>(&self, io: Io) -> Result<(Client, Driver<Io>), Error> {
        let machine = self.options.machine(|_| ())?;
        Ok(Client::run(machine, io, self.options.is_secure()))
    }
}
