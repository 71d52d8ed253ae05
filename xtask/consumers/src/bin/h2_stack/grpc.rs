//! tonic on both ends, with a codec of plain octets.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio_stream::{Stream, StreamExt};
use tonic::body::Body;
use tonic::client::Grpc as Client;
use tonic::codegen::{BoxFuture, Service, http};
use tonic::server::{Grpc, NamedService, StreamingService, UnaryService};
use tonic::transport::{Channel, Server};
use tonic::{Code, Request, Response, Status, Streaming};
use tress_consumers::grpc::Plain;
use tress_consumers::{Failed, listen};

use crate::Outcome;

/// Says back what it hears.
#[derive(Clone)]
struct Echo;

impl NamedService for Echo {
    const NAME: &'static str = "test.Echo";
}

impl UnaryService<Bytes> for Echo {
    type Response = Bytes;
    type Future = Ready<Result<Response<Bytes>, Status>>;

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        ready(match request.into_inner() {
            asked if asked.is_empty() => Err(Status::invalid_argument("nothing was asked")),
            asked => Ok(Response::new(asked)),
        })
    }
}

type Answers = std::pin::Pin<Box<dyn Stream<Item = Result<Bytes, Status>> + Send>>;

impl StreamingService<Bytes> for Echo {
    type Response = Bytes;
    type ResponseStream = Answers;
    type Future = Ready<Result<Response<Answers>, Status>>;

    fn call(&mut self, request: Request<Streaming<Bytes>>) -> Self::Future {
        let answers: Answers = Box::pin(request.into_inner());
        ready(Ok(Response::new(answers)))
    }
}

impl Service<http::Request<Body>> for Echo {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async move {
            let mut grpc = Grpc::new(Plain);
            Ok(match request.uri().path() {
                "/test.Echo/One" => grpc.unary(Self, request).await,
                _ => grpc.streaming(Self, request).await,
            })
        })
    }
}

async fn channel() -> Result<Client<Channel>, Failed> {
    let (listener, address) = listen().await?;
    let incoming = tonic::transport::server::TcpIncoming::from(listener);
    tokio::spawn(
        Server::builder()
            .add_service(Echo)
            .serve_with_incoming(incoming),
    );
    let channel = Channel::from_shared(format!("http://{address}"))?
        .connect()
        .await?;
    Ok(Client::new(channel))
}

pub(crate) async fn one_answer() -> Outcome {
    let mut client = channel().await?;
    for asked in ["one", "another"] {
        client.ready().await?;
        let request = Request::new(Bytes::from(asked));
        let answer = client
            .unary(request, "/test.Echo/One".parse()?, Plain)
            .await?;
        assert_eq!(answer.into_inner(), asked);
    }
    client.ready().await?;
    let refused = client
        .unary(Request::new(Bytes::new()), "/test.Echo/One".parse()?, Plain)
        .await;
    let status = refused.err().ok_or("nothing was refused")?;
    assert_eq!(
        (status.code(), status.message()),
        (Code::InvalidArgument, "nothing was asked")
    );
    Ok(())
}

pub(crate) async fn streams_both_ways() -> Outcome {
    let mut client = channel().await?;
    client.ready().await?;
    let messages: Vec<Bytes> = (0..200_u32)
        .map(|size| vec![1; 100 * size as usize + 1].into())
        .collect();
    let asked = Request::new(tokio_stream::iter(messages.clone()));
    let answers = client
        .streaming(asked, "/test.Echo/Many".parse()?, Plain)
        .await?;
    let mut answers = answers.into_inner();
    for message in messages {
        let answer = answers.next().await.ok_or("the answers ended early")??;
        assert_eq!(answer, message);
    }
    assert!(answers.next().await.is_none());
    // One that is given up while it runs harms no other.
    client.ready().await?;
    let endless = Request::new(tokio_stream::iter(std::iter::repeat_n(
        Bytes::from("again"),
        100_000,
    )));
    let answers = client
        .streaming(endless, "/test.Echo/Many".parse()?, Plain)
        .await?;
    let mut answers = answers.into_inner();
    assert_eq!(answers.next().await.ok_or("no answer")??, "again");
    drop(answers);
    client.ready().await?;
    let last = client
        .unary(
            Request::new(Bytes::from("last")),
            "/test.Echo/One".parse()?,
            Plain,
        )
        .await?;
    assert_eq!(last.into_inner(), "last");
    Ok(())
}
