//! A site of axum's on `tress-async`, without a patch.

use axum::Router;
use axum::routing::{get, post};
use tress_async::{Error, Server};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let site = Router::new()
        .route("/", get(|| async { "hello\n" }))
        .route("/echo", post(|content: String| async move { content }));
    let server = Server::bind("127.0.0.1:0").await?;
    println!("serving on http://{}", server.local_addr());
    server.serve_service(site).await
}
