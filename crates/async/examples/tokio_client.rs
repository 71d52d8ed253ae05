//! Sends a few requests on one connection, to a server of its own: `cargo run --example tokio_client
//! --features tokio`.

use core::time::Duration;

use tress_async::{Client, Error, Exchange, Request, Response, Server};

async fn answer(exchange: Exchange) -> Result<(), Error> {
    let path = String::from_utf8_lossy(exchange.request.path().unwrap_or_default()).into_owned();
    exchange.reply(Response::new(200), format!("you asked for {path}\n"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let server = Server::bind("127.0.0.1:0").await?;
    let (addr, handle) = (server.local_addr(), server.handle());
    let serving = tokio::spawn(server.serve(answer));

    let client = Client::connect(addr).await?;
    for path in ["/one", "/two", "/three"] {
        let reply = client
            .fetch(Request::get("http", addr.to_string(), path))
            .await?;
        let (status, content) = (reply.head.status(), reply.body.bytes(1024).await?);
        print!("{status}: {}", String::from_utf8_lossy(&content));
    }
    client.close().await?;

    handle.shutdown(Duration::from_secs(1)).await;
    serving.await.map_err(std::io::Error::other)?
}
