//! One request that a service answers (RFC 9110 §3.7).

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use http_body::Body;
use pin_project_lite::pin_project;
use proto::bytes::Buf;
use session::Error;
use tower_service::Service;
use tress_http::http;

use super::BoxError;
use super::incoming::Incoming;
use super::options::HttpOptions;
use super::pending_response::{PendingResponse, fail};
use super::replying::Replying;
use crate::exchange::Exchange;

pin_project! {
    /// A request that a service answers: a future that is finished when the answer is.
    #[must_use = "nothing is answered unless it is polled"]
    pub struct Answering<S, Fut, B> {
        options: HttpOptions,
        #[pin]
        step: Step<S, Fut, B>,
    }
}

pin_project! {
    #[project = At]
    enum Step<S, Fut, B> {
        // The service may have no capacity yet. What it is to be called with is made then: until
        // it is taken, nobody needs the larger form.
        Readying { service: S, exchange: Option<Exchange> },
        Calling { pending_response: Option<PendingResponse>, #[pin] answer: Fut },
        Replying { #[pin] content: Replying<B> },
        Done,
    }
}

/// The step after one that is done, or what ended the answer.
type Next<S, Fut, B> = Result<Step<S, Fut, B>, Error>;

impl<S, Fut, B> Answering<S, Fut, B> {
    pub(super) fn new(service: S, exchange: Exchange, options: HttpOptions) -> Self {
        let exchange = Some(exchange);
        let step = Step::Readying { service, exchange };
        Self { options, step }
    }
}

impl<S, Fut, B> Future for Answering<S, Fut, B>
where
    S: Service<http::Request<Incoming>, Response = http::Response<B>, Future = Fut>,
    S::Error: Into<BoxError>,
    Fut: Future<Output = Result<http::Response<B>, S::Error>>,
    B: Body,
    B::Data: Buf,
    B::Error: Into<BoxError>,
{
    type Output = Result<(), Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let next = match this.step.as_mut().project() {
                At::Replying { content } => return content.poll(cx),
                At::Done => return Poll::Ready(Ok(())),
                At::Readying { service, exchange } => {
                    ready!(poll_call(service, exchange, *this.options, cx))?
                }
                At::Calling {
                    pending_response,
                    answer,
                } => ready!(poll_answer(pending_response, answer, *this.options, cx))?,
            };
            this.step.set(next);
        }
    }
}

/// Calls the service, once it is ready.
fn poll_call<S, B>(
    service: &mut S,
    exchange: &mut Option<Exchange>,
    options: HttpOptions,
    cx: &mut Context<'_>,
) -> Poll<Next<S, S::Future, B>>
where
    S: Service<http::Request<Incoming>>,
    S::Error: Into<BoxError>,
{
    let ready = service.poll_ready(cx);
    if ready.is_pending() {
        return Poll::Pending;
    }
    let Some(exchange) = exchange.take() else {
        return Poll::Ready(Ok(Step::Done));
    };
    if let Poll::Ready(Err(error)) = ready {
        return Poll::Ready(fail(exchange.responder, error.into()).map(|()| Step::Done));
    }
    Poll::Ready(Ok(match PendingResponse::new(exchange, options) {
        Some((pending_response, request)) => Step::Calling {
            pending_response: Some(pending_response),
            answer: service.call(request),
        },
        None => Step::Done,
    }))
}

/// Takes the answer, once it is there.
fn poll_answer<S, Fut, B, E>(
    pending_response: &mut Option<PendingResponse>,
    answer: Pin<&mut Fut>,
    options: HttpOptions,
    cx: &mut Context<'_>,
) -> Poll<Next<S, Fut, B>>
where
    Fut: Future<Output = Result<http::Response<B>, E>>,
    E: Into<BoxError>,
    B: Body,
{
    // RFC 9113 §8.1: nobody takes the answer to a request that was canceled; the connection's task
    // drops the future then.
    let answer = ready!(answer.poll(cx));
    let Some(pending_response) = pending_response.take() else {
        return Poll::Ready(Ok(Step::Done));
    };
    Poll::Ready(match answer {
        Ok(response) => pending_response
            .answer(response, options)
            .map(|content| content.map_or(Step::Done, |content| Step::Replying { content })),
        Err(error) => pending_response.fail(error.into()).map(|()| Step::Done),
    })
}

impl<S, Fut, B> fmt::Debug for Answering<S, Fut, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answering").finish_non_exhaustive()
    }
}
