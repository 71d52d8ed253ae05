//! Servers that take services of tower.

use core::future::Future;

use http_body::Body;
use proto::Server as Role;
use proto::bytes::Buf;
use session::Machine;
use session::transport::Transport;
use tower_service::Service;
use tress_http::http;

use super::BoxError;
use super::answering::Answering;
use super::incoming::Incoming;
use super::options::HttpOptions;
use crate::exchange::Exchange;
use crate::serving::{Handler, Serving, serve_boxed};

/// Serves one connection with a service, an axum `Router` or tonic's `Routes` among them, which is
/// cloned for every request.
///
/// As under [`serve_connection`](crate::serve_connection) the connection's task polls the service's
/// futures and bodies itself. HEAD, 204, 205 and 304 are answered without content, whatever the service
/// returns; END_STREAM stands at the head of a response whose body is at its end; `content-length`
/// is added where the body knows it, and `date` where it is missing. A service that fails is a 500,
/// a body that fails resets its stream, and one that panics ends its stream with INTERNAL_ERROR. A
/// request that is canceled drops its service's future, unless
/// [`keep_canceled`](Serving::keep_canceled) lets it go on.
#[expect(
    clippy::type_complexity,
    reason = "a handler has no name, and its future must have one"
)]
pub fn serve_service<Io, S, F, B>(
    machine: impl Machine<Role> + 'static,
    io: Io,
    service: S,
) -> Serving<Io, impl FnMut(Exchange) -> Answering<S, F, B>, Answering<S, F, B>>
where
    Io: Transport,
    S: Service<http::Request<Incoming>, Response = http::Response<B>, Future = F> + Clone,
    S::Error: Into<BoxError>,
    F: Future<Output = Result<http::Response<B>, S::Error>>,
    B: Body,
    B::Data: Buf,
    B::Error: Into<BoxError>,
{
    serve_service_with(machine, io, service, HttpOptions::default())
}

/// The same with options.
#[expect(
    clippy::type_complexity,
    reason = "a handler has no name, and its future must have one"
)]
pub fn serve_service_with<Io, S, F, B>(
    machine: impl Machine<Role> + 'static,
    io: Io,
    service: S,
    options: HttpOptions,
) -> Serving<Io, impl FnMut(Exchange) -> Answering<S, F, B>, Answering<S, F, B>>
where
    Io: Transport,
    S: Service<http::Request<Incoming>, Response = http::Response<B>, Future = F> + Clone,
    S::Error: Into<BoxError>,
    F: Future<Output = Result<http::Response<B>, S::Error>>,
    B: Body,
    B::Data: Buf,
    B::Error: Into<BoxError>,
{
    serve_boxed(Box::new(machine), io, handler(call(service, options)))
}

/// The service as what handles a request.
pub(crate) fn call<S, Fut, B>(
    service: S,
    options: HttpOptions,
) -> impl FnMut(Exchange) -> Answering<S, Fut, B>
where
    S: Service<http::Request<Incoming>, Response = http::Response<B>, Future = Fut> + Clone,
{
    move |exchange| Answering::new(service.clone(), exchange, options)
}

/// What handles requests by a service, whose first step is to call it.
pub(crate) fn handler<H, S, Fut, B>(call: H) -> Handler<H, Answering<S, Fut, B>>
where
    H: FnMut(Exchange) -> Answering<S, Fut, B>,
    S: Service<http::Request<Incoming>, Response = http::Response<B>, Future = Fut>,
    S::Error: Into<BoxError>,
    Fut: Future<Output = Result<http::Response<B>, S::Error>>,
    B: Body,
{
    Handler::from(call).beginning_with(Answering::poll_answer)
}
