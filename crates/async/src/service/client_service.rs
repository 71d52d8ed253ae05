//! A client as a service of tower.

use core::task::{Context, Poll};

use http_body::Body;
use proto::bytes::Buf;
use session::Error;
use tower_service::Service;
use tress_http::http;

use super::BoxError;
use super::client::HttpClient;
use super::incoming::Incoming;
use super::response::ResponseFuture;

#[cfg_attr(docsrs, doc(cfg(feature = "tower")))]
impl<B> Service<http::Request<B>> for HttpClient
where
    B: Body + Send + 'static,
    B::Data: Buf,
    B::Error: Into<BoxError>,
{
    type Response = http::Response<Incoming>;
    type Error = Error;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Self::poll_ready(self, cx)
    }

    fn call(&mut self, request: http::Request<B>) -> ResponseFuture {
        self.request(request)
    }
}
