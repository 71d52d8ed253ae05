//! Certificates made up for the occasion: one of the server, one of the client, each trusted by the other.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::CertifiedKey;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tress_consumers::Failed;

/// The name in the server's certificate.
pub const NAME: &str = "localhost";

/// Both configurations, and the same in files.
pub struct Certificates {
    pub client: Arc<ClientConfig>,
    pub server: Arc<ServerConfig>,
    pub client_certificate: CertificateDer<'static>,
    folder: PathBuf,
}

impl Certificates {
    pub fn new() -> Result<Self, Failed> {
        let server = rcgen::generate_simple_self_signed([NAME.to_owned()])?;
        let client = rcgen::generate_simple_self_signed(["client".to_owned()])?;
        let folder =
            std::env::temp_dir().join(format!("tress-one-tls-port-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("ca.pem"), server.cert.pem())?;
        fs::write(folder.join("client.pem"), client.cert.pem())?;
        fs::write(
            folder.join("client.key"),
            client.signing_key.serialize_pem(),
        )?;
        let provider = Arc::new(default_provider());
        let verifier =
            WebPkiClientVerifier::builder_with_provider(trust(&client)?, Arc::clone(&provider))
                .build()?;
        let (chain, its_key) = own(&server);
        let server_config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(verifier)
            .with_single_cert(chain, its_key.into())?;
        let (chain, its_key) = own(&client);
        let client_config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(trust(&server)?)
            .with_client_auth_cert(chain, its_key.into())?;
        Ok(Self {
            client: Arc::new(client_config),
            server: Arc::new(server_config),
            client_certificate: client.cert.der().clone(),
            folder,
        })
    }

    /// A file: `ca.pem`, `client.pem` or `client.key`.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Takes the files away.
    pub fn remove(&self) -> io::Result<()> {
        fs::remove_dir_all(Path::new(&self.folder))
    }
}

type Key = CertifiedKey<rcgen::KeyPair>;

fn own(key: &Key) -> (Vec<CertificateDer<'static>>, PrivatePkcs8KeyDer<'static>) {
    let its_key = PrivatePkcs8KeyDer::from(key.signing_key.serialize_der());
    (vec![key.cert.der().clone()], its_key)
}

fn trust(key: &Key) -> Result<Arc<RootCertStore>, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(key.cert.der().clone())?;
    Ok(Arc::new(roots))
}
