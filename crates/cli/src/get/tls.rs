//! Whom `get` trusts, and ALPN with `h2` alone (RFC 9113 §3.2, §9.2).

use alloc::sync::Arc;
use alloc::vec::Vec;
use std::path::Path;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use crate::args;
use crate::exit::{Failure, Result};
use crate::tls;

/// What the command line asks for.
pub(crate) fn config(args: &args::Get) -> Result<Arc<ClientConfig>> {
    let builder = ClientConfig::builder_with_provider(tls::provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::usage(format_args!("cannot use TLS: {error}")))?;
    let mut config = if args.insecure {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(TrustAnyone(tls::provider())))
            .with_no_client_auth()
    } else {
        builder
            .with_root_certificates(roots(args.cacert.as_deref())?)
            .with_no_client_auth()
    };
    config.alpn_protocols.push(tls::ALPN.to_vec());
    Ok(Arc::new(config))
}

/// The certificates to trust: those of a file, or those that browsers trust.
fn roots(file: Option<&Path>) -> Result<RootCertStore> {
    let Some(file) = file else {
        return Ok(RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        });
    };
    let mut roots = RootCertStore::empty();
    for certificate in tls::certificates(file)? {
        roots.add(certificate).map_err(|error| {
            Failure::usage(format_args!(
                "cannot trust a certificate in {}: {error}",
                file.display()
            ))
        })?;
    }
    Ok(roots)
}

/// What `--insecure` asks for: any certificate will do, if its owner holds the key.
#[derive(Debug)]
struct TrustAnyone(Arc<CryptoProvider>);

impl ServerCertVerifier for TrustAnyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> core::result::Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> core::result::Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> core::result::Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
