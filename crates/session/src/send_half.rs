//! The half of a stream that sends (RFC 9113 §8.1).

use core::task::{Context, Poll};

use proto::{
    Blame, Bytes, ErrorCode, Response, Role, Server, Side, StreamMut, Trailers, UserError,
};

use crate::error::Error;
use crate::recv_half::RecvHalf;
use crate::report::Report;
use crate::stream_handle::StreamHandle;

/// The half of a stream that sends. Dropped before the message is whole, it resets the stream: a client's
/// with CANCEL, a server's with INTERNAL_ERROR.
#[derive(Debug)]
pub struct SendHalf<R: Role>(StreamHandle<R>, Report);

impl<R: Role> SendHalf<R> {
    pub(crate) fn new(handle: StreamHandle<R>) -> Self {
        Self(handle, Report::default())
    }

    /// The stream.
    #[must_use]
    pub const fn handle(&self) -> &StreamHandle<R> {
        &self.0
    }

    /// What becomes of the exchange, to which the adapter says how its handler has ended; of a client's, nobody
    /// hears.
    #[must_use]
    pub fn report(&self) -> Report {
        self.1.clone()
    }

    /// Ends nothing of its own when it is dropped early: only the last handle on the stream does.
    #[must_use]
    pub const fn passive(mut self) -> Self {
        self.0.is_passive = true;
        self
    }

    /// Queues content, whether there is capacity or not.
    ///
    /// # Errors
    ///
    /// What ended the stream, or that it is more than `content-length` says.
    pub fn send_data(&self, data: Bytes) -> Result<(), Error> {
        self.1.refused(self.0.send_data(data))
    }

    /// Waits for capacity; returns how many octets can be queued before there is none.
    ///
    /// # Errors
    ///
    /// What ended the stream.
    pub fn poll_capacity(&self, cx: &mut Context<'_>) -> Poll<Result<usize, Error>> {
        self.0.poll_capacity(cx)
    }

    /// Waits for capacity, and queues content in the very turn in which there is some: see
    /// [`StreamHandle::poll_send`].
    ///
    /// # Errors
    ///
    /// What ended the stream, or that it is more than `content-length` says.
    pub fn poll_send(
        &self,
        cx: &mut Context<'_>,
        content: impl FnOnce(usize) -> Bytes,
    ) -> Poll<Result<(), Error>> {
        let sent = self.0.poll_send(cx, content);
        sent.map(|sent| self.1.refused(sent))
    }

    /// Waits until nobody takes the message any more, because the peer reset the stream, needs no more
    /// of it, or the connection is lost; returns why.
    pub fn poll_over(&self, cx: &mut Context<'_>) -> Poll<Error> {
        self.0.poll_over(cx)
    }

    /// Ends the message, with a last piece and with trailers where there are any.
    ///
    /// # Errors
    ///
    /// What ended the stream, that the content is not as long as `content-length` says, that the
    /// trailers are malformed.
    pub fn finish(self, content: Bytes, trailers: Option<Trailers>) -> Result<(), Error> {
        self.finish_with(None, |stream| say_rest(stream, content, trailers))
    }

    /// Ends the message and stays: for what ends its writing and is dropped later. A second call does
    /// nothing.
    ///
    /// # Errors
    ///
    /// Those of [`finish`](Self::finish).
    pub fn end(&mut self) -> Result<(), Error> {
        if self.0.is_done {
            return Ok(());
        }
        match self.0.end() {
            // A server may answer before the request is whole, and ask for no more of it.
            Err(error) if R::SIDE == Side::Client && error.is_no_error_reset() => {}
            ended => self.1.refused(ended)?,
        }
        self.0.is_done = true;
        Ok(())
    }

    /// Says the rest of the message, its end included, and releases the other half, where that is done
    /// with.
    fn finish_with(
        mut self,
        other: Option<&mut StreamHandle<R>>,
        say: impl FnOnce(&mut StreamMut<'_, R>) -> Result<(), UserError>,
    ) -> Result<(), Error> {
        if self.0.is_done {
            return Ok(());
        }
        let result = act_last(&mut self.0, other, say);
        match result {
            // A server may answer before the request is whole, and ask for no more of it.
            Err(error) if R::SIDE == Side::Client && error.is_no_error_reset() => {}
            // Less than was promised: whoever waits for the response is told.
            Err(error) if R::SIDE == Side::Client && error.blame() == Blame::Local => {
                self.0.fail(ErrorCode::CANCEL, error.clone());
                self.1.refused(Err(error))?;
            }
            result => self.1.refused(result)?,
        }
        self.0.is_done = true;
        Ok(())
    }

    /// Ends the stream at once.
    pub fn reset(mut self, code: ErrorCode) {
        self.0.is_done = true;
        self.0.reset(code);
    }
}

impl SendHalf<Server> {
    /// Begins the answer; content follows, where it may: where there is none for such a request or
    /// status, the answer is whole with its head, and what is sent after it goes nowhere
    /// ([`StreamMut::begin_answer`]). Returns whether content may follow.
    ///
    /// # Errors
    ///
    /// That the response is malformed, or what ended the stream.
    pub fn respond(&self, response: Response) -> Result<bool, Error> {
        let begun = self.0.act(|stream| stream.begin_answer(response, None));
        self.1.refused(begun)
    }

    /// Begins the answer with a first piece of its content, in one turn, as [`respond`](Self::respond) does.
    ///
    /// # Errors
    ///
    /// That the response is malformed, or what ended the stream, or that it is more than `content-length`
    /// says.
    pub fn respond_with(&self, response: Response, first: Bytes) -> Result<(), Error> {
        let begun = self.0.act(|stream| {
            stream.begin_answer(response, None)?;
            stream.send_data(first)
        });
        self.1.refused(begun)
    }

    pub(crate) fn report_to(&mut self, report: Report) {
        self.1 = report;
    }

    /// Sends an informational response ahead of the final one (RFC 9110 §15.2).
    ///
    /// # Errors
    ///
    /// That it is malformed or not informational, that the final one was sent, what ended the stream.
    pub fn inform(&self, response: Response) -> Result<(), Error> {
        self.1.refused(self.0.inform(response))
    }

    /// Answers whole, in one turn, with the half that received, too, if all of it was taken. The length of
    /// the content is said, where it may be and is not, and content that may not follow goes nowhere
    /// ([`StreamMut::answer`]).
    ///
    /// # Errors
    ///
    /// That the response or the trailers are malformed, or what ended the stream.
    pub fn reply(
        self,
        received: Option<&mut RecvHalf<Server>>,
        response: Response,
        content: Bytes,
        trailers: Option<Trailers>,
    ) -> Result<(), Error> {
        let other = received.and_then(RecvHalf::spent_handle);
        self.finish_with(other, |stream| match trailers {
            None => stream.answer(response, content),
            Some(trailers) => {
                stream.begin_answer(response, u64::try_from(content.len()).ok())?;
                say_rest(stream, content, Some(trailers))
            }
        })
    }
}

/// Says content and trailers where there are any, and the end.
fn say_rest<R: Role>(
    stream: &mut StreamMut<'_, R>,
    content: Bytes,
    trailers: Option<Trailers>,
) -> Result<(), UserError> {
    if !content.is_empty() {
        stream.send_data(content)?;
    }
    match trailers {
        Some(trailers) => stream.send_trailers(trailers),
        None => stream.end(),
    }
}

/// Does the last thing with a stream, and releases it in the same turn if that succeeds, of the other
/// half, too, where that is done with.
fn act_last<R: Role>(
    handle: &mut StreamHandle<R>,
    other: Option<&mut StreamHandle<R>>,
    action: impl FnOnce(&mut StreamMut<'_, R>) -> Result<(), UserError>,
) -> Result<(), Error> {
    let (id, has_other) = (handle.id(), other.is_some());
    handle.session().act(|locked| {
        locked.with(id, action)?;
        if has_other {
            locked.holder_dropped(id);
        }
        locked.sender_dropped(id);
        Ok(())
    })?;
    handle.is_gone = true;
    if let Some(other) = other {
        other.is_gone = true;
    }
    Ok(())
}

impl<R: Role> Drop for SendHalf<R> {
    fn drop(&mut self) {
        if !self.0.is_done && !self.0.is_passive {
            self.1.cut();
            self.0.give_up(match R::SIDE {
                Side::Client => ErrorCode::CANCEL,
                Side::Server => ErrorCode::INTERNAL_ERROR,
            });
        }
    }
}
