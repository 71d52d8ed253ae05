//! A greeter in gRPC, by tonic's codec over a client and a server of ours: one call of each kind.
//!
//! The messages derive `prost::Message`, so that it takes no compiler for `.proto` files.

mod greeter;

use core::error::Error;
use core::time::Duration;

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;
use tress_async::http::Uri;
use tress_async::{Client, HttpClient, Server};

use crate::greeter::{Greeter, GreeterClient, HelloRequest, explain};

type Channel = GreeterClient<HttpClient>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = Server::bind("127.0.0.1:0").await?;
    let (addr, handle) = (server.local_addr(), server.handle());
    let serving = tokio::spawn(server.serve_service(Greeter));

    let channel = HttpClient::new(Client::connect(addr).await?);
    let origin: Uri = format!("http://{addr}").parse()?;
    let mut greeter = GreeterClient::new(channel, origin);
    talk(&mut greeter).await.map_err(explain)?;
    drop(greeter);

    handle.shutdown(Duration::from_secs(1)).await;
    Ok(serving.await??)
}

async fn talk(greeter: &mut Channel) -> Result<(), Status> {
    println!("unary: {}", greeter.greet("world").await?.message);
    let refused = greeter.greet("").await.map(|reply| reply.message);
    println!("unary, refused: {refused:?}");

    let mut replies = greeter.greet_each("Ada Grace Edsger").await?;
    while let Some(reply) = replies.message().await? {
        println!("server streaming: {}", reply.message);
    }

    let names = ["Ada", "Grace", "Edsger"].map(HelloRequest::to);
    let reply = greeter.greet_all(tokio_stream::iter(names)).await?;
    println!("client streaming: {}", reply.message);

    // Each reply is read before the next request is said: the stream goes both ways at once.
    let (say, said) = mpsc::channel(1);
    let mut replies = greeter.chat(ReceiverStream::new(said)).await?;
    for name in ["Ada", "Grace"] {
        say.send(HelloRequest::to(name))
            .await
            .map_err(|_| Status::unavailable("nobody listens"))?;
        let reply = replies.message().await?.unwrap_or_default();
        println!("bidirectional: {}", reply.message);
    }
    drop(say);
    assert!(replies.message().await?.is_none());
    Ok(())
}
