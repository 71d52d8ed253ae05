//! Responses that a server promises before they are asked for (RFC 9113 §8.4).

use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context, Poll};

use http::{Request, Response};

use super::head::poll_head;
use crate::error::Error;
use crate::link::{Handle, client};
use crate::share::RecvStream;
use crate::stream_id::StreamId;

/// The promises that come on a stream.
#[derive(Debug)]
#[must_use = "streams do nothing unless polled"]
pub struct PushPromises {
    handle: Handle,
}

impl PushPromises {
    pub(super) const fn new(handle: Handle) -> Self {
        Self { handle }
    }

    /// Takes the next promise; `None` when none will come.
    pub async fn push_promise(&mut self) -> Option<Result<PushPromise, Error>> {
        poll_fn(|cx| self.poll_push_promise(cx)).await
    }

    /// Takes the next promise; `None` when none will come.
    #[doc(hidden)]
    pub fn poll_push_promise(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<PushPromise, Error>>> {
        let (place, waker) = (self.handle.place(), cx.waker());
        let polled = client(&self.handle, |turn| turn.poll_promise(place, waker));
        let polled = polled.unwrap_or_else(|error| Poll::Ready(Some(Err(error))));
        polled.map(|promise| {
            promise.map(|promise| {
                let (place, id, request) = promise?;
                let handle = Handle::new(self.handle.link().clone(), place, id);
                let response = PushedResponseFuture { handle };
                Ok(PushPromise { request, response })
            })
        })
    }
}

#[cfg(feature = "stream")]
#[cfg_attr(docsrs, doc(cfg(feature = "stream")))]
impl futures_core::Stream for PushPromises {
    type Item = Result<PushPromise, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_push_promise(cx)
    }
}

/// A promise: the request that was not made, and the response to it.
#[derive(Debug)]
pub struct PushPromise {
    request: Request<()>,
    response: PushedResponseFuture,
}

impl PushPromise {
    /// The request that the server answers.
    #[must_use]
    pub fn request(&self) -> &Request<()> {
        &self.request
    }

    /// The same, to be changed.
    pub fn request_mut(&mut self) -> &mut Request<()> {
        &mut self.request
    }

    /// The request, and what waits for the response.
    pub fn into_parts(self) -> (Request<()>, PushedResponseFuture) {
        (self.request, self.response)
    }
}

/// Waits for the head of a response that was promised.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct PushedResponseFuture {
    handle: Handle,
}

impl PushedResponseFuture {
    /// Which stream it is: the one that was promised.
    #[must_use]
    pub fn stream_id(&self) -> StreamId {
        self.handle.id()
    }
}

impl Future for PushedResponseFuture {
    type Output = Result<Response<RecvStream>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        poll_head(&self.handle, cx)
    }
}
