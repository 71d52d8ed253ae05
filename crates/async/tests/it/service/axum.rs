//! A `Router` of axum's over a server of ours.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use tokio::sync::watch;
use tress_async::http::{HeaderMap, StatusCode};
use tress_async::{Client, HttpClient};

use super::{all, full, pair, request};
use crate::world::{bind, in_time, start};

fn app() -> Router {
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route(
            "/hello/{name}",
            get(|Path(name): Path<String>| async move { format!("hello {name}") }),
        )
        .route("/echo", post(|body: Bytes| async move { body }))
        .route("/stream", post(|body: Body| async move { body }))
        .route("/teapot", get(teapot))
}

async fn teapot(headers: HeaderMap) -> impl IntoResponse {
    let name = headers["x-name"].clone();
    (
        StatusCode::IM_A_TEAPOT,
        [("x-name", name)],
        "short and stout",
    )
}

#[tokio::test]
async fn a_router_answers_over_a_connection_in_memory() {
    let mut pair = pair(app());
    let client = &mut pair.client;
    let cases = [
        ("GET", "/", "", 200, "hello"),
        ("GET", "/hello/you", "", 200, "hello you"),
        ("POST", "/echo", "there and back", 200, "there and back"),
        ("POST", "/stream", "bit by bit", 200, "bit by bit"),
        ("GET", "/nowhere", "", 404, ""),
        ("POST", "/", "", 405, ""),
    ];
    for (method, path, content, status, expected) in cases {
        let sent = client.send(request(method, path, full(content)));
        let response = in_time(sent).await.unwrap();
        assert_eq!(response.status(), status, "{method} {path}");
        assert_eq!(
            all(response.into_body()).await.0,
            expected,
            "{method} {path}"
        );
    }
    let mut teapot = request("GET", "/teapot", full(""));
    teapot
        .headers_mut()
        .insert("x-name", "tress".parse().unwrap());
    let response = in_time(client.send(teapot)).await.unwrap();
    assert_eq!(response.status(), 418);
    assert_eq!(response.headers()["x-name"], "tress");
    assert_eq!(all(response.into_body()).await.0, "short and stout");

    let response = in_time(client.send(request("HEAD", "/", full(""))))
        .await
        .unwrap();
    assert_eq!(response.headers()["content-length"], "5");
    assert_eq!(all(response.into_body()).await.0, "");
    pair.stop().await;
}

#[tokio::test]
async fn a_router_answers_large_content_both_ways() {
    let mut pair = pair(app());
    let content: Vec<u8> = (0..2_000_000_u32)
        .map(|index| index.to_le_bytes()[0])
        .collect();
    let sent = pair
        .client
        .send(request("POST", "/stream", full(content.clone())));
    let response = in_time(sent).await.unwrap();
    assert!(all(response.into_body()).await.0 == content);
    pair.stop().await;
}

#[tokio::test]
async fn a_server_serves_a_router_to_many_connections_until_it_is_shut_down() {
    // A state that is not `Sync` would do, too; one that is counted shows that none is left.
    let (alive, counted) = watch::channel(());
    let app = app().layer(axum::Extension(counted));
    let world = start(bind().await, |server| server.serve_service(app));
    let mut tasks = tokio::task::JoinSet::new();
    for connection in 0..10 {
        let client = Client::connect(world.addr).await.unwrap();
        tasks.spawn(async move {
            let mut client = HttpClient::from(client);
            for number in 0..20 {
                let path = format!("/hello/{connection}-{number}");
                let response = client.send(request("GET", &path, full(""))).await.unwrap();
                let expected = format!("hello {connection}-{number}");
                assert_eq!(all(response.into_body()).await.0, expected);
            }
        });
    }
    while let Some(done) = in_time(tasks.join_next()).await {
        done.unwrap();
    }
    world.stop().await;
    assert!(alive.is_closed());
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn a_router_answers_over_tls() {
    use testkit::Certified;
    let (client_config, server_config) = Certified::default().shared();
    let server = bind().await.tls(server_config);
    let world = start(server, |server| server.serve_service(app()));
    let connecting = Client::connect_tls(world.addr, Certified::NAME, client_config);
    let client = HttpClient::new(in_time(connecting).await.unwrap());
    // The URI has no scheme, and no authority.
    let mut client = client.scheme(tress_async::http::uri::Scheme::HTTPS);
    let mut request = request("GET", "/hello/tls", full(""));
    *request.uri_mut() = "/hello/tls".parse().unwrap();
    let name = Certified::NAME.parse().unwrap();
    request.headers_mut().insert("host", name);
    let response = in_time(client.send(request)).await.unwrap();
    assert_eq!(all(response.into_body()).await.0, "hello tls");
    drop(client);
    world.stop().await;
}
