//! What is known of a connection besides what is said on it.

#[cfg(feature = "rustls")]
use alloc::sync::Arc;
use core::net::SocketAddr;

/// What is known of a connection besides what is said on it: who is at its ends, and what its TLS came to.
///
/// A clone costs little.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionInfo {
    pub(crate) addresses: Addresses,
    #[cfg(feature = "rustls")]
    pub(crate) tls: Option<Arc<tls::TlsInfo>>,
}

/// The addresses of the ends of a connection, where its transport has any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a transport has two ends")]
pub struct Addresses {
    /// That of the peer.
    pub peer: Option<SocketAddr>,
    /// Our own.
    pub local: Option<SocketAddr>,
}

impl ConnectionInfo {
    /// Makes one of a connection in cleartext.
    #[must_use]
    pub const fn new(addresses: Addresses) -> Self {
        Self {
            addresses,
            #[cfg(feature = "rustls")]
            tls: None,
        }
    }

    /// Adds what the handshake of TLS came to.
    #[cfg(feature = "rustls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
    #[must_use]
    pub fn with_tls(mut self, info: tls::TlsInfo) -> Self {
        self.tls = Some(Arc::new(info));
        self
    }

    /// The peer's address, where the transport has any. It is that of whoever is next on the way: behind a
    /// proxy, the proxy's.
    #[must_use]
    pub const fn peer_addr(&self) -> Option<SocketAddr> {
        self.addresses.peer
    }

    /// Our own address, where the transport has any.
    #[must_use]
    pub const fn local_addr(&self) -> Option<SocketAddr> {
        self.addresses.local
    }

    /// What the handshake of TLS came to: ALPN, SNI, version, cipher suite, and the peer's certificates;
    /// `None` in cleartext.
    #[cfg(feature = "rustls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
    #[must_use]
    pub fn tls(&self) -> Option<&tls::TlsInfo> {
        self.tls.as_deref()
    }
}
