//! What makes two requests go to the same origin.

use alloc::string::String;

/// The origin of a request, as far as connections may be shared: two requests use the same
/// connections only where all of it is equal.
///
/// Names are never joined because a certificate covers both (RFC 9113 §9.1.1 allows it): it saves a
/// connection, and costs answers with the status 421 where a balancer stands in between.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    scheme: String,
    authority: String,
    server_name: Option<String>,
    tls: u64,
    proxy: Option<String>,
}

impl Key {
    /// Makes the key of a scheme and an authority, both made lower-case (RFC 3986 §6.2.2.1).
    #[must_use]
    pub fn new(scheme: &str, authority: &str) -> Self {
        Self {
            scheme: scheme.to_ascii_lowercase(),
            authority: authority.to_ascii_lowercase(),
            server_name: None,
            tls: 0,
            proxy: None,
        }
    }

    /// Asks for this name in the TLS handshake, where it is not the one of the authority.
    #[must_use]
    pub fn server_name(mut self, name: &str) -> Self {
        self.server_name = Some(name.to_ascii_lowercase());
        self
    }

    /// Tells configurations of TLS apart by a number of the caller's.
    #[must_use]
    pub const fn tls(mut self, configuration: u64) -> Self {
        self.tls = configuration;
        self
    }

    /// Goes through this proxy.
    #[must_use]
    pub fn proxy(mut self, proxy: &str) -> Self {
        self.proxy = Some(proxy.into());
        self
    }

    /// The scheme, in lower case.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The authority, in lower case.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }
}
