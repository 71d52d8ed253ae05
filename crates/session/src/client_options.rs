//! What the connections of a client are made with, in every adapter.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;

use proto::{Client as Role, Config, Connection, Observe};

use crate::error::Error;
use crate::machine::Machine;
use crate::tcp_options::TcpOptions;

type Observer = dyn Fn() -> Box<dyn Observe> + Send + Sync;

/// What the connections of a client are made with: an adapter's builder holds it, and asks it for the
/// machine of each connection.
#[derive(Clone)]
pub struct ClientOptions {
    config: Config,
    connect_timeout: Option<Duration>,
    is_nodelay: bool,
    tcp: TcpOptions,
    observer: Option<Arc<Observer>>,
    #[cfg(feature = "rustls")]
    tls: Option<Tls>,
}

/// What a session of TLS begins with.
#[cfg(feature = "rustls")]
#[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
pub type TlsStart = (
    Arc<tls::rustls::ClientConfig>,
    tls::rustls::pki_types::ServerName<'static>,
);

/// What sessions of TLS are made with.
#[cfg(feature = "rustls")]
#[derive(Clone)]
struct Tls {
    name: Arc<str>,
    /// It offers `h2`, where it was given without a word of protocols.
    h2: Arc<tls::rustls::ClientConfig>,
    /// It offers `http/1.1` as well.
    or_http1: Arc<tls::rustls::ClientConfig>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            config: Config::default(),
            connect_timeout: None,
            is_nodelay: true,
            tcp: TcpOptions::default(),
            observer: None,
            #[cfg(feature = "rustls")]
            tls: None,
        }
    }
}

impl ClientOptions {
    /// Sets what a connection announces and tolerates.
    #[must_use]
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Sets how long it may take until a connection can be used: all of the addresses together, and the
    /// handshake of TLS. Otherwise that is left to the system, and to the handshake's own limit of
    /// ten seconds.
    #[must_use]
    pub const fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = Some(limit);
        self
    }

    /// Sets TCP_NODELAY, without which small frames wait for others. It is on where nothing is said.
    #[must_use]
    pub const fn nodelay(mut self, is_nodelay: bool) -> Self {
        self.is_nodelay = is_nodelay;
        self
    }

    /// Sets what is asked of a TCP socket besides, in the place of what [`TcpOptions`] are by default.
    #[must_use]
    pub const fn tcp_options(mut self, options: TcpOptions) -> Self {
        self.tcp = options;
        self
    }

    /// Sets what makes the observer of each connection.
    #[must_use]
    pub fn observe(
        mut self,
        observer: impl Fn() -> Box<dyn Observe> + Send + Sync + 'static,
    ) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Speaks TLS, to a server that must have a certificate for `name`, which is sent as SNI, and agree
    /// on `h2` (RFC 9113 §3.2, RFC 9113 §9.2). The configuration offers `h2` by ALPN if it offers
    /// nothing.
    #[cfg(feature = "rustls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
    #[must_use]
    pub fn tls(mut self, config: Arc<tls::rustls::ClientConfig>, name: &str) -> Self {
        self.tls = Some(Tls {
            name: name.into(),
            h2: tls::h2_client(Arc::clone(&config)),
            or_http1: tls::h2_or_http1_client(config),
        });
        self
    }

    /// What a session of TLS begins with, where that was asked for: a configuration that offers `h2`, and
    /// `http/1.1` after it, if it was given without a word of protocols, and the name of the server. It is
    /// for who shakes hands before there is a machine, and hands what does not end in `h2` to somebody else.
    ///
    /// # Errors
    ///
    /// [`is_connect`](Error::is_connect): the name is none.
    #[cfg(feature = "rustls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
    pub fn tls_or_http1(&self) -> Result<Option<TlsStart>, Error> {
        let Some(tls) = &self.tls else {
            return Ok(None);
        };
        let name = tls::server_name(&tls.name)?;
        Ok(Some((Arc::clone(&tls.or_http1), name)))
    }

    /// Makes the machine of a connection whose handshake is over, and came to `h2`.
    #[cfg(feature = "rustls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
    #[must_use]
    pub fn machine_in(&self, session: tls::rustls::ClientConnection) -> Box<dyn Machine<Role>> {
        Box::new(tls::Tls::client(session, self.connection()))
    }

    /// How long it may take until a connection can be used, if that was said.
    #[must_use]
    pub const fn connect_limit(&self) -> Option<Duration> {
        self.connect_timeout
    }

    /// Says whether TCP_NODELAY is to be set.
    #[must_use]
    pub const fn is_nodelay(&self) -> bool {
        self.is_nodelay
    }

    /// What is asked of a TCP socket besides.
    #[must_use]
    pub const fn tcp(&self) -> TcpOptions {
        self.tcp
    }

    /// Makes an observer, where that was asked for: for whoever has one of his own as well.
    #[must_use]
    pub fn observer(&self) -> Option<Box<dyn Observe>> {
        self.observer.as_ref().map(|observer| observer())
    }

    /// Says whether connections speak TLS: what is asked for through them is `https`.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        #[cfg(feature = "rustls")]
        return self.tls.is_some();
        #[cfg(not(feature = "rustls"))]
        return false;
    }

    /// Makes the machine of a connection, with its observer, and inside TLS where that was asked for.
    ///
    /// `ready` is called once the connection can be used, which is at once where there is no handshake,
    /// or with the reason why it cannot be. It is dropped without a call where the transport fails
    /// before: the connection knows why.
    ///
    /// # Errors
    ///
    /// [`is_connect`](Error::is_connect): TLS cannot begin, for the name is none, or the configuration
    /// cannot be used.
    pub fn machine(
        &self,
        ready: impl FnOnce(Result<(), Error>) + Send + 'static,
    ) -> Result<Box<dyn Machine<Role>>, Error> {
        let connection = self.connection();
        #[cfg(feature = "rustls")]
        if let Some(tls) = &self.tls {
            let machine = tls::Tls::connect(Arc::clone(&tls.h2), &tls.name, connection)?;
            let mut ready = Some(ready);
            return Ok(Box::new(machine.watch(move |update| {
                // What becomes of the session later, the streams are told.
                if let Some(ready) = ready.take() {
                    ready(update.map_err(|error| error.clone().into()));
                }
            })));
        }
        ready(Ok(()));
        Ok(Box::new(connection))
    }

    fn connection(&self) -> Connection<Role> {
        let mut connection = Connection::new(self.config.clone());
        if let Some(observer) = self.observer() {
            connection.observe(observer);
        }
        connection
    }
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientOptions")
            .field("config", &self.config)
            .field("connect_timeout", &self.connect_timeout)
            .field("is_nodelay", &self.is_nodelay)
            .field("tcp", &self.tcp)
            .field("has_observer", &self.observer.is_some())
            .field("is_secure", &self.is_secure())
            .finish()
    }
}
