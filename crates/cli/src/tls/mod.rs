//! TLS by rustls: what `serve` and `get` share (RFC 9113 §9.2).

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::path::Path;

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{Error, PemObject};

use crate::exit::{Failure, Result};

pub(crate) use tress_tls::{ALPN, Tls, TlsError};

/// The cryptography. All of its TLS 1.2 cipher suites are allowed for HTTP/2 (RFC 9113 §9.2.2).
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// What writes the secrets of sessions to the file that `SSLKEYLOGFILE` names, if it names one.
pub(crate) fn key_log() -> Arc<dyn rustls::KeyLog> {
    Arc::new(rustls::KeyLogFile::new())
}

/// Reads the certificates of a PEM file, of which there is at least one.
pub(crate) fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let certificates: Vec<_> = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect)
        .map_err(|error| unreadable("certificate", file, &error))?;
    if certificates.is_empty() {
        return Err(unreadable("certificate", file, &Error::NoItemsFound));
    }
    Ok(certificates)
}

/// A PEM file cannot be used.
pub(crate) fn unreadable(what: &str, file: &Path, error: &Error) -> Failure {
    let reason = match error {
        Error::Io(error) => alloc::format!("{error}"),
        Error::NoItemsFound => alloc::format!("there is no {what} in it"),
        _ => String::from("it is not in PEM form"),
    };
    Failure::usage(format_args!(
        "cannot read the {what} {}: {reason}",
        file.display()
    ))
    .hint("give a PEM file, the kind that starts with -----BEGIN")
}

/// What can be done about a failure, if that is known.
pub(crate) const fn hint(error: &TlsError) -> Option<&'static str> {
    match error {
        TlsError::Certificate(_) => {
            Some("give --cacert FILE with the certificate to trust, or -k to trust any")
        }
        TlsError::Malformed(_) | TlsError::Eof => {
            Some("the port may be cleartext: try http:// in the place of https://")
        }
        TlsError::Alpn(_) | TlsError::OtherProtocol(_) => {
            Some("the server may speak only HTTP/1.1 over TLS: try curl --http1.1")
        }
        _ => None,
    }
}
