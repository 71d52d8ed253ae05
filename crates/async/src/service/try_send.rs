//! A request that comes back if it was not sent (RFC 9113 §8.7).

use alloc::sync::Arc;
use core::error::Error as StdError;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::sync::{Mutex, MutexGuard, PoisonError};

use http_body::Body;
use proto::bytes::Buf;
use session::Error;
use tress_http::http::{self, request::Parts};

use super::BoxError;
use super::client::HttpClient;
use super::incoming::Incoming;
use super::response::ResponseFuture;
use super::upload::Length;

/// A response that is yet to come, or else the request. Dropping it cancels the stream.
#[must_use = "dropping it cancels the request"]
pub struct TrySend<B> {
    response: ResponseFuture,
    body_slot: BodySlot<B>,
}

/// A request whose body is taken when it is sent.
struct BodySlot<B>(Arc<Mutex<Option<(Parts, B)>>>);

/// Why a request failed; with it, the request where that certainly had no effect.
pub struct TrySendError<B> {
    error: Error,
    request: Option<Box<http::Request<B>>>,
}

impl<B> BodySlot<B> {
    fn lock(&self) -> MutexGuard<'_, Option<(Parts, B)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<B> TrySend<B>
where
    B: Body + Send + 'static,
    B::Data: Buf,
    B::Error: Into<BoxError>,
{
    pub(super) fn new(client: &mut HttpClient, request: http::Request<B>) -> Self {
        let length = Length::of(request.body());
        let body_slot = BodySlot(Arc::new(Mutex::new(Some(request.into_parts()))));
        let taken = BodySlot(Arc::clone(&body_slot.0));
        let take = move || taken.lock().take().map(|(_, body)| body);
        let held = body_slot.lock();
        let response = match &*held {
            Some((parts, _)) => client.begin(parts, length, take),
            None => ResponseFuture::refused(Error::closed()),
        };
        drop(held);
        Self {
            response,
            body_slot,
        }
    }
}

impl<B> Future for TrySend<B> {
    type Output = Result<http::Response<Incoming>, TrySendError<B>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let is_refused = self.response.is_refused();
        let answer = ready!(Pin::new(&mut self.response).poll(cx));
        Poll::Ready(answer.map_err(|error| {
            let kept = self.body_slot.lock().take();
            let is_unsent = is_refused || error.is_retryable();
            let request = kept
                .filter(|_| is_unsent)
                .map(|(parts, body)| Box::new(http::Request::from_parts(parts, body)));
            TrySendError { error, request }
        }))
    }
}

impl<B> TrySendError<B> {
    /// Takes the request out, to be sent elsewhere, or again. There is none if the server may have
    /// seen it, or has some of its content.
    #[must_use]
    pub fn take_request(&mut self) -> Option<http::Request<B>> {
        self.request.take().map(|request| *request)
    }

    /// Why it failed.
    #[must_use]
    pub const fn error(&self) -> &Error {
        &self.error
    }

    /// Why it failed, without the request.
    #[must_use]
    pub fn into_error(self) -> Error {
        self.error
    }
}

impl<B> From<TrySendError<B>> for Error {
    fn from(error: TrySendError<B>) -> Self {
        error.error
    }
}

impl<B> fmt::Display for TrySendError<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request failed")?;
        if f.alternate() {
            write!(f, ": {:#}", self.error)?;
        }
        Ok(())
    }
}

impl<B> fmt::Debug for TrySendError<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrySendError")
            .field("error", &self.error)
            .field("has_request", &self.request.is_some())
            .finish()
    }
}

impl<B> StdError for TrySendError<B> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.error)
    }
}

impl<B> fmt::Debug for TrySend<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrySend").finish_non_exhaustive()
    }
}
