//! From a closure over `http::Request` to a handler of exchanges.

use tress_http::http::{Method, Request, Response, StatusCode, request};
use tress_http::{content_length, request_into_http};

use super::answer::Answer;
use super::body::Body;
use super::incoming::Incoming;
use crate::exchange::Exchange;
use session::Error;

/// Makes a handler of exchanges from one of requests, for [`Server::serve`](crate::Server::serve),
/// [`Server::serve_inline`](crate::Server::serve_inline) and
/// [`serve_connection`](crate::serve_connection).
///
/// A handler that fails is a 500, content that fails resets its stream, and a handler that panics
/// ends its stream with INTERNAL_ERROR. Called inline, it must
/// not wait, as ever; content that it leaves to be read or written goes on on a thread of the pool.
pub fn handler<H, B>(handle: H) -> impl Fn(Exchange) -> Result<(), Error> + Send + Sync + 'static
where
    H: Fn(Request<Body>) -> Result<Response<B>, Error> + Send + Sync + 'static,
    B: Into<Body>,
{
    HttpOptions::default().handler(handle)
}

/// What the server's end does by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct HttpOptions {
    undated: bool,
}

impl HttpOptions {
    /// Leaves out `date`, where the handler does not say it: a server without a clock does.
    #[must_use]
    pub const fn without_date(mut self) -> Self {
        self.undated = true;
        self
    }

    /// Makes a handler of exchanges, as [`handler`] does.
    pub fn handler<H, B>(
        self,
        handle: H,
    ) -> impl Fn(Exchange) -> Result<(), Error> + Send + Sync + 'static
    where
        H: Fn(Request<Body>) -> Result<Response<B>, Error> + Send + Sync + 'static,
        B: Into<Body>,
    {
        move |exchange| self.run(exchange, &handle)
    }

    fn run<B: Into<Body>>(
        self,
        exchange: Exchange,
        handle: impl Fn(Request<Body>) -> Result<Response<B>, Error>,
    ) -> Result<(), Error> {
        let parts = request_into_http(&exchange.request);
        let mut answer = Answer {
            method: Method::default(),
            memory: Some(exchange.request),
            responder: exchange.responder,
            share: exchange.share,
            tunnel: None,
            dated: !self.undated,
        };
        let Ok(parts) = parts else {
            drop(exchange.body);
            return answer.send(bare(StatusCode::BAD_REQUEST));
        };
        answer.method = parts.method.clone();
        let request = if parts.method == Method::CONNECT {
            answer.tunnel = Some(exchange.body);
            Request::from_parts(parts, Body::empty())
        } else {
            let incoming = incoming(&parts, exchange.body);
            Request::from_parts(parts, Body::incoming(incoming))
        };
        match handle(request) {
            Ok(response) => answer.send(response.map(Into::into)),
            Err(error) => {
                answer.send(bare(StatusCode::INTERNAL_SERVER_ERROR))?;
                Err(error)
            }
        }
    }
}

fn bare(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn incoming(parts: &request::Parts, body: crate::RecvBody<proto::Server>) -> Incoming {
    // A length that is no number never came so far.
    let length = content_length(&parts.headers).ok().flatten();
    Incoming::of_request(body, length)
}
