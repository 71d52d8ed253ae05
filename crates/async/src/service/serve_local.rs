//! Servers of one thread that take services of tower.

use core::future::Future;

use http_body::Body;
use proto::Server as Role;
use proto::bytes::Buf;
use tower_service::Service;
use tress_http::http;

use super::BoxError;
use super::answering::Answering;
use super::incoming::Incoming;
use super::options::HttpOptions;
use super::serve::handler;
use crate::exchange::Exchange;
use crate::flavor::Local;
use crate::io::AsyncIo;
use crate::local::Machine;
use crate::serving::{Serving, serve_boxed};

/// Serves one connection as [`serve_service`](crate::serve_service) does, on one thread: the
/// machine, the transport, the service, its futures and its bodies need not be `Send`.
///
/// What else is among the extensions of a request is had of its content:
/// [`Incoming::on_tunnel`] and [`Incoming::inform`].
#[expect(
    clippy::type_complexity,
    reason = "a handler has no name, and its future must have one"
)]
pub fn serve_service<Io, S, Fut, B>(
    machine: impl Machine<Role> + 'static,
    io: Io,
    service: S,
) -> Serving<
    Io,
    impl FnMut(Exchange<Local>) -> Answering<S, Fut, B, Local>,
    Answering<S, Fut, B, Local>,
    Local,
>
where
    Io: AsyncIo,
    S: Service<http::Request<Incoming<Local>>, Response = http::Response<B>, Future = Fut> + Clone,
    S::Error: Into<BoxError>,
    Fut: Future<Output = Result<http::Response<B>, S::Error>>,
    B: Body,
    B::Data: Buf,
    B::Error: Into<BoxError>,
{
    serve_service_with(machine, io, service, HttpOptions::default())
}

/// The same with options, of which [`HttpOptions::with_inform`] is without effect.
#[expect(
    clippy::type_complexity,
    reason = "a handler has no name, and its future must have one"
)]
pub fn serve_service_with<Io, S, Fut, B>(
    machine: impl Machine<Role> + 'static,
    io: Io,
    service: S,
    options: HttpOptions,
) -> Serving<
    Io,
    impl FnMut(Exchange<Local>) -> Answering<S, Fut, B, Local>,
    Answering<S, Fut, B, Local>,
    Local,
>
where
    Io: AsyncIo,
    S: Service<http::Request<Incoming<Local>>, Response = http::Response<B>, Future = Fut> + Clone,
    S::Error: Into<BoxError>,
    Fut: Future<Output = Result<http::Response<B>, S::Error>>,
    B: Body,
    B::Data: Buf,
    B::Error: Into<BoxError>,
{
    let handler = handler(service, options);
    serve_boxed::<_, _, _, Local>(Box::new(machine), io, handler)
}
