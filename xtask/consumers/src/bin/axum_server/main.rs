//! A `Router` of axum's, served by `tress-async`: files, slow answers that are counted, and gRPC.
//!
//! `axum_server FOLDER [CERT KEY]` listens on a free port, says where, and says each frame that
//! begins or ends a stream or the connection, as `tress serve -v` does. With `--system-tcp` in front
//! of these, sockets have what the system gives them, and no limit to what it has not sent.

mod calls;
mod frames;
mod site;

use std::env;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpStream;
use tress_async::proto::Connection;
use tress_async::tls::Tls;
use tress_async::{Config, Error, Machine, Server, TcpOptions};

use crate::frames::Watch;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let (tcp, arguments) = match arguments.as_slice() {
        [first, rest @ ..] if first.as_os_str() == "--system-tcp" => (TcpOptions::system(), rest),
        all => (TcpOptions::default(), all),
    };
    let (folder, tls) = match arguments {
        [folder] => (folder, None),
        [folder, certificate, key] => (folder, Some(config(certificate, key)?)),
        _ => return Err("usage: axum_server FOLDER [CERT KEY]".into()),
    };
    let app = site::router(folder.clone()).merge(calls::router());
    let server = Server::bind("127.0.0.1:0").await?.tcp_options(tcp);
    let scheme = if tls.is_some() { "https" } else { "http" };
    println!("serving on {scheme}://{}", server.local_addr());
    let watch = Watch::default();
    let prepare = move |stream| {
        let prepared = prepare(&watch, tls.clone(), stream);
        async move { prepared }
    };
    Ok(server.serve_service_with(prepare, app).await?)
}

type Prepared = (Box<dyn Machine<tress_async::proto::Server>>, TcpStream);

/// A connection that is watched, in TLS if there is a configuration for it.
fn prepare(
    watch: &Watch,
    tls: Option<Arc<rustls::ServerConfig>>,
    stream: TcpStream,
) -> Result<Prepared, Error> {
    let mut connection = Connection::new(Config::default());
    watch.begin(&mut connection);
    let Some(config) = tls else {
        return Ok((Box::new(connection), stream));
    };
    let session = Tls::accept(config, connection).map_err(std::io::Error::other)?;
    Ok((Box::new(session), stream))
}

fn config(certificate: &PathBuf, key: &PathBuf) -> Result<Arc<rustls::ServerConfig>, Failure> {
    let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)?.collect::<Result<_, _>>()?;
    let key = PrivateKeyDer::from_pem_file(key)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    Ok(Arc::new(config))
}
