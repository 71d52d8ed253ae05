//! Errors of TLS, as those of a layer around the connection (RFC 9113 §9.2).

use proto::Blame;
use tls::TlsError;

use crate::error::Error;
use crate::kind::Fault;

impl From<&TlsError> for Fault {
    fn from(error: &TlsError) -> Self {
        Self {
            blame: if error.is_ours() {
                Blame::Local
            } else {
                Blame::Peer
            },
            is_timeout: matches!(error, TlsError::Timeout),
        }
    }
}

impl From<TlsError> for Error {
    /// No TLS came about, and so no connection.
    fn from(error: TlsError) -> Self {
        let fault = Fault::from(&error);
        Self::layer(error, fault)
    }
}
