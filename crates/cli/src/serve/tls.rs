//! The certificate that `serve` shows, and ALPN with `h2` alone (RFC 9113 §3.2, RFC 9113 §9.2).

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt::Display;
use core::net::IpAddr;
use std::path::{Path, PathBuf};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::args;
use crate::exit::{Failure, Result};
use crate::tls;

/// What the command line asks for; `None` is cleartext.
pub(crate) fn config(args: &args::Serve, address: IpAddr) -> Result<Option<Arc<ServerConfig>>> {
    match args.tls.as_deref() {
        Some([certificate, key]) => from_files(certificate, key).map(Some),
        _ if args.self_signed => self_signed(address).map(Some),
        _ => Ok(None),
    }
}

fn from_files(certificate: &Path, key_file: &PathBuf) -> Result<Arc<ServerConfig>> {
    let chain = tls::certificates(certificate)?;
    let key = PrivateKeyDer::from_pem_file(key_file)
        .map_err(|error| tls::unreadable("private key", key_file, &error))?;
    with(chain, key).map_err(|error| {
        Failure::usage(format_args!(
            "cannot use the certificate {} with the private key {}: {error}",
            certificate.display(),
            key_file.display()
        ))
        .hint("the key must be the one that the certificate was made for")
    })
}

/// Makes up a certificate for this machine's own names and the address that is listened on.
fn self_signed(address: IpAddr) -> Result<Arc<ServerConfig>> {
    let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(String::from).into();
    if !names.contains(&address.to_string()) {
        names.push(address.to_string());
    }
    let failed = |error: &dyn Display| {
        Failure::usage(format_args!("cannot make up a certificate: {error}"))
            .hint("give one with --tls CERT KEY")
    };
    let made = rcgen::generate_simple_self_signed(names).map_err(|error| failed(&error))?;
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    with(Vec::from([made.cert.der().clone()]), key.into()).map_err(|error| failed(&error))
}

fn with(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> core::result::Result<Arc<ServerConfig>, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(tls::provider())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols.push(tls::ALPN.to_vec());
    config.key_log = tls::key_log();
    Ok(Arc::new(config))
}
