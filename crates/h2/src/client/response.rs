//! The response to a request.

use core::pin::Pin;
use core::task::{Context, Poll};

use http::Response;

use super::head::poll_head;
use super::push::PushPromises;
use crate::error::Error;
use crate::link::{Handle, client};
use crate::share::RecvStream;
use crate::stream_id::StreamId;

/// Waits for the head of a response.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture {
    handle: Handle,
    has_promises: bool,
}

impl ResponseFuture {
    pub(super) const fn new(handle: Handle) -> Self {
        Self {
            handle,
            has_promises: true,
        }
    }

    pub(super) const fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Which stream it is.
    #[must_use]
    pub fn stream_id(&self) -> StreamId {
        self.handle.id()
    }

    /// Takes an informational response, in the order in which they came (RFC 9110 §15.2); `None` once the
    /// final one is there. Nobody has to: the last few are kept, and hold nothing back.
    pub fn poll_informational(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Response<()>, Error>>> {
        let (place, waker) = (self.handle.place(), cx.waker());
        let polled = client(&self.handle, |turn| turn.poll_informational(place, waker));
        polled.unwrap_or_else(|error| Poll::Ready(Some(Err(error))))
    }

    /// Takes the promises that the server makes on this stream (RFC 9113 §8.4).
    ///
    /// # Panics
    ///
    /// When they were taken before.
    pub fn push_promises(&mut self) -> PushPromises {
        assert!(
            core::mem::take(&mut self.has_promises),
            "the promises of a response are taken once"
        );
        PushPromises::new(self.handle.clone())
    }
}

impl Future for ResponseFuture {
    type Output = Result<Response<RecvStream>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        poll_head(&self.handle, cx)
    }
}
