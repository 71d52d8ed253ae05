//! What services know of the connection of a request.

use axum::routing::get;
use axum::{Extension, Router};
use core::future::{Ready, ready};
use core::net::SocketAddr;
use core::task::{Context, Poll};

use testkit::Certified;
use tower_service::Service;
use tress_async::http::StatusCode;
use tress_async::{Client, ConnectionInfo, HttpOptions, Request};

use crate::world::{bind, get as asks, in_time, start};

/// The address and the certificate of the client, as a handler sees them.
async fn who(Extension(connection): Extension<ConnectionInfo>) -> String {
    let peer = connection.peer_addr().map(|addr| addr.ip().to_string());
    let certificates = connection.tls().map(|tls| tls.peer_certificates());
    let first = certificates.and_then(<[_]>::first);
    format!("{peer:?} {:?}", first.map(|its| its.to_vec()))
}

async fn content(client: &Client, request: Request) -> (u16, String) {
    let reply = in_time(client.fetch(request)).await.unwrap();
    let status = reply.head.status();
    let content = in_time(reply.body.bytes(100_000)).await.unwrap();
    (status, String::from_utf8(content.into()).unwrap())
}

#[tokio::test]
async fn with_connection_a_handler_of_axums_knows_the_address_and_the_clients_certificate() {
    let (certified, certificate) = Certified::default().mutual();
    let (client_config, server_config) = certified.shared();
    let app = Router::new().route("/", get(who));
    let server = bind().await.tls(server_config);
    let server = server.http_options(HttpOptions::default().with_connection());
    let world = start(server, |server| server.serve_service(app));
    let client = Client::connect_tls(world.addr, Certified::NAME, client_config);
    let client = in_time(client).await.unwrap();
    let request = Request::get("https", "localhost", "/");
    let expected = format!("Some(\"127.0.0.1\") Some({:?})", certificate.to_vec());
    assert_eq!(content(&client, request).await, (200, expected));
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn without_it_there_is_no_such_extension() {
    let app = Router::new().route("/", get(who));
    let world = start(bind().await, |server| server.serve_service(app));
    let client = in_time(Client::connect(world.addr)).await.unwrap();
    let (status, _) = content(&client, asks("/")).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

/// Makes a service for each connection, as axum's `into_make_service_with_connect_info` does.
#[derive(Clone)]
struct Making(fn(SocketAddr) -> Result<Router, &'static str>);

impl Service<SocketAddr> for Making {
    type Response = Router;
    type Error = &'static str;
    type Future = Ready<Result<Router, &'static str>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, peer: SocketAddr) -> Self::Future {
        ready((self.0)(peer))
    }
}

#[tokio::test]
async fn a_service_of_its_own_for_each_connection_is_made_of_the_peers_address() {
    let make = |peer: SocketAddr| {
        let asked = get(move || ready(peer.to_string()));
        Ok(Router::new().route("/", asked))
    };
    let world = start(bind().await, |server| {
        server.serve_make_service(Making(make))
    });
    let mut heard = Vec::new();
    for _ in 0..2 {
        let client = in_time(Client::connect(world.addr)).await.unwrap();
        let (status, peer) = content(&client, asks("/")).await;
        assert_eq!(status, 200);
        heard.push(peer.parse::<SocketAddr>().unwrap());
        in_time(client.close()).await.unwrap();
    }
    assert!(heard.iter().all(|peer| peer.ip() == world.addr.ip()));
    assert_ne!(heard[0].port(), heard[1].port());
    world.stop().await;
}

#[tokio::test]
async fn a_connection_for_which_no_service_is_made_is_closed() {
    let world = start(bind().await, |server| {
        server.serve_make_service(Making(|_| Err("not you")))
    });
    let client = in_time(Client::connect(world.addr)).await.unwrap();
    in_time(client.fetch(asks("/"))).await.unwrap_err();
    assert!(client.is_closed());
    world.stop().await;
}
