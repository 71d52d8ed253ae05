//! Clients and servers in the types of `http`.

mod axum;
mod client;
mod connect;
mod connection;
mod content;
mod every_point;
mod expect;
mod handing_back;
mod hyper;
mod informing;
mod local;
mod semantics;
mod serves;
mod together;

use alloc::sync::Arc;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use http_body_util::{BodyExt, Full};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tower_service::Service;
use tress_async::compat::tokio::TokioTimer;
use tress_async::http::{HeaderMap, Request, Response};
use tress_async::proto::Connection;
use tress_async::proto::bytes::Buf;
use tress_async::{Bytes, Client, Config, Error, HttpClient, Incoming, serve_service};

use crate::pipe::pipe;
use crate::world::in_time;

type BoxError = Box<dyn core::error::Error + Send + Sync>;
type Frame = http_body::Frame<Bytes>;

/// A body that is fed frame by frame, and ends when nobody feeds it any more.
struct Fed(UnboundedReceiver<Result<Frame, BoxError>>);

type Feeder = UnboundedSender<Result<Frame, BoxError>>;

fn fed() -> (Feeder, Fed) {
    let (feeder, frames) = unbounded_channel();
    (feeder, Fed(frames))
}

fn data(piece: &'static str) -> Result<Frame, BoxError> {
    Ok(Frame::data(Bytes::from_static(piece.as_bytes())))
}

fn trailers(name: &'static str, value: &'static str) -> Result<Frame, BoxError> {
    let mut map = HeaderMap::new();
    map.insert(name, value.parse().unwrap());
    Ok(Frame::trailers(map))
}

impl http_body::Body for Fed {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame, BoxError>>> {
        self.0.poll_recv(cx)
    }
}

/// A service that is a function, and always ready.
struct Serve<F>(Arc<F>);

impl<F> Clone for Serve<F> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

fn service<F>(function: F) -> Serve<F> {
    Serve(Arc::new(function))
}

impl<F, A, B> Service<Request<Incoming>> for Serve<F>
where
    F: Fn(Request<Incoming>) -> A,
    A: Future<Output = Result<Response<B>, BoxError>>,
{
    type Response = Response<B>;
    type Error = BoxError;
    type Future = A;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> A {
        (self.0)(request)
    }
}

/// A client and a server in memory.
struct Pair {
    client: HttpClient,
    driver: JoinHandle<Result<(), Error>>,
    serving: JoinHandle<Result<(), Error>>,
}

fn pair<S, B>(service: S) -> Pair
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body + Send + 'static,
    B::Data: Buf + Send,
    B::Error: Into<BoxError>,
{
    pair_with(Config::default(), service)
}

fn pair_with<S, B>(config: Config, service: S) -> Pair
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body + Send + 'static,
    B::Data: Buf + Send,
    B::Error: Into<BoxError>,
{
    let (near, far) = pipe();
    let serving = serve_service(Connection::new(config), far, service);
    let serving = tokio::spawn(serving.with_timer(TokioTimer::new()));
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    let driver = tokio::spawn(driver.with_timer(TokioTimer::new()));
    Pair {
        client: HttpClient::new(client),
        driver,
        serving,
    }
}

impl Pair {
    /// Goes away; nothing may be left behind.
    async fn stop(self) {
        drop(self.client);
        in_time(self.driver).await.unwrap().unwrap();
        in_time(self.serving).await.unwrap().unwrap();
    }
}

fn request<B>(method: &str, path: &str, body: B) -> Request<B> {
    let uri = format!("http://localhost{path}");
    let builder = Request::builder().method(method).uri(uri);
    builder.body(body).unwrap()
}

fn full(content: impl Into<Bytes>) -> Full<Bytes> {
    Full::new(content.into())
}

/// All of a body: the content, and the trailers.
async fn all<B>(body: B) -> (Bytes, Option<HeaderMap>)
where
    B: http_body::Body<Data = Bytes>,
    B::Error: core::fmt::Debug,
{
    let collected = in_time(body.collect()).await.unwrap();
    let trailers = collected.trailers().cloned();
    (collected.to_bytes(), trailers)
}

/// A service that sends back what comes, as it comes, with the trailers.
async fn echo(request: Request<Incoming>) -> Result<Response<Incoming>, BoxError> {
    Ok(Response::new(request.into_body()))
}
