//! Serves a `Router` of axum's, and asks it something:
//! `cargo run --example axum --features tokio,tower`.

use core::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::routing::{get, post};
use http_body_util::{BodyExt, Full};
use tress_async::http::Request;
use tress_async::{Bytes, Client, HttpClient, Server};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn core::error::Error>> {
    let hello = |Path(name): Path<String>| async move { format!("hello {name}") };
    let app = Router::new()
        .route("/hello/{name}", get(hello))
        .route("/echo", post(|body: Body| async move { body }));
    let server = Server::bind("127.0.0.1:0").await?;
    let (addr, handle) = (server.local_addr(), server.handle());
    let serving = tokio::spawn(server.serve_service(app));

    let mut client = HttpClient::new(Client::connect(addr).await?);
    for (method, path, content) in [
        ("GET", "/hello/axum", ""),
        ("POST", "/echo", "there and back"),
        ("GET", "/nowhere", ""),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(format!("http://{addr}{path}"))
            .body(Full::new(Bytes::from_static(content.as_bytes())))?;
        let response = client.send(request).await?;
        let status = response.status();
        let content = response.into_body().collect().await?.to_bytes();
        println!(
            "{method} {path}: {status} {:?}",
            String::from_utf8_lossy(&content)
        );
    }
    drop(client);

    handle.shutdown(Duration::from_secs(1)).await;
    Ok(serving.await??)
}
