//! Streams every request's content back, with back-pressure, and tries that with one client:
//! `cargo run --example tokio_server --features tokio`.

use core::time::Duration;

use tress_async::{Client, Error, Exchange, Request, Response, Server, Trailers};

async fn echo(exchange: Exchange) -> Result<(), Error> {
    let Exchange {
        mut body,
        responder,
        ..
    } = exchange;
    let mut answer = responder.respond(Response::new(200))?;
    while let Some(data) = body.data().await? {
        answer.send(data).await?;
    }
    answer.finish_with_trailers(body.trailers().unwrap_or_default())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let server = Server::bind("127.0.0.1:0").await?;
    let (addr, handle) = (server.local_addr(), server.handle());
    let serving = tokio::spawn(server.serve(echo));

    let client = Client::connect(addr).await?;
    let (mut body, pending) = client
        .send(Request::post("http", addr.to_string(), "/"))
        .await?;
    body.send("there and ").await?;
    body.send("back again").await?;
    body.finish_with_trailers(Trailers::new().field("pieces", "2"))?;
    let mut reply = pending.await?;
    while let Some(data) = reply.body.data().await? {
        println!("{}", String::from_utf8_lossy(&data));
    }
    println!("{:?}", reply.body.trailers());
    drop(reply);
    client.close().await?;

    handle.shutdown(Duration::from_secs(1)).await;
    serving.await.map_err(std::io::Error::other)?
}
