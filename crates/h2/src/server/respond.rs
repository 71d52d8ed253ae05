//! What answers a request, and a promise.

use core::fmt;
use core::task::{Context, Poll};

use bytes::Buf;
use http::{Request, Response};

use crate::convert;
use crate::error::Error;
use crate::link::{Handle, server};
use crate::reason::Reason;
use crate::share::{Content, SendStream, poll_reset};
use crate::stream_id::StreamId;
use crate::user_error::UserError;

/// What answers a request. Dropped alone it resets nothing; the stream ends with the last of its handles.
#[derive(Debug)]
pub struct SendResponse<B: Buf> {
    handle: Handle,
    content: Content<B>,
}

impl<B: Buf> SendResponse<B> {
    pub(super) fn new(handle: Handle) -> Self {
        Self {
            handle,
            content: Content::default(),
        }
    }

    /// Sends an informational response, ahead of the final one (RFC 9110 §15.2).
    ///
    /// # Errors
    ///
    /// That its status is not informational, that it is malformed, that the final one was sent, or that
    /// the stream has ended.
    pub fn send_informational(&mut self, response: Response<()>) -> Result<(), Error> {
        if !response.status().is_informational() {
            return Err(Error::user(UserError::InvalidInformationalStatusCode));
        }
        let response = convert::response_out(&response).map_err(Error::user)?;
        let place = self.handle.place();
        server(&self.handle, |turn| {
            turn.send_informational(place, response)
        })?
        .map_err(Error::user)
    }

    /// Sends the response, with content to follow unless it ends the stream.
    ///
    /// # Errors
    ///
    /// That it is malformed, that one was sent before, or that the stream has ended.
    pub fn send_response(
        &mut self,
        response: Response<()>,
        end_of_stream: bool,
    ) -> Result<SendStream<B>, Error> {
        let response = convert::response_out(&response).map_err(Error::user)?;
        let place = self.handle.place();
        server(&self.handle, |turn| {
            turn.send_response(place, response, end_of_stream)
        })?
        .map_err(Error::user)?;
        Ok(SendStream::new(self.handle.counted()))
    }

    /// Promises to answer a request that the client has not made (RFC 9113 §8.4).
    ///
    /// # Errors
    ///
    /// That the client takes none, that the request is malformed or not safe, that the response is whole
    /// or the stream has ended, or that all identifiers are used up.
    pub fn push_request(&mut self, request: Request<()>) -> Result<SendPushedResponse<B>, Error> {
        let request = convert::promise_out(request).map_err(Error::user)?;
        let place = self.handle.place();
        let (place, id) =
            server(&self.handle, |turn| turn.push(place, request))?.map_err(Error::user)?;
        let handle = Handle::new(self.handle.link().clone(), place, id);
        Ok(SendPushedResponse {
            inner: Self::new(handle),
        })
    }

    /// Ends the stream at once, both ways (RFC 9113 §6.4).
    pub fn send_reset(&mut self, reason: Reason) {
        self.handle.reset(reason);
    }

    /// Waits, before the response is sent, until the stream is reset; returns with which code.
    ///
    /// # Errors
    ///
    /// That the response is sent, or that the transport failed.
    pub fn poll_reset(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reason, Error>> {
        poll_reset(&self.handle, true, cx)
    }

    /// Which stream it is.
    #[must_use]
    pub fn stream_id(&self) -> StreamId {
        self.handle.id()
    }
}

/// What answers a request that the client has not made.
pub struct SendPushedResponse<B: Buf> {
    inner: SendResponse<B>,
}

impl<B: Buf> SendPushedResponse<B> {
    /// Sends the response: see [`SendResponse::send_response`].
    ///
    /// # Errors
    ///
    /// Those of [`SendResponse::send_response`].
    pub fn send_response(
        &mut self,
        response: Response<()>,
        end_of_stream: bool,
    ) -> Result<SendStream<B>, Error> {
        self.inner.send_response(response, end_of_stream)
    }

    /// Ends the stream at once (RFC 9113 §6.4).
    pub fn send_reset(&mut self, reason: Reason) {
        self.inner.send_reset(reason);
    }

    /// Waits until the stream is reset: see [`SendResponse::poll_reset`].
    ///
    /// # Errors
    ///
    /// Those of [`SendResponse::poll_reset`].
    pub fn poll_reset(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reason, Error>> {
        self.inner.poll_reset(cx)
    }

    /// Which stream it is: the one that was promised.
    #[must_use]
    pub fn stream_id(&self) -> StreamId {
        self.inner.stream_id()
    }
}

impl<B: Buf + fmt::Debug> fmt::Debug for SendPushedResponse<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendPushedResponse")
            .field("inner", &self.inner)
            .finish()
    }
}
