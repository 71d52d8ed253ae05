//! One request that a service answers (RFC 9110 §3.7).

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use http_body::Body;
use pin_project_lite::pin_project;
use proto::Server as Role;
use proto::bytes::Buf;
use tower_service::Service;
use tress_http::http;

use super::BoxError;
use super::asked::Asked;
use super::content::Sending;
use super::incoming::Incoming;
use super::options::HttpOptions;
use crate::error::Error;
use crate::exchange::Exchange;

pin_project! {
    /// A request that a service answers: a future that is finished when the answer is.
    #[must_use = "nothing is answered unless it is polled"]
    pub struct Answering<S, F, B> {
        options: HttpOptions,
        // The right to answer, until the answer has begun.
        asked: Option<Asked>,
        #[pin]
        step: Step<S, F, B>,
    }
}

pin_project! {
    #[project = At]
    enum Step<S, F, B> {
        // The service may have no capacity yet.
        Readying { service: S, request: Option<http::Request<Incoming>> },
        Calling { #[pin] answer: F },
        Sending { #[pin] content: Sending<B, Role> },
        Done,
    }
}

/// What one step came to.
enum Outcome<F, B, E> {
    Called(F),
    Answered(http::Response<B>),
    Failed(E),
}

impl<S, F, B> Answering<S, F, B> {
    pub(super) fn new(service: S, exchange: Exchange, options: HttpOptions) -> Self {
        let (asked, step) = match Asked::new(exchange, options) {
            Some((asked, request)) => {
                let request = Some(request);
                (Some(asked), Step::Readying { service, request })
            }
            None => (None, Step::Done),
        };
        Self {
            options,
            asked,
            step,
        }
    }
}

impl<S, F, B> Future for Answering<S, F, B>
where
    S: Service<http::Request<Incoming>, Response = http::Response<B>, Future = F>,
    S::Error: Into<BoxError>,
    F: Future<Output = Result<http::Response<B>, S::Error>>,
    B: Body,
    B::Data: Buf,
    B::Error: Into<BoxError>,
{
    type Output = Result<(), Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let outcome = match this.step.as_mut().project() {
                At::Sending { content } => return content.poll(cx),
                At::Done => return Poll::Ready(Ok(())),
                At::Readying { service, request } => call(service, request, cx),
                At::Calling { answer } => answer.poll(cx).map(Outcome::of),
            };
            let Poll::Ready(outcome) = outcome else {
                return match this.asked {
                    // RFC 9113 §8.1: nobody takes the answer to a request that was canceled.
                    Some(asked) => asked.poll_over(cx).map(Err),
                    None => Poll::Pending,
                };
            };
            let step = match (outcome, this.asked.take()) {
                (Outcome::Called(answer), asked) => {
                    *this.asked = asked;
                    Step::Calling { answer }
                }
                (Outcome::Answered(response), Some(asked)) => asked
                    .answer(response, *this.options)?
                    .map_or(Step::Done, |content| Step::Sending { content }),
                (Outcome::Failed(error), Some(asked)) => {
                    super::report(&error.into());
                    asked.fail()?;
                    Step::Done
                }
                (_, None) => Step::Done,
            };
            this.step.set(step);
        }
    }
}

impl<F, B, E> Outcome<F, B, E> {
    fn of(answer: Result<http::Response<B>, E>) -> Self {
        match answer {
            Ok(response) => Self::Answered(response),
            Err(error) => Self::Failed(error),
        }
    }
}

/// Calls the service, once it is ready.
fn call<S, B>(
    service: &mut S,
    request: &mut Option<http::Request<Incoming>>,
    cx: &mut Context<'_>,
) -> Poll<Outcome<S::Future, B, S::Error>>
where
    S: Service<http::Request<Incoming>, Response = http::Response<B>>,
{
    match ready!(service.poll_ready(cx)) {
        Err(error) => Poll::Ready(Outcome::Failed(error)),
        Ok(()) => match request.take() {
            Some(request) => Poll::Ready(Outcome::Called(service.call(request))),
            None => Poll::Pending,
        },
    }
}

impl<S, F, B> fmt::Debug for Answering<S, F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answering")
            .field("asked", &self.asked)
            .finish_non_exhaustive()
    }
}
