//! Configurations of TLS whose ends trust each other, with a certificate made up for the occasion.

use alloc::sync::Arc;

use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig, SupportedProtocolVersion};

/// A configuration for each end, which says nothing of protocols yet.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Certified {
    /// The end that trusts the certificate, and no other.
    pub client: ClientConfig,
    /// The end that has the certificate.
    pub server: ServerConfig,
    /// The certificate itself.
    pub certificate: CertificateDer<'static>,
    /// Its key.
    key: Vec<u8>,
}

impl Certified {
    /// The name in the certificate.
    pub const NAME: &'static str = "localhost";

    /// Makes up a key and a certificate; the ends allow these versions of TLS.
    ///
    /// # Panics
    ///
    /// There is no randomness, or no version.
    #[must_use]
    pub fn new(versions: &[&'static SupportedProtocolVersion]) -> Self {
        let made = rcgen::generate_simple_self_signed([Self::NAME.to_owned()])
            .expect("a name makes a certificate");
        let certificate = made.cert.der().clone();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let server = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(versions)
            .expect("the versions are known")
            .with_no_client_auth()
            .with_single_cert(Vec::from([certificate.clone()]), key.into())
            .expect("the key is the certificate's");
        Self {
            client: trusting(certificate.clone(), versions),
            server,
            certificate,
            key: made.signing_key.serialize_der(),
        }
    }

    /// Has the client show a certificate of its own, and the server ask for it and trust no other; returns
    /// the certificate.
    ///
    /// # Panics
    ///
    /// There is no randomness.
    #[must_use]
    pub fn mutual(mut self) -> (Self, CertificateDer<'static>) {
        let made = rcgen::generate_simple_self_signed(["client".to_owned()])
            .expect("a name makes a certificate");
        let certificate = made.cert.der().clone();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let provider = Arc::new(default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone()).expect("it is a certificate");
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .expect("there is a root");
        let own = PrivatePkcs8KeyDer::from(self.key.clone());
        self.server = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(rustls::ALL_VERSIONS)
            .expect("the versions are known")
            .with_client_cert_verifier(verifier)
            .with_single_cert(Vec::from([self.certificate.clone()]), own.into())
            .expect("the key is the certificate's");
        let mut roots = RootCertStore::empty();
        roots
            .add(self.certificate.clone())
            .expect("it is a certificate");
        self.client = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(rustls::ALL_VERSIONS)
            .expect("the versions are known")
            .with_root_certificates(roots)
            .with_client_auth_cert(Vec::from([certificate.clone()]), key.into())
            .expect("the key is the certificate's");
        (self, certificate)
    }

    /// Sets what each end says of protocols, if that is anything.
    #[must_use]
    pub fn with_alpn(mut self, client: &str, server: &str) -> Self {
        for (names, says) in [
            (&mut self.client.alpn_protocols, client),
            (&mut self.server.alpn_protocols, server),
        ] {
            names.extend((!says.is_empty()).then(|| says.into()));
        }
        self
    }

    /// Both configurations, the client's first, in the form that sessions are made of.
    #[must_use]
    pub fn shared(self) -> (Arc<ClientConfig>, Arc<ServerConfig>) {
        (Arc::new(self.client), Arc::new(self.server))
    }
}

impl Default for Certified {
    fn default() -> Self {
        Self::new(rustls::ALL_VERSIONS)
    }
}

/// A client's configuration that trusts this certificate, and no other.
fn trusting(
    certificate: CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(certificate).expect("it is a certificate");
    ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(versions)
        .expect("the versions are known")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
