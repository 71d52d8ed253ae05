//! One TLS port, where HTTP/2 is spoken by tress and HTTP/1.1 by hyper, both for the same site of axum's; and a
//! client that goes on with hyper where a server speaks HTTP/1.1 only.
//!
//! Handlers get axum's `ConnectInfo` and the certificate that the client has shown. curl and clients of ours
//! and of hyper's call: `cargo run --bin one_tls_port`, in `xtask/consumers`.

mod certificates;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use axum::routing::get;
use axum::{Extension, Router};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::process::Command;
use tokio::sync::mpsc;
use tower::ServiceExt;
use tress_async::tls::TlsError;
use tress_async::tls::rustls::ServerConfig;
use tress_async::{Bytes, Client, ConnectionInfo, HttpOptions, Server, TlsStream};
use tress_consumers::Failed;

use crate::certificates::{Certificates, NAME};

/// How long a client of HTTP/1.1 may take for the head of a request.
const PATIENCE: Duration = Duration::from_secs(10);

/// Says who is at the other end, and what he has shown.
async fn who(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(connection): Extension<ConnectionInfo>,
    request: Request,
) -> String {
    let certificates = connection.tls().map(|tls| tls.peer_certificates());
    let len = certificates
        .and_then(<[_]>::first)
        .map_or(0, |its| its.len());
    let (version, ip) = (request.version(), peer.ip());
    format!("{version:?} from {ip} with a certificate of {len} octets\n")
}

/// Serves HTTP/1.1 in a session that was handed over.
async fn http1(site: Router, stream: TlsStream) {
    let connection = stream.info().clone();
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        let (site, connection) = (site.clone(), connection.clone());
        if let Some(peer) = connection.peer_addr() {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        request.extensions_mut().insert(connection);
        async move {
            Ok::<_, Infallible>(
                site.oneshot(request)
                    .await
                    .unwrap_or_else(|never| match never {}),
            )
        }
    });
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = served.await {
        eprintln!("a connection of HTTP/1.1 ended by {error:?}");
    }
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let certificates = Certificates::new()?;
    let site = Router::new().route("/", get(who));
    let beside = site.clone();
    let server = Server::bind("127.0.0.1:0")
        .await?
        .tls(Arc::clone(&certificates.server))
        .tls_fallback(move |stream| http1(beside.clone(), stream))
        .http_options(HttpOptions::default().with_connection());
    let (addr, handle) = (server.local_addr(), server.handle());
    let make = site.into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(server.serve_make_service(make));

    let len = certificates.client_certificate.len();
    let expected =
        |version: &str| format!("{version} from 127.0.0.1 with a certificate of {len} octets\n");
    for (flag, version) in [
        ("--http1.1", "HTTP/1.1"),
        ("--http2", "HTTP/2.0"),
        ("--no-alpn", "HTTP/1.1"),
    ] {
        same(
            flag,
            &curl(&certificates, addr, flag).await?,
            &expected(version),
        )?;
    }
    same(
        "tress",
        &ours(&certificates, addr).await?,
        &expected("HTTP/2.0"),
    )?;
    let http1_only = http1_only(&certificates).await?;
    same(
        "tress and hyper",
        &ours(&certificates, http1_only).await?,
        "HTTP/1.1 only\n",
    )?;
    handle.shutdown(PATIENCE).await;
    serving.await??;
    certificates.remove()?;
    println!("5 clients of HTTP/1.1 and HTTP/2 were served on one TLS port each");
    Ok(())
}

fn same(who: &str, heard: &str, expected: &str) -> Result<(), Failed> {
    if heard == expected {
        return Ok(());
    }
    Err(format!("{who} heard {heard:?} and not {expected:?}").into())
}

/// What curl hears.
async fn curl(certificates: &Certificates, addr: SocketAddr, flag: &str) -> Result<String, Failed> {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--max-time", "20", flag])
        .arg("--cacert")
        .arg(certificates.file("ca.pem"))
        .arg("--cert")
        .arg(certificates.file("client.pem"))
        .arg("--key")
        .arg(certificates.file("client.key"))
        .args(["--resolve", &format!("{NAME}:{}:127.0.0.1", addr.port())])
        .arg(format!("https://{NAME}:{}/", addr.port()))
        .output()
        .await?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("curl {flag}: {said}").into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// What a client of ours hears, which goes on with hyper where the server speaks HTTP/1.1 only.
async fn ours(certificates: &Certificates, addr: SocketAddr) -> Result<String, Failed> {
    let (sender, mut streams) = mpsc::unbounded_channel();
    let builder = Client::builder()
        .tls(Arc::clone(&certificates.client), NAME)
        .tls_fallback(move |stream| drop(sender.send(stream)));
    let error = match builder.connect(addr).await {
        Ok(client) => {
            let request = tress_async::Request::get("https", NAME, "/");
            let reply = client.fetch(request).await?;
            let content = reply.body.bytes(1000).await?;
            client.close().await?;
            return Ok(String::from_utf8(content.into())?);
        }
        Err(error) => error,
    };
    let other = error
        .find::<TlsError>()
        .is_some_and(TlsError::is_other_protocol);
    let stream = streams.try_recv().ok().filter(|_| other).ok_or(error)?;
    let (mut hyper, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let request = hyper::Request::get("/").header("host", NAME);
    let response = hyper
        .send_request(request.body(Empty::<Bytes>::new())?)
        .await?;
    let content = response.into_body().collect().await?.to_bytes();
    Ok(String::from_utf8(content.into())?)
}

/// A server that agrees on HTTP/1.1 and on nothing else.
async fn http1_only(certificates: &Certificates) -> Result<SocketAddr, Failed> {
    let mut config = ServerConfig::clone(&certificates.server);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let site = Router::new().route("/", get(|| async { "HTTP/1.1 only\n" }));
    let server = Server::bind("127.0.0.1:0").await?.tls(config.into());
    let server = server.tls_fallback(move |stream| http1(site.clone(), stream));
    let addr = server.local_addr();
    tokio::spawn(server.serve_service(Router::new()));
    Ok(addr)
}
