//! One request, and the right to answer it (RFC 9113 §8.1).

use std::time::Instant;

use proto::{Bytes, ErrorCode, Request, Response, Server, Stats, Trailers};
use session::{ConnectionInfo, Error, Report, SendHalf};

use crate::current::Number;
use crate::pool::{Call, Share, watched};
use crate::recv_body::RecvBody;
use crate::send_body::{SendBody, is_over};

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
    /// What is known of the connection besides what is said on it: the addresses of its ends, and what its
    /// TLS came to, client certificates included.
    #[must_use]
    pub fn connection(&self) -> ConnectionInfo {
        self.responder.connection()
    }

    /// Answers whole. The answer is queued and never blocks, however long the content is.
    ///
    /// # Errors
    ///
    /// That the response is malformed, or what ended the stream.
    pub fn reply(self, response: Response, content: impl Into<Bytes>) -> Result<(), Error> {
        let Self {
            mut body,
            responder,
            ..
        } = self;
        let received = Some(body.half_mut());
        responder
            .half
            .reply(received, response, content.into(), None)
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
        let (share, hold) = (self.share.clone(), self.responder.half.handle().again()?);
        let report = self.responder.report();
        report.begun();
        Ok(share.submit(move |call| {
            if call == Call::GiveUp {
                return self.responder.reset(ErrorCode::CANCEL);
            }
            watched(&report, || work(self));
            drop(hold);
        })?)
    }
}

/// The right to answer a request.
#[derive(Debug)]
pub struct Responder {
    half: SendHalf<Server>,
    number: Number,
    /// When the exchange must have ended.
    until: Option<Instant>,
}

impl Responder {
    pub(crate) const fn new(
        half: SendHalf<Server>,
        number: Number,
        until: Option<Instant>,
    ) -> Self {
        Self {
            half,
            number,
            until,
        }
    }

    /// Says whether the calling thread is the connection's own, which must not wait.
    #[cfg(feature = "http")]
    pub(crate) fn is_inline(&self) -> bool {
        self.number.is_read_here()
    }

    /// What the connection has done so far, and what held it up: see [`Stats`].
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn stats(&self) -> Result<Stats, Error> {
        self.half.handle().session().stats()
    }

    /// What is known of the connection besides what is said on it.
    #[must_use]
    pub fn connection(&self) -> ConnectionInfo {
        self.half.handle().session().info()
    }

    /// What becomes of the exchange, for whoever is to hear of it.
    pub(crate) fn report(&self) -> Report {
        self.half.report()
    }

    /// Says whether nobody takes the answer any more: the client reset the stream
    /// (RFC 9113 §6.4), or the stream or the connection is lost otherwise.
    ///
    /// A thread cannot be ended from outside: whatever waits for the stream then fails, and a handler
    /// that works for long without asks from time to time. Until it has ended, its stream counts as
    /// one that runs (RFC 9113 §10.5).
    #[must_use]
    pub fn is_canceled(&self) -> bool {
        is_over(self.half.handle())
    }

    /// Sends an informational response before the final one.
    ///
    /// # Errors
    ///
    /// That the response is malformed or not informational, or what ended the stream.
    pub fn inform(&mut self, response: Response) -> Result<(), Error> {
        self.half.inform(response)
    }

    /// Begins the answer, whose content follows. The head leaves with the first content, or with
    /// `flush`.
    ///
    /// # Errors
    ///
    /// That the response is malformed, or what ended the stream.
    pub fn respond(self, response: Response) -> Result<SendBody<Server>, Error> {
        self.number.hold(|| self.half.respond(response))?;
        Ok(SendBody::new(self.half, self.number, self.until))
    }

    /// Answers whole. The answer is queued and never blocks, however long the content is.
    ///
    /// # Errors
    ///
    /// That the response is malformed, or what ended the stream.
    pub fn reply(self, response: Response, content: impl Into<Bytes>) -> Result<(), Error> {
        self.half.reply(None, response, content.into(), None)
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
        self.half
            .reply(None, response, content.into(), Some(trailers))
    }

    /// Ends the stream at once, unanswered (RFC 9113 §6.4).
    pub fn reset(self, code: ErrorCode) {
        self.half.reset(code);
    }
}
