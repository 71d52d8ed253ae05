//! Our server on tokio, with a service of tower: the same that hyper has.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;
use tress_async::{Error, Incoming, Server};

use super::hyper::{Content, answer};
use super::{announce, config};
use crate::sockets::{Outcome, Windows};

pub(super) async fn serve(windows: Windows) -> Outcome<()> {
    let server = Server::bind("127.0.0.1:0").await?.config(config(windows)?);
    announce(server.local_addr())?;
    Ok(server.serve_service(Answers).await?)
}

#[derive(Clone)]
struct Answers;

impl Service<Request<Incoming>> for Answers {
    type Response = Response<Content>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Content>, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        Box::pin(answer(request))
    }
}
