//! Servers and clients of hyper.

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};

pub type Body = BoxBody<Bytes, hyper::Error>;
pub type Failed = Box<dyn Error + Send + Sync>;

/// A body that is there.
pub fn full(content: impl Into<Bytes>) -> Body {
    Full::new(content.into())
        .map_err(|never: Infallible| match never {})
        .boxed()
}

/// A listener on a port that is free, and its address.
pub async fn listen() -> std::io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves every connection by a function.
pub async fn serve<F, Answer>(answer: F) -> std::io::Result<SocketAddr>
where
    F: Fn(Request<Incoming>) -> Answer + Clone + Send + Sync + 'static,
    Answer: Future<Output = Result<Response<Body>, Failed>> + Send + 'static,
{
    let (listener, address) = listen().await?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = hyper::service::service_fn(answer.clone());
            tokio::spawn(async move {
                let mut builder =
                    hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                builder
                    .http2()
                    .enable_connect_protocol()
                    .timer(hyper_util::rt::TokioTimer::new());
                let builder = builder.http2_only();
                let served = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
                if let Err(error) = served.await {
                    eprintln!("a connection ended by {error:?}");
                }
            });
        }
    });
    Ok(address)
}

pub type Sender = hyper::client::conn::http2::SendRequest<Body>;

/// Connects to a server, by a builder.
pub async fn connect(
    address: SocketAddr,
    builder: &hyper::client::conn::http2::Builder<TokioExecutor>,
) -> Result<Sender, Failed> {
    let stream = TcpStream::connect(address).await?;
    let (sender, connection) = builder.handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            eprintln!("a client's connection ended by {error:?}");
        }
    });
    Ok(sender)
}
