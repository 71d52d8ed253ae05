//! The name that both ends must agree on (RFC 9113 §3.2).

use alloc::sync::Arc;

use rustls::{ClientConfig, ServerConfig};

/// The name of HTTP/2 over TLS in ALPN (RFC 9113 §3.2).
pub const ALPN: &[u8] = b"h2";

/// Has a client's configuration offer `h2`, if it offers nothing.
///
/// A configuration that names protocols is left as it is. The clone shares everything else with the
/// original: the sessions that can be resumed, the key log, the verifier.
#[must_use]
pub fn h2_client(mut config: Arc<ClientConfig>) -> Arc<ClientConfig> {
    if config.alpn_protocols.is_empty() {
        Arc::make_mut(&mut config).alpn_protocols.push(ALPN.into());
    }
    config
}

/// Has a server's configuration accept `h2`, if it accepts nothing.
///
/// A configuration that names protocols is left as it is. The clone shares everything else with the
/// original: the sessions that can be resumed, the key log, the certificates.
#[must_use]
pub fn h2_server(mut config: Arc<ServerConfig>) -> Arc<ServerConfig> {
    if config.alpn_protocols.is_empty() {
        Arc::make_mut(&mut config).alpn_protocols.push(ALPN.into());
    }
    config
}
