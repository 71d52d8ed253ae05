//! Against hyper, each way.

use alloc::sync::Arc;
use core::convert::Infallible;
use core::future::Future;
use core::pin::Pin;

use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::handshake;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use tokio::io::duplex;
use tress_async::compat::hyper::HyperIo;
use tress_async::http::{Request, Response};
use tress_async::proto::Connection;
use tress_async::{Bytes, Client, Config, HttpClient, serve_service};

use super::{Fed, Frame, all, data, echo, fed, full, request, service, trailers};
use crate::compat::ForHyper;
use crate::world::in_time;

/// Spawns what hyper wants to have spawned.
#[derive(Clone, Copy, Debug)]
struct Spawn;

impl<F> hyper::rt::Executor<F> for Spawn
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, future: F) {
        tokio::spawn(future);
    }
}

#[tokio::test]
async fn a_client_of_hypers_is_served() {
    let (near, far) = duplex(20_000);
    let far = HyperIo(ForHyper(far));
    let serving = serve_service(Connection::new(Config::default()), far, service(echo));
    let serving = tokio::spawn(serving);
    let (mut sender, connection) = handshake::<_, _, Fed>(Spawn, ForHyper(near)).await.unwrap();
    let connection = tokio::spawn(connection);
    let (feeder, body) = fed();
    in_time(sender.ready()).await.unwrap();
    let response = in_time(sender.send_request(request("POST", "/", body))).await;
    let mut incoming = response.unwrap().into_body();
    for piece in ["one", "two"] {
        feeder.send(data(piece)).unwrap();
        let frame = in_time(incoming.frame()).await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), piece);
    }
    let large = Bytes::from(vec![4; 500_000]);
    feeder.send(Ok(Frame::data(large.clone()))).unwrap();
    feeder.send(trailers("grpc-status", "0")).unwrap();
    let (content, trailers) = all(incoming).await;
    assert!(content == large);
    assert_eq!(trailers.unwrap()["grpc-status"], "0");
    drop(sender);
    in_time(connection).await.unwrap().unwrap();
    in_time(serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_server_of_hypers_answers() {
    type Answer = Pin<Box<dyn Future<Output = Result<Response<Full<Bytes>>, Infallible>> + Send>>;
    let (near, far) = duplex(20_000);
    let answer = Arc::new(|request: Request<hyper::body::Incoming>| -> Answer {
        Box::pin(async move {
            let method = request.method().clone();
            let collected = request.into_body().collect().await.unwrap();
            let trailers = collected.trailers().cloned();
            let said = format!("{method} {} {trailers:?}", collected.to_bytes().len());
            Ok(Response::new(Full::from(said)))
        })
    });
    let served = service_fn(move |request| answer(request));
    let serving = http2::Builder::new(Spawn).serve_connection(ForHyper(far), served);
    let serving = tokio::spawn(serving);
    let near = HyperIo(ForHyper(near));
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    let driver = tokio::spawn(driver);
    let mut client = HttpClient::new(client);

    let response = in_time(client.send(request("GET", "/", full(""))))
        .await
        .unwrap();
    assert_eq!(response.headers()["content-length"], "10");
    assert_eq!(all(response.into_body()).await.0, "GET 0 None");
    let (feeder, body) = fed();
    for _ in 0..10 {
        let piece = Bytes::from(vec![1; 50_000]);
        feeder.send(Ok(Frame::data(piece))).unwrap();
    }
    feeder.send(trailers("checksum", "42")).unwrap();
    let response = in_time(client.send(request("POST", "/", body)))
        .await
        .unwrap();
    let said = all(response.into_body()).await.0;
    assert_eq!(said, "POST 500000 Some({\"checksum\": \"42\"})");
    drop(client);
    in_time(driver).await.unwrap().unwrap();
    in_time(serving).await.unwrap().unwrap();
}
