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
        Over { outcome: Result<(), Error> },
    }
}

impl<S, Fut, B> Answering<S, Fut, B> {
    pub(super) fn new(service: S, exchange: Exchange, options: HttpOptions) -> Self {
        let exchange = Some(exchange);
        let step = Step::Readying { service, exchange };
        Self { options, step }
    }

    /// Waits until the service has answered, and what it said is ready to be sent.
    pub(super) fn poll_answer(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()>
    where
        S: Service<http::Request<Incoming>, Response = http::Response<B>, Future = Fut>,
        S::Error: Into<BoxError>,
        Fut: Future<Output = Result<http::Response<B>, S::Error>>,
        B: Body,
    {
        let mut this = self.project();
        loop {
            let next = match this.step.as_mut().project() {
                At::Replying { .. } | At::Over { .. } => return Poll::Ready(()),
                At::Readying { service, exchange } => {
                    ready!(poll_call(service, exchange, *this.options, cx))
                }
                At::Calling {
                    pending_response,
                    answer,
                } => ready!(poll_called(pending_response, answer, *this.options, cx)),
            };
            this.step.set(next);
        }
    }
}

impl<S, Fut, B> Step<S, Fut, B> {
    /// Nothing is left to be done.
    const DONE: Self = Self::Over { outcome: Ok(()) };
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

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        ready!(self.as_mut().poll_answer(cx));
        match self.project().step.project() {
            At::Replying { content } => content.poll(cx),
            At::Over { outcome } => Poll::Ready(core::mem::replace(outcome, Ok(()))),
            At::Readying { .. } | At::Calling { .. } => Poll::Pending,
        }
    }
}

/// Calls the service, once it is ready.
fn poll_call<S, B>(
    service: &mut S,
    exchange: &mut Option<Exchange>,
    options: HttpOptions,
    cx: &mut Context<'_>,
) -> Poll<Step<S, S::Future, B>>
where
    S: Service<http::Request<Incoming>>,
    S::Error: Into<BoxError>,
{
    let ready = service.poll_ready(cx);
    if ready.is_pending() {
        return Poll::Pending;
    }
    let Some(exchange) = exchange.take() else {
        return Poll::Ready(Step::DONE);
    };
    if let Poll::Ready(Err(error)) = ready {
        let outcome = fail(exchange.responder, error.into());
        return Poll::Ready(Step::Over { outcome });
    }
    Poll::Ready(match PendingResponse::new(exchange, options) {
        Some((pending_response, request)) => Step::Calling {
            pending_response: Some(pending_response),
            answer: service.call(request),
        },
        None => Step::DONE,
    })
}

/// Takes the answer, once it is there.
fn poll_called<S, Fut, B, E>(
    pending_response: &mut Option<PendingResponse>,
    answer: Pin<&mut Fut>,
    options: HttpOptions,
    cx: &mut Context<'_>,
) -> Poll<Step<S, Fut, B>>
where
    Fut: Future<Output = Result<http::Response<B>, E>>,
    E: Into<BoxError>,
    B: Body,
{
    // RFC 9113 §8.1: nobody takes the answer to a request that was canceled; the connection's task
    // drops the future then.
    let answer = ready!(answer.poll(cx));
    let Some(pending_response) = pending_response.take() else {
        return Poll::Ready(Step::DONE);
    };
    let answered = match answer {
        Ok(response) => pending_response.answer(response, options),
        Err(error) => pending_response.fail(error.into()).map(|()| None),
    };
    Poll::Ready(match answered {
        Ok(Some(content)) => Step::Replying { content },
        Ok(None) => Step::DONE,
        Err(error) => Step::Over {
            outcome: Err(error),
        },
    })
}

impl<S, Fut, B> fmt::Debug for Answering<S, Fut, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answering").finish_non_exhaustive()
    }
}
