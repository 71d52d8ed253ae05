//! gRPC by tonic: its own client against our server, ours against its server, and ours against ours.

use tokio::sync::{mpsc, oneshot};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Endpoint, Server as TonicServer};
use tonic::{Code, Status};
use tress_async::http::Uri;
use tress_async::{Client, ErrorCode, Exchange, HttpClient};

use self::greeter::{Greeter, GreeterClient, HelloRequest, explain};
use crate::world::{World, bind, in_time, serve, start};

#[path = "../../examples/tonic_greeter/greeter/mod.rs"]
mod greeter;

/// So many messages, of so many octets together, that no window holds them.
const MESSAGES: usize = 2_000;
const LENGTH: usize = 1_000;

async fn ours() -> World {
    start(bind().await, |server| server.serve_service(Greeter))
}

fn origin(addr: impl core::fmt::Display) -> Uri {
    format!("http://{addr}").parse().unwrap()
}

/// Makes a call of each kind, over whatever channel.
macro_rules! talk {
    ($greeter:expr) => {{
        let greeter = $greeter;
        assert_eq!(
            greeter.greet("world").await.unwrap().message,
            "Hello world!"
        );
        let refused = greeter.greet("").await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        assert_eq!(refused.message(), "nobody to greet");

        let replies = greeter.greet_each("Ada Grace").await.unwrap();
        let replies: Vec<_> = replies.map(|reply| reply.unwrap().message).collect().await;
        assert_eq!(replies, ["Hello Ada!", "Hello Grace!"]);

        let many = (0..MESSAGES).map(|_| HelloRequest::to("x".repeat(LENGTH)));
        let reply = greeter.greet_all(tokio_stream::iter(many)).await.unwrap();
        let between = " and ".len() * (MESSAGES - 1);
        let around = "Hello !".len();
        assert_eq!(reply.message.len(), MESSAGES * LENGTH + between + around);

        let (say, said) = mpsc::channel(1);
        let mut replies = greeter.chat(ReceiverStream::new(said)).await.unwrap();
        for round in 0..100 {
            say.send(HelloRequest::to(round.to_string())).await.unwrap();
            let reply = replies.message().await.unwrap().unwrap();
            assert_eq!(reply.message, format!("Hello {round}!"));
        }
        drop(say);
        assert_eq!(replies.message().await.unwrap(), None);
    }};
}

#[tokio::test]
async fn our_client_greets_our_server() {
    let world = ours().await;
    let channel = HttpClient::new(world.client().await);
    let mut greeter = GreeterClient::new(channel, origin(world.addr));
    in_time(async { talk!(&mut greeter) }).await;
    drop(greeter);
    world.stop().await;
}

#[cfg(feature = "pool")]
#[tokio::test]
async fn our_pool_greets_our_server() {
    let world = ours().await;
    let pool = tress_async::Pool::builder().build();
    let mut greeter = GreeterClient::new(pool, origin(world.addr));
    in_time(async { talk!(&mut greeter) }).await;
    drop(greeter);
    world.stop().await;
}

#[tokio::test]
async fn the_client_of_tonic_greets_our_server() {
    let world = ours().await;
    let endpoint = Endpoint::from(origin(world.addr));
    let channel = in_time(endpoint.connect()).await.unwrap();
    let mut greeter = GreeterClient::new(channel, origin(world.addr));
    in_time(async { talk!(&mut greeter) }).await;
    drop(greeter);
    world.stop().await;
}

#[tokio::test]
async fn our_client_greets_the_server_of_tonic() {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let addr = incoming.local_addr().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let server = TonicServer::builder();
    let serving = server.serve_with_incoming_shutdown(Greeter, incoming, async {
        let _ = ended.await;
    });
    let serving = tokio::spawn(serving);
    let client = in_time(Client::connect(addr)).await.unwrap();
    let mut greeter = GreeterClient::new(HttpClient::new(client), origin(addr));
    in_time(async { talk!(&mut greeter) }).await;
    drop(greeter);
    end.send(()).unwrap();
    in_time(serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_reset_is_the_status_that_grpc_has_for_its_code() {
    async fn status(code: ErrorCode) -> Status {
        let world = serve(move |exchange: Exchange| async move {
            exchange.responder.reset(code);
            Ok(())
        })
        .await;
        let channel = HttpClient::new(world.client().await);
        let mut greeter = GreeterClient::new(channel, origin(world.addr));
        let status = in_time(greeter.greet("nobody")).await.unwrap_err();
        drop(greeter);
        world.stop().await;
        explain(status)
    }
    let cases = [
        (ErrorCode::REFUSED_STREAM, Code::Unavailable),
        (ErrorCode::CANCEL, Code::Cancelled),
        (ErrorCode::ENHANCE_YOUR_CALM, Code::ResourceExhausted),
        (ErrorCode::INADEQUATE_SECURITY, Code::PermissionDenied),
        (ErrorCode::INTERNAL_ERROR, Code::Internal),
    ];
    for (code, expected) in cases {
        assert_eq!(status(code).await.code(), expected, "{code}");
    }
}
