//! One request, and the right to answer it (RFC 9113 §8.1).

use proto::{Bytes, ErrorCode, Request, Response, Server, Trailers};

use crate::error::Error;
use crate::handle::SendHalf;
use crate::pool::Share;
use crate::recv_body::RecvBody;
use crate::send_body::SendBody;

/// One request, and the right to answer it.
///
/// A handler that drops it unanswered, or panics, ends the stream with INTERNAL_ERROR; the
/// connection goes on.
#[derive(Debug)]
pub struct Exchange {
    /// The control data and the fields.
    pub request: Request,
    /// The content of the request.
    pub body: RecvBody<Server>,
    /// The right to answer.
    pub responder: Responder,
    pub(crate) share: Share,
}

impl Exchange {
    /// Answers whole. The answer is queued and never blocks, however long the content is.
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
    pub fn respond(self, response: Response) -> Result<SendBody<Server>, Error> {
        self.responder.respond(response)
    }

    /// Says whether nobody takes the answer any more: see [`Responder::is_canceled`].
    #[must_use]
    pub fn is_canceled(&self) -> bool {
        self.responder.is_canceled()
    }

    /// Goes on on a thread that may block.
    ///
    /// # Errors
    ///
    /// That no thread can be started; the exchange is dropped.
    pub fn spawn<F>(self, work: F) -> Result<(), Error>
    where
        F: FnOnce(Self) -> Result<(), Error> + Send + 'static,
    {
        let (share, hold) = (self.share.clone(), self.responder.0.handle().again());
        Ok(share.submit(move || {
            // The stream knows already: what was held of it is dropped with the error.
            let _ = work(self);
            drop(hold);
        })?)
    }
}

/// The right to answer a request.
#[derive(Debug)]
pub struct Responder(SendHalf<Server>);

impl Responder {
    pub(crate) fn new(half: SendHalf<Server>) -> Self {
        Self(half)
    }

    /// Says whether the calling thread is the connection's own, which must not wait.
    #[cfg(feature = "http")]
    pub(crate) fn is_inline(&self) -> bool {
        self.0.handle().is_inline()
    }

    /// Says whether nobody takes the answer any more: the client reset the stream
    /// (RFC 9113 §6.4), or the stream or the connection is lost otherwise.
    ///
    /// A thread cannot be ended from outside: whatever waits for the stream then fails, and a handler
    /// that works for long without asks from time to time. Until it has ended, its stream counts as
    /// one that runs (RFC 9113 §10.5).
    #[must_use]
    pub fn is_canceled(&self) -> bool {
        self.0.is_canceled()
    }

    /// Sends an informational response before the final one.
    ///
    /// # Errors
    ///
    /// That the response is malformed or not informational, or what ended the stream.
    pub fn inform(&mut self, response: Response) -> Result<(), Error> {
        self.0.handle().act(|stream| stream.inform(response))
    }

    /// Begins the answer, whose content follows. The head leaves with the first content, or with
    /// `flush`.
    ///
    /// # Errors
    ///
    /// That the response is malformed, or what ended the stream.
    pub fn respond(self, response: Response) -> Result<SendBody<Server>, Error> {
        self.0.handle().prepare(|stream| stream.respond(response))?;
        Ok(SendBody::new(self.0))
    }

    /// Answers whole. The answer is queued and never blocks, however long the content is.
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
