//! A response that is yet to come, as one of `http` (RFC 9113 §8.1, RFC 9110 §10.1.1).

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use proto::{Blame, Client as Role, Response};
use session::{Alarm, Error};
use tress_http::{http, response_into_http};

use super::conversion::convert;
use super::incoming::Incoming;
use crate::jobs::{Job, Jobs};
use crate::pending::{Pending, Reply};

/// The informational responses that came before a final one, but for 100 (RFC 9110 §15.2): an
/// extension of it, where there are any.
#[derive(Clone, Debug)]
pub struct Informational(pub Vec<http::Response<()>>);

/// A response that is yet to come. Dropping it cancels the stream.
#[must_use = "dropping it cancels the request"]
pub struct ResponseFuture(Course);

pub(super) type Answer = Result<http::Response<Incoming>, Error>;

enum Course {
    /// The request was refused.
    Refused(Option<Error>),
    Running(Running),
    /// More than one step: a tunnel.
    Tunnel(Pin<Box<dyn Future<Output = Answer> + Send>>),
}

/// A request that is on its way.
struct Running {
    pending: Pending,
    informational: Vec<Response>,
    /// The content, while the server has not asked for it.
    held: Option<Held>,
}

/// Content that waits for the server's word (RFC 9110 §10.1.1).
pub(super) struct Held {
    pub(super) job: Job,
    /// When it is sent without a word of the server's.
    pub(super) alarm: Alarm<Role>,
    pub(super) jobs: Jobs,
}

impl ResponseFuture {
    pub(super) const fn refused(error: Error) -> Self {
        Self(Course::Refused(Some(error)))
    }

    /// Says whether the request cannot be sent.
    pub(super) const fn is_refused(&self) -> bool {
        matches!(self.0, Course::Refused(_))
    }

    pub(super) const fn running(pending: Pending, held: Option<Held>) -> Self {
        Self(Course::Running(Running {
            pending,
            informational: Vec::new(),
            held,
        }))
    }

    pub(super) fn tunnel(establishing: impl Future<Output = Answer> + Send + 'static) -> Self {
        Self(Course::Tunnel(Box::pin(establishing)))
    }
}

impl Future for ResponseFuture {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Course::Refused(error) => Poll::Ready(Err(error.take().unwrap_or_else(Error::closed))),
            Course::Running(running) => running.poll(cx),
            Course::Tunnel(establishing) => establishing.as_mut().poll(cx),
        }
    }
}

impl Running {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Answer> {
        while let Poll::Ready(informational) = self.pending.poll_informational(cx)? {
            match informational {
                Some(response) if response.status() == 100 => self.go_on(),
                Some(response) => self.informational.push(response),
                None => {
                    let reply = ready!(Pin::new(&mut self.pending).poll(cx))?;
                    return Poll::Ready(self.finish(reply));
                }
            }
        }
        if self
            .held
            .as_ref()
            .is_some_and(|held| held.alarm.poll(cx).is_ready())
        {
            self.go_on();
        }
        Poll::Pending
    }

    /// Sends the content that was held back.
    fn go_on(&mut self) {
        if let Some(Held { job, alarm, jobs }) = self.held.take() {
            jobs.push(alarm.session(), job);
        }
    }

    /// The final response.
    ///
    /// Choice: RFC 9110 §10.1.1 leaves open what becomes of content that the server answered
    /// without; it is sent where the request succeeded, and not where it did not.
    fn finish(&mut self, reply: Reply) -> Answer {
        let mut parts = response_into_http(&reply.head).map_err(convert(Blame::Peer))?;
        if parts.status.is_success() {
            self.go_on();
        }
        let informational = core::mem::take(&mut self.informational);
        let converted = informational.iter().filter_map(informational_into_http);
        let informational: Vec<_> = converted.collect();
        if !informational.is_empty() {
            parts.extensions.insert(Informational(informational));
        }
        let unwanted = self.held.take().map(|held| held.job);
        let body = Incoming::of_response(reply.body, reply.head.content_length(), unwanted);
        Ok(http::Response::from_parts(parts, body))
    }
}

/// One that `http` cannot say is passed over, as one that nobody asked for may be.
fn informational_into_http(response: &Response) -> Option<http::Response<()>> {
    let parts = response_into_http(response).ok()?;
    Some(http::Response::from_parts(parts, ()))
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
