//! Whom `get` trusts, and ALPN with `h2` alone (RFC 9113 §3.2, RFC 9113 §9.2).

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt::Display;
use std::path::Path;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use crate::args::Trust;
use crate::exit::{Failure, Result};
use crate::tls;

/// What the command line asks for.
pub(crate) fn config(trust: &Trust) -> Result<Arc<ClientConfig>> {
    let builder = ClientConfig::builder_with_provider(tls::provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::usage(format_args!("cannot use TLS: {error}")))?;
    let mut config = match &trust.cacert {
        _ if trust.insecure => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(TrustAnyone(tls::provider())))
            .with_no_client_auth(),
        Some(file) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(TrustGiven::read(file)?))
            .with_no_client_auth(),
        None => builder
            .with_root_certificates(RootCertStore {
                roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
            })
            .with_no_client_auth(),
    };
    config.alpn_protocols.push(tls::ALPN.to_vec());
    config.key_log = tls::key_log();
    Ok(Arc::new(config))
}

/// What `--cacert` asks for: certificates of the file, and those that they vouch for.
#[derive(Debug)]
struct TrustGiven {
    given: Vec<CertificateDer<'static>>,
    chains: Arc<WebPkiServerVerifier>,
}

impl TrustGiven {
    fn read(file: &Path) -> Result<Self> {
        let refuse = |error: &dyn Display| {
            let file = file.display();
            Failure::usage(format_args!(
                "cannot trust a certificate in {file}: {error}"
            ))
        };
        let given = tls::certificates(file)?;
        let mut roots = RootCertStore::empty();
        for certificate in given.clone() {
            roots.add(certificate).map_err(|error| refuse(&error))?;
        }
        let chains = WebPkiServerVerifier::builder_with_provider(roots.into(), tls::provider())
            .build()
            .map_err(|error| refuse(&error))?;
        Ok(Self { given, chains })
    }
}

impl ServerCertVerifier for TrustGiven {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> core::result::Result<ServerCertVerified, Error> {
        let chained = self
            .chains
            .verify_server_cert(end_entity, intermediates, name, ocsp, now);
        // Choice: who gives a certificate trusts it, even one that signed itself and calls itself
        // an authority, as those that people make in a hurry do. Its names and dates still count.
        let is_odd = matches!(
            chained,
            Err(Error::InvalidCertificate(CertificateError::Other(_)))
        );
        if is_odd && self.given.contains(end_entity) {
            verify_server_name(&ParsedCertificate::try_from(end_entity)?, name)?;
            return Ok(ServerCertVerified::assertion());
        }
        chained
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> core::result::Result<HandshakeSignatureValid, Error> {
        self.chains
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> core::result::Result<HandshakeSignatureValid, Error> {
        self.chains
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chains.supported_verify_schemes()
    }
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
