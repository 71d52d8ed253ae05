//! The name that both ends must agree on (RFC 9113 §3.2).

use alloc::sync::Arc;
use alloc::vec::Vec;

use rustls::{ClientConfig, CommonState, ServerConfig};

use crate::error::TlsError;

/// The name of HTTP/2 over TLS in ALPN (RFC 9113 §3.2).
pub const ALPN: &[u8] = b"h2";

/// The name of HTTP/1.1 in ALPN (RFC 7301 §6).
pub const ALPN_HTTP1: &[u8] = b"http/1.1";

/// Has a client's configuration offer `h2`, if it offers nothing.
///
/// A configuration that names protocols is left as it is. The clone shares everything else with the
/// original: the sessions that can be resumed, the key log, the verifier.
#[must_use]
pub fn h2_client(config: Arc<ClientConfig>) -> Arc<ClientConfig> {
    client(config, &[ALPN])
}

/// Has a server's configuration accept `h2`, if it accepts nothing.
///
/// A configuration that names protocols is left as it is. The clone shares everything else with the
/// original: the sessions that can be resumed, the key log, the certificates.
#[must_use]
pub fn h2_server(config: Arc<ServerConfig>) -> Arc<ServerConfig> {
    server(config, &[ALPN])
}

/// Has a client's configuration offer `h2`, and `http/1.1` after it, if it offers nothing: for who hands
/// sessions that end in the latter to somebody else.
#[must_use]
pub fn h2_or_http1_client(config: Arc<ClientConfig>) -> Arc<ClientConfig> {
    client(config, &[ALPN, ALPN_HTTP1])
}

/// Has a server's configuration accept `h2`, and `http/1.1` where the client does not offer that, if it
/// accepts nothing: for who hands sessions that end in the latter to somebody else.
#[must_use]
pub fn h2_or_http1_server(config: Arc<ServerConfig>) -> Arc<ServerConfig> {
    server(config, &[ALPN, ALPN_HTTP1])
}

/// Says whether the ends of a session, whose handshake is over, agree on `h2` (RFC 9113 §3.2).
///
/// # Errors
///
/// [`TlsError::OtherProtocol`]: they agree on another one. [`TlsError::Alpn`]: on none.
pub fn agreed(session: &CommonState) -> Result<(), TlsError> {
    match session.alpn_protocol() {
        Some(ALPN) => Ok(()),
        Some(other) => Err(TlsError::OtherProtocol(other.to_vec())),
        None => Err(TlsError::Alpn(None)),
    }
}

fn client(mut config: Arc<ClientConfig>, names: &[&[u8]]) -> Arc<ClientConfig> {
    if config.alpn_protocols.is_empty() {
        Arc::make_mut(&mut config).alpn_protocols = owned(names);
    }
    config
}

fn server(mut config: Arc<ServerConfig>, names: &[&[u8]]) -> Arc<ServerConfig> {
    if config.alpn_protocols.is_empty() {
        Arc::make_mut(&mut config).alpn_protocols = owned(names);
    }
    config
}

fn owned(names: &[&[u8]]) -> Vec<Vec<u8>> {
    names.iter().map(|name| name.to_vec()).collect()
}
