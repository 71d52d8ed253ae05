//! The service: what each method does, and which path leads to it.

use core::convert::Infallible;
use core::error::Error;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use http_body::Body;
use tokio_stream::{Stream, StreamExt};
use tonic::server::{ClientStreamingService, NamedService};
use tonic::server::{Grpc, ServerStreamingService, StreamingService, UnaryService};
use tonic::{Request, Response, Status, Streaming};
use tonic_prost::ProstCodec;
use tower_service::Service;
use tress_async::http;

use super::messages::{HelloReply, HelloRequest};
use super::{CHAT, GREET, GREET_ALL, GREET_EACH};

type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Replies = Pin<Box<dyn Stream<Item = Result<HelloReply, Status>> + Send>>;

/// The greeter, a service of tower that any server can run.
#[derive(Clone, Debug)]
pub(crate) struct Greeter;

impl NamedService for Greeter {
    const NAME: &'static str = "hello.Greeter";
}

impl<B> Service<http::Request<B>> for Greeter
where
    B: Body + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>> + Send + 'static,
{
    type Response = http::Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = Later<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        Box::pin(async move {
            let mut grpc = Grpc::new(ProstCodec::<HelloReply, HelloRequest>::default());
            Ok(match request.uri().path() {
                GREET => grpc.unary(Greet, request).await,
                GREET_EACH => grpc.server_streaming(GreetEach, request).await,
                GREET_ALL => grpc.client_streaming(GreetAll, request).await,
                CHAT => grpc.streaming(Chat, request).await,
                _ => Status::unimplemented("there is no such method").into_http(),
            })
        })
    }
}

struct Greet;

impl UnaryService<HelloRequest> for Greet {
    type Response = HelloReply;
    type Future = Later<Result<Response<HelloReply>, Status>>;

    fn call(&mut self, request: Request<HelloRequest>) -> Self::Future {
        Box::pin(async move {
            let name = request.into_inner().name;
            if name.is_empty() {
                return Err(Status::invalid_argument("nobody to greet"));
            }
            Ok(Response::new(HelloReply::to(&name)))
        })
    }
}

/// Greets each of the names between the spaces.
struct GreetEach;

impl ServerStreamingService<HelloRequest> for GreetEach {
    type Response = HelloReply;
    type ResponseStream = Replies;
    type Future = Later<Result<Response<Replies>, Status>>;

    fn call(&mut self, request: Request<HelloRequest>) -> Self::Future {
        let names = request.into_inner().name;
        let replies: Vec<_> = names.split(' ').map(HelloReply::to).map(Ok).collect();
        let replies: Replies = Box::pin(tokio_stream::iter(replies));
        Box::pin(core::future::ready(Ok(Response::new(replies))))
    }
}

struct GreetAll;

impl ClientStreamingService<HelloRequest> for GreetAll {
    type Response = HelloReply;
    type Future = Later<Result<Response<HelloReply>, Status>>;

    fn call(&mut self, requests: Request<Streaming<HelloRequest>>) -> Self::Future {
        Box::pin(async move {
            let mut requests = requests.into_inner();
            let mut names = Vec::new();
            while let Some(request) = requests.message().await? {
                names.push(request.name);
            }
            Ok(Response::new(HelloReply::to(&names.join(" and "))))
        })
    }
}

struct Chat;

impl StreamingService<HelloRequest> for Chat {
    type Response = HelloReply;
    type ResponseStream = Replies;
    type Future = Later<Result<Response<Replies>, Status>>;

    fn call(&mut self, requests: Request<Streaming<HelloRequest>>) -> Self::Future {
        let requests = requests.into_inner();
        let replies = requests.map(|request| Ok(HelloReply::to(&request?.name)));
        let replies: Replies = Box::pin(replies);
        Box::pin(core::future::ready(Ok(Response::new(replies))))
    }
}
