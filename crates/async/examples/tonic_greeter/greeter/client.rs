//! The client: four calls over any channel of gRPC, be it tonic's own or ours.

use core::error::Error;

use http_body::Body;
use tokio_stream::Stream;
use tonic::client::{Grpc, GrpcService};
use tonic::{Request, Status, Streaming};
use tonic_prost::ProstCodec;
use tress_async::http::Uri;
use tress_async::http::uri::PathAndQuery;

use super::messages::{HelloReply, HelloRequest};
use super::{CHAT, GREET, GREET_ALL, GREET_EACH};

type Codec = ProstCodec<HelloRequest, HelloReply>;

/// A client of the greeter.
pub(crate) struct GreeterClient<T>(Grpc<T>);

impl<T> GreeterClient<T>
where
    T: GrpcService<tonic::body::Body>,
    T::ResponseBody: Body + Send + 'static,
    <T::ResponseBody as Body>::Error: Into<Box<dyn Error + Send + Sync>>,
{
    /// Makes a client of whoever answers at `origin`.
    pub(crate) fn new(channel: T, origin: Uri) -> Self {
        Self(Grpc::with_origin(channel, origin))
    }

    /// One request, one reply.
    pub(crate) async fn greet(&mut self, name: &str) -> Result<HelloReply, Status> {
        self.ready().await?;
        let (request, path) = (Request::new(HelloRequest::to(name)), path(GREET));
        let reply = self.0.unary(request, path, Codec::default()).await?;
        Ok(reply.into_inner())
    }

    /// One request, many replies.
    pub(crate) async fn greet_each(
        &mut self,
        names: &str,
    ) -> Result<Streaming<HelloReply>, Status> {
        self.ready().await?;
        let (request, path) = (Request::new(HelloRequest::to(names)), path(GREET_EACH));
        let replies = self
            .0
            .server_streaming(request, path, Codec::default())
            .await?;
        Ok(replies.into_inner())
    }

    /// Many requests, one reply.
    pub(crate) async fn greet_all<S>(&mut self, requests: S) -> Result<HelloReply, Status>
    where
        S: Stream<Item = HelloRequest> + Send + 'static,
    {
        self.ready().await?;
        let (requests, path) = (Request::new(requests), path(GREET_ALL));
        let reply = self
            .0
            .client_streaming(requests, path, Codec::default())
            .await?;
        Ok(reply.into_inner())
    }

    /// A reply to each request, as it comes.
    pub(crate) async fn chat<S>(&mut self, requests: S) -> Result<Streaming<HelloReply>, Status>
    where
        S: Stream<Item = HelloRequest> + Send + 'static,
    {
        self.ready().await?;
        let (requests, path) = (Request::new(requests), path(CHAT));
        let replies = self.0.streaming(requests, path, Codec::default()).await?;
        Ok(replies.into_inner())
    }

    async fn ready(&mut self) -> Result<(), Status> {
        let ready = self.0.ready().await;
        ready.map_err(|error| Status::from_error(error.into()))
    }
}

fn path(path: &'static str) -> PathAndQuery {
    PathAndQuery::from_static(path)
}
