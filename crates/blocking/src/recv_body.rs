//! What arrives on a stream (RFC 9113 §8.1).

use core::task::{Context, Poll};
use core::time::Duration;
use std::io::{self, Read};
use std::time::Instant;

use proto::{Bytes, ErrorCode, Role, Server, Trailers};
use session::{Error, Gathered, RecvHalf};

use crate::current::Number;
use crate::wait::wait;

/// The content of a message, as it arrives.
///
/// What is not taken is back-pressure: the peer may send no more than the window holds. Dropped
/// before its end, a client's cancels the stream, and a server's lets the rest pass by.
#[derive(Debug)]
pub struct RecvBody<R: Role> {
    half: RecvHalf<R>,
    number: Number,
    /// When the exchange must have ended.
    until: Option<Instant>,
    /// What [`Read`] has not given out yet.
    rest: Bytes,
    /// How long one wait may take.
    patience: Option<Duration>,
}

impl<R: Role> RecvBody<R> {
    pub(crate) const fn new(half: RecvHalf<R>, number: Number, until: Option<Instant>) -> Self {
        Self {
            half,
            number,
            until,
            rest: Bytes::new(),
            patience: None,
        }
    }

    /// Sets how long one wait for the peer may take; without, it may take for ever, or as long as
    /// the exchange.
    ///
    /// When it took longer, the call fails with [`is_timeout`](Error::is_timeout), and the stream
    /// goes on: try again, answer, or drop the body.
    pub fn set_read_timeout(&mut self, limit: Option<Duration>) {
        self.patience = limit;
    }

    /// Takes the next piece of the content, uncopied; `None` at the end.
    ///
    /// # Errors
    ///
    /// What ended the stream before its message was whole, or a time limit.
    pub fn data(&mut self) -> Result<Option<Bytes>, Error> {
        if !self.rest.is_empty() {
            return Ok(Some(core::mem::take(&mut self.rest)));
        }
        self.wait(RecvHalf::poll_data)
    }

    /// Takes all that is left of the content.
    ///
    /// # Errors
    ///
    /// Those of [`data`](Self::data), and that there are more than `limit` octets.
    pub fn bytes(mut self, limit: usize) -> Result<Bytes, Error> {
        let mut gathered = Gathered::new(limit);
        while let Some(piece) = self.data()? {
            gathered.add(piece)?;
        }
        Ok(gathered.into_bytes())
    }

    /// Says whether the stream ended before both messages were whole. What came before can still be
    /// taken.
    #[must_use]
    pub fn is_canceled(&self) -> bool {
        let is_broken =
            |stream: proto::StreamRef<'_>| stream.result().is_some_and(|result| result.is_err());
        self.half
            .handle()
            .look(is_broken)
            .is_ok_and(|seen| seen.unwrap_or(false))
    }

    /// Takes the trailers, which are there once the content has ended, if the peer sent any.
    pub fn trailers(&mut self) -> Option<Trailers> {
        self.half.trailers()
    }

    /// Says whether all of the content was taken. True at once where there is none.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.half.is_ended() && self.rest.is_empty()
    }

    /// The request is of no use to anybody once this is gone, if its answer is whole.
    #[cfg(feature = "http")]
    pub(crate) const fn own_upload(&mut self) {
        self.half.own_upload();
    }

    /// What is below.
    pub(crate) const fn half_mut(&mut self) -> &mut RecvHalf<R> {
        &mut self.half
    }

    /// Waits for the peer. When the time of the exchange is over, the stream is canceled.
    pub(crate) fn wait<T>(
        &mut self,
        poll: impl FnMut(&mut RecvHalf<R>, &mut Context<'_>) -> Poll<Result<T, Error>>,
    ) -> Result<T, Error> {
        let soon = self
            .patience
            .and_then(|patience| Instant::now().checked_add(patience));
        let until = soon.into_iter().chain(self.until).min();
        let outcome = wait(
            &mut self.half,
            |half| half.handle().session(),
            self.number,
            until,
            poll,
        );
        let is_over = || self.until.is_some_and(|until| until <= Instant::now());
        if outcome.as_ref().is_err_and(Error::is_timeout) && is_over() {
            self.half.handle().reset(ErrorCode::CANCEL);
        }
        outcome?
    }
}

impl RecvBody<Server> {
    /// Says that content is welcome, where the client waits for that and none has come
    /// (RFC 9110 §10.1.1): what is first read does so by itself, and this is for whoever answers before he
    /// reads.
    pub fn invite(&mut self) {
        let half = &mut self.half;
        self.number.hold(|| half.invite());
    }

    /// Sends an informational response ahead of the final one.
    #[cfg(feature = "http")]
    pub(crate) fn inform(&self, response: proto::Response) -> Result<(), Error> {
        self.half.handle().inform(response)
    }
}

impl<R: Role> Read for RecvBody<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        if self.rest.is_empty() {
            match self.data()? {
                Some(data) => self.rest = data,
                None => return Ok(0),
            }
        }
        let count = into.len().min(self.rest.len());
        let piece = self.rest.split_to(count);
        into.iter_mut()
            .zip(&piece)
            .for_each(|(to, from)| *to = *from);
        Ok(count)
    }
}
