//! What a handshake came to (RFC 9113 §9.2).

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use rustls::pki_types::CertificateDer;
use rustls::{
    CipherSuite, ClientConnection, CommonState, Connection, ProtocolVersion, ServerConnection,
};

/// What a handshake came to: what both ends agreed on, whom the client asked for, and who the peer says he
/// is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsInfo {
    alpn: Option<Vec<u8>>,
    server_name: Option<String>,
    protocol_version: Option<ProtocolVersion>,
    cipher_suite: Option<CipherSuite>,
    peer_certificates: Vec<CertificateDer<'static>>,
}

impl TlsInfo {
    /// Takes it from a session, whose handshake should be over.
    #[must_use]
    pub fn of(session: &Connection) -> Self {
        match session {
            Connection::Server(session) => session.into(),
            Connection::Client(session) => session.into(),
        }
    }

    fn new(session: &CommonState, server_name: Option<&str>) -> Self {
        Self {
            alpn: session.alpn_protocol().map(<[u8]>::to_vec),
            server_name: server_name.map(ToOwned::to_owned),
            protocol_version: session.protocol_version(),
            cipher_suite: session.negotiated_cipher_suite().map(|suite| suite.suite()),
            peer_certificates: session.peer_certificates().unwrap_or_default().to_vec(),
        }
    }

    /// The protocol that both ends agreed on: `h2`, for HTTP/2 (RFC 9113 §3.2).
    #[must_use]
    pub fn alpn(&self) -> Option<&[u8]> {
        self.alpn.as_deref()
    }

    /// At a server, the name that the client asked for (Server Name Indication).
    #[must_use]
    pub fn server_name(&self) -> Option<&str> {
        self.server_name.as_deref()
    }

    /// The version of TLS.
    #[must_use]
    pub const fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.protocol_version
    }

    /// The cipher suite.
    #[must_use]
    pub const fn cipher_suite(&self) -> Option<CipherSuite> {
        self.cipher_suite
    }

    /// The peer's certificates, its own first: a client's where the server's configuration asks for them,
    /// which are verified by that configuration's verifier.
    #[must_use]
    pub fn peer_certificates(&self) -> &[CertificateDer<'static>] {
        &self.peer_certificates
    }
}

impl From<&ServerConnection> for TlsInfo {
    fn from(session: &ServerConnection) -> Self {
        Self::new(session, session.server_name())
    }
}

impl From<&ClientConnection> for TlsInfo {
    fn from(session: &ClientConnection) -> Self {
        Self::new(session, None)
    }
}
