//! One request, and the right to answer it (RFC 9113 §8.1).

use core::future::poll_fn;

use proto::{Bytes, ErrorCode, Request, Response, Server, Stats, Trailers};
use session::{Accepted, ConnectionInfo, Error, SendHalf};

use crate::recv_body::RecvBody;
use crate::send_body::SendBody;

/// One request, and the right to answer it.
///
/// A handler that drops it unanswered, or panics, ends the stream with INTERNAL_ERROR; the
/// connection goes on. In an `async` block take it apart with a pattern: a block that names one
/// field takes along that field alone.
#[derive(Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// The control data and the fields.
    pub request: Request,
    /// The content of the request.
    pub body: RecvBody<Server>,
    /// The right to answer.
    pub responder: Responder,
}

impl Exchange {
    pub(crate) fn new(accepted: Accepted) -> Self {
        Self {
            request: accepted.request,
            body: RecvBody::new(accepted.recv),
            responder: Responder(accepted.send),
        }
    }

    /// What is known of the connection besides what is said on it: the addresses of its ends, and what its
    /// TLS came to, client certificates included.
    #[must_use]
    pub fn connection(&self) -> ConnectionInfo {
        self.responder.connection()
    }

    /// Answers whole. The answer is queued at once, however long the content is.
    ///
    /// # Errors
    ///
    /// That the response is malformed, or what ended the stream.
    pub fn reply(self, response: Response, content: impl Into<Bytes>) -> Result<(), Error> {
        let Self {
            mut body,
            responder: Responder(half),
            ..
        } = self;
        half.reply(Some(body.half()), response, content.into(), None)
    }

    /// Begins the answer, whose content follows. What is left of the request's content is dropped:
    /// take [`body`](Self::body) and [`responder`](Self::responder) apart where both go on.
    ///
    /// # Errors
    ///
    /// That the response is malformed, or what ended the stream.
    pub fn respond(self, response: Response) -> Result<SendBody<Server>, Error> {
        self.responder.respond(response)
    }
}

/// The right to answer a request.
#[derive(Debug)]
pub struct Responder(SendHalf<Server>);

impl Responder {
    /// The half that sends.
    #[cfg(feature = "tower")]
    pub(crate) const fn half(&self) -> &SendHalf<Server> {
        &self.0
    }

    /// What sends the content of an answer whose head is yet to be sent.
    #[cfg(feature = "tower")]
    pub(crate) fn into_send(self) -> SendBody<Server> {
        SendBody::new(self.0)
    }

    /// What the connection has done so far, and what held it up: see [`Stats`].
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn stats(&self) -> Result<Stats, Error> {
        self.0.handle().session().stats()
    }

    /// What is known of the connection besides what is said on it.
    #[must_use]
    pub fn connection(&self) -> ConnectionInfo {
        self.0.handle().session().info()
    }

    /// Sends an informational response before the final one.
    ///
    /// # Errors
    ///
    /// That the response is malformed or not informational, or what ended the stream.
    pub fn inform(&mut self, response: Response) -> Result<(), Error> {
        self.0.inform(response)
    }

    /// Waits until nobody takes an answer any more, because the client reset the stream or the
    /// connection is lost; returns why. It is for handlers that wait for something else meanwhile.
    pub async fn canceled(&mut self) -> Error {
        poll_fn(|cx| self.0.poll_over(cx)).await
    }

    /// Begins the answer, whose content follows.
    ///
    /// # Errors
    ///
    /// That the response is malformed, or what ended the stream.
    pub fn respond(self, response: Response) -> Result<SendBody<Server>, Error> {
        self.0.respond(response)?;
        Ok(SendBody::new(self.0))
    }

    /// Answers whole. The answer is queued at once, however long the content is.
    ///
    /// # Errors
    ///
    /// That the response is malformed, or what ended the stream.
    pub fn reply(self, response: Response, content: impl Into<Bytes>) -> Result<(), Error> {
        self.0.reply(None, response, content.into(), None)
    }

    /// Answers whole, with trailers.
    ///
    /// # Errors
    ///
    /// That the response or the trailers are malformed, or what ended the stream.
    pub fn reply_with_trailers(
        self,
        response: Response,
        content: impl Into<Bytes>,
        trailers: Trailers,
    ) -> Result<(), Error> {
        self.0.reply(None, response, content.into(), Some(trailers))
    }

    /// Ends the stream at once, unanswered (RFC 9113 §6.4).
    pub fn reset(self, code: ErrorCode) {
        self.0.reset(code);
    }
}
