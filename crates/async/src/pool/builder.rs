//! What a pool is made with.

use alloc::sync::Arc;
use core::fmt;
use core::hash::BuildHasher as _;
use core::time::Duration;
use std::collections::hash_map::RandomState;

use ::pool::{Config, Key};
use session::ConnectionInfo;
use tokio::runtime::Handle;

use super::Pool;
use super::connector::{Connector, TcpConnector};
use super::live::Live;
#[cfg(feature = "tls-fallback")]
use super::settings::FallbackHook;
use super::settings::{ConnectHook, Settings};
use crate::builder::ClientBuilder;
#[cfg(feature = "tls-fallback")]
use crate::tls_stream::TlsStream;

/// Makes a [`Pool`].
#[derive(Clone)]
pub struct PoolBuilder {
    client: ClientBuilder,
    policy: Config,
    connector: Arc<dyn Connector>,
    #[cfg(feature = "rustls")]
    tls: Option<Arc<tls::rustls::ClientConfig>>,
    wait_limit: Option<Duration>,
    repeats_idempotent: bool,
    is_eager: bool,
    server_name: Option<Arc<str>>,
    #[cfg(feature = "tls-fallback")]
    fallback: Option<FallbackHook>,
    on_connect: Option<ConnectHook>,
    seed: Option<u64>,
}

impl Default for PoolBuilder {
    fn default() -> Self {
        Self {
            client: ClientBuilder::default(),
            policy: Config::default(),
            connector: Arc::new(TcpConnector::default()),
            #[cfg(feature = "rustls")]
            tls: None,
            wait_limit: None,
            repeats_idempotent: false,
            is_eager: false,
            server_name: None,
            #[cfg(feature = "tls-fallback")]
            fallback: None,
            on_connect: None,
            seed: None,
        }
    }
}

impl PoolBuilder {
    /// Sets what connections announce and tolerate, and their observers. Its TLS and its sockets' options are
    /// not used: the pool's [`tls`](Self::tls) is, with the name of each origin, and its
    /// [connector](Self::connector).
    #[must_use]
    pub fn client(mut self, client: ClientBuilder) -> Self {
        self.client = client;
        self
    }

    /// Sets the policy: how many connections, what is sent again, when a connection is given up.
    #[must_use]
    pub fn policy(mut self, policy: Config) -> Self {
        self.policy = policy;
        self
    }

    /// Sets what resolves names and opens transports, in the place of [`TcpConnector`].
    #[must_use]
    pub fn connector(mut self, connector: impl Connector) -> Self {
        self.connector = Arc::new(connector);
        self
    }

    /// Speaks TLS with origins of `https`, each of which must have a certificate for its host and agree
    /// on `h2` (RFC 9113 §3.2). Without it there are none.
    #[cfg(feature = "rustls")]
    #[cfg_attr(docsrs, doc(cfg(all(feature = "pool", feature = "rustls"))))]
    #[must_use]
    pub fn tls(mut self, config: Arc<tls::rustls::ClientConfig>) -> Self {
        self.tls = Some(config);
        self
    }

    /// Sets the name that servers must have a certificate for, and that is sent as SNI, in the place of the
    /// host of each origin.
    #[must_use]
    pub fn server_name(mut self, name: &str) -> Self {
        self.server_name = Some(name.into());
        self
    }

    /// Sets how long a request may wait for a connection. Otherwise it waits as long as there may be one.
    #[must_use]
    pub const fn wait_limit(mut self, limit: Duration) -> Self {
        self.wait_limit = Some(limit);
        self
    }

    /// Sends requests of idempotent methods (RFC 9110 §9.2.2) again although a server may have processed
    /// them. Otherwise only what was certainly not processed is.
    #[must_use]
    pub const fn repeat_idempotent(mut self) -> Self {
        self.repeats_idempotent = true;
        self
    }

    /// Sets who gets a session of TLS whose ends do not agree on HTTP/2, and with which origin it is: see
    /// [`ClientBuilder::tls_fallback`]. Requests that wait for it fail with
    /// `Failure::Protocol` of `tress-pool`.
    #[cfg(feature = "tls-fallback")]
    #[cfg_attr(docsrs, doc(cfg(all(feature = "pool", feature = "tls-fallback"))))]
    #[must_use]
    pub fn tls_fallback(mut self, hook: impl Fn(&Key, TlsStream) + Send + Sync + 'static) -> Self {
        self.fallback = Some(Arc::new(hook));
        self
    }

    /// Sends requests without waiting for the server's SETTINGS (RFC 9113 §3.4): as many as a server of the
    /// origin allowed the last time, or 100. That saves a round trip, and costs a refusal where the server
    /// allows fewer, and a request where it hangs before it has said anything.
    #[must_use]
    pub const fn eager(mut self) -> Self {
        self.is_eager = true;
        self
    }

    /// Sets who hears of each connection once it is made: the origin, the address that was connected to, and
    /// what TLS came to.
    #[must_use]
    pub fn on_connect(
        mut self,
        hook: impl Fn(&Key, &ConnectionInfo) + Send + Sync + 'static,
    ) -> Self {
        self.on_connect = Some(Arc::new(hook));
        self
    }

    /// Sets what random choices begin with, so that they are the same each time.
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Makes the pool. Nothing is connected yet.
    ///
    /// # Panics
    ///
    /// Outside of a runtime of tokio's, on which its tasks run.
    #[must_use]
    pub fn build(self) -> Pool {
        let seed = self.seed.unwrap_or_else(|| RandomState::new().hash_one(0));
        let settings = Settings {
            client: self.client,
            policy: self.policy,
            connector: self.connector,
            #[cfg(feature = "rustls")]
            tls: self.tls,
            wait_limit: self.wait_limit,
            repeats_idempotent: self.repeats_idempotent,
            is_eager: self.is_eager,
            server_name: self.server_name,
            #[cfg(feature = "tls-fallback")]
            fallback: self.fallback,
            on_connect: self.on_connect,
            live: Live::default(),
            runtime: Handle::current(),
        };
        Pool::new(settings, seed)
    }
}

impl fmt::Debug for PoolBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolBuilder")
            .field("client", &self.client)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
