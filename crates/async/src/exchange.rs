//! One request, and the right to answer it (RFC 9113 §8.1).

use core::future::poll_fn;

use proto::{Bytes, ErrorCode, Request, Response, Server, Trailers};

use crate::error::Error;
use crate::flavor::{Flavor, Threads};
#[cfg(feature = "tower")]
use crate::handle::Handle;
use crate::handle::SendHalf;
use crate::recv_body::RecvBody;
use crate::send_body::SendBody;

/// One request, and the right to answer it.
///
/// A handler that drops it unanswered, or panics, ends the stream with INTERNAL_ERROR; the
/// connection goes on. In an `async` block take it apart with a pattern: a block that names one
/// field takes along that field alone.
#[derive(Debug)]
#[non_exhaustive]
pub struct Exchange<F: Flavor = Threads> {
    /// The control data and the fields.
    pub request: Request,
    /// The content of the request.
    pub body: RecvBody<Server, F>,
    /// The right to answer.
    pub responder: Responder<F>,
}

impl<F: Flavor> Exchange<F> {
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
        half.finish_with(body.spent_handle(), content.into(), None, |stream| {
            stream.respond(response)
        })
    }

    /// Begins the answer, whose content follows. What is left of the request's content is dropped:
    /// take [`body`](Self::body) and [`responder`](Self::responder) apart where both go on.
    ///
    /// # Errors
    ///
    /// That the response is malformed, or what ended the stream.
    pub fn respond(self, response: Response) -> Result<SendBody<Server, F>, Error> {
        self.responder.respond(response)
    }
}

/// The right to answer a request.
#[derive(Debug)]
pub struct Responder<F: Flavor = Threads>(SendHalf<Server, F>);

impl<F: Flavor> Responder<F> {
    pub(crate) fn new(half: SendHalf<Server, F>) -> Self {
        Self(half)
    }

    /// The stream.
    #[cfg(feature = "tower")]
    pub(crate) const fn handle(&self) -> &Handle<Server, F> {
        self.0.handle()
    }

    /// Sends an informational response before the final one.
    ///
    /// # Errors
    ///
    /// That the response is malformed or not informational, or what ended the stream.
    pub fn inform(&mut self, response: Response) -> Result<(), Error> {
        self.0.handle().act(|stream| stream.inform(response))
    }

    /// Waits until nobody takes an answer any more, because the client reset the stream or the
    /// connection is lost; returns why. It is for handlers that wait for something else meanwhile.
    pub async fn canceled(&mut self) -> Error {
        poll_fn(|cx| self.0.handle().poll_over(cx)).await
    }

    /// Begins the answer, whose content follows.
    ///
    /// # Errors
    ///
    /// That the response is malformed, or what ended the stream.
    pub fn respond(self, response: Response) -> Result<SendBody<Server, F>, Error> {
        self.0.handle().act(|stream| stream.respond(response))?;
        Ok(SendBody::new(self.0))
    }

    /// Answers whole. The answer is queued at once, however long the content is.
    ///
    /// # Errors
    ///
    /// That the response is malformed, or what ended the stream.
    pub fn reply(self, response: Response, content: impl Into<Bytes>) -> Result<(), Error> {
        self.0
            .finish(content.into(), None, |stream| stream.respond(response))
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
        self.0.finish(content.into(), Some(trailers), |stream| {
            stream.respond(response)
        })
    }

    /// Ends the stream at once, unanswered (RFC 9113 §6.4).
    pub fn reset(self, code: ErrorCode) {
        self.0.reset(code);
    }
}
