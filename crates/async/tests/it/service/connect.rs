//! CONNECT through services.

use http_body_util::Empty;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, split};
use tress_async::http::{Method, Request, Response, StatusCode};
use tress_async::proto::{Client as ClientRole, Server as ServerRole};
use tress_async::{Bytes, Config, Incoming, OnTunnel, Protocol};

use super::{BoxError, Fed, all, data, fed, pair_with, service};
use crate::world::in_time;

/// Accepts a tunnel to who asks for one of this protocol, and streams a body to others.
async fn proxy(mut request: Request<Incoming>) -> Result<Response<Fed>, BoxError> {
    let (feeder, body) = fed();
    assert_eq!(request.method(), Method::CONNECT);
    if request.uri().host() == Some("refused") {
        feeder.send(data("no"))?;
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::FORBIDDEN;
        return Ok(response);
    }
    if request.uri().host() == Some("body") {
        // Nobody keeps the tunnel: the response streams as any other.
        feeder.send(data("octets"))?;
        return Ok(Response::new(body));
    }
    let protocol = request.extensions().get::<Protocol>().cloned();
    let on_tunnel: OnTunnel<ServerRole> = request.extensions_mut().remove().unwrap();
    tokio::spawn(async move {
        let (mut from, mut to) = split(on_tunnel.await.unwrap());
        if let Some(protocol) = protocol {
            to.write_all(protocol.as_str().as_bytes()).await.unwrap();
        }
        copy(&mut from, &mut to).await.unwrap();
        to.shutdown().await.unwrap();
    });
    // What this says is not used.
    feeder.send(data("never seen"))?;
    Ok(Response::new(body))
}

fn connect(uri: &str) -> Request<Empty<Bytes>> {
    Request::connect(uri).body(Empty::new()).unwrap()
}

#[tokio::test]
async fn connect_gives_both_ends_a_tunnel() {
    let mut pair = pair_with(Config::default().allow_extended_connect(), service(proxy));
    let mut websocket = connect("http://localhost/chat");
    let protocol = Protocol::from_static("websocket");
    websocket.extensions_mut().insert(protocol);
    for (request, greeting) in [(connect("example.com:443"), ""), (websocket, "websocket")] {
        let mut response = in_time(pair.client.send(request)).await.unwrap();
        assert_eq!(response.status(), 200);
        assert!(http_body::Body::is_end_stream(response.body()));
        let on_tunnel: OnTunnel<ClientRole> = response.extensions_mut().remove().unwrap();
        let mut tunnel = in_time(on_tunnel.clone()).await.unwrap();
        tunnel.write_all(b" through").await.unwrap();
        tunnel.shutdown().await.unwrap();
        let mut all = String::new();
        in_time(tunnel.read_to_string(&mut all)).await.unwrap();
        assert_eq!(all, format!("{greeting} through"));
        let error = in_time(on_tunnel).await.unwrap_err();
        assert_eq!(error.to_string(), "the tunnel was refused");
    }
    pair.stop().await;
}

#[tokio::test]
async fn connect_that_is_refused_is_a_response_and_one_that_nobody_keeps_a_body() {
    let mut pair = pair_with(Config::default(), service(proxy));
    let response = in_time(pair.client.send(connect("refused:1")))
        .await
        .unwrap();
    assert_eq!(response.status(), 403);
    assert!(
        response
            .extensions()
            .get::<OnTunnel<ClientRole>>()
            .is_none()
    );
    assert_eq!(all(response.into_body()).await.0, "no");

    let mut response = in_time(pair.client.send(connect("body:1"))).await.unwrap();
    let on_tunnel: OnTunnel<ClientRole> = response.extensions_mut().remove().unwrap();
    let mut tunnel = in_time(on_tunnel).await.unwrap();
    let mut all = String::new();
    in_time(tunnel.read_to_string(&mut all)).await.unwrap();
    assert_eq!(all, "octets");
    tunnel.shutdown().await.unwrap();
    drop(tunnel);
    pair.stop().await;
}
