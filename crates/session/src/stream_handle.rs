//! A handle on a stream: it does what the stream's halves are made of.

use core::fmt;
use core::task::{Context, Poll};

use proto::{
    Bytes, ErrorCode, Phase, Response, Role, Server, Side, StreamId, StreamMut, StreamRef,
    Trailers, UserError,
};

use crate::entries::Interest;
use crate::error::Error;
use crate::locked::Locked;
use crate::session::Session;

/// A handle on a stream, which knows no halves. When the last is dropped, so is the stream: what is not
/// whole is canceled, but for a server whose answer is, which asks to be spared the rest
/// (RFC 9113 §8.1).
///
/// [`SendHalf`](crate::SendHalf) and [`RecvHalf`](crate::RecvHalf) are such handles that end their own
/// half when they are dropped.
pub struct StreamHandle<R: Role> {
    session: Session<R>,
    id: StreamId,
    /// It released it already.
    pub(crate) is_gone: bool,
    /// The message is whole that its holder takes or sends: kept here, where there is space for it.
    pub(crate) is_done: bool,
    /// Of a client's: whoever has this handle is all that cares for the request, which something else sends:
    /// where the answer is whole by the time that it is gone, no more is sent (RFC 9113 §8.1). Of a server's:
    /// the client waits for a word before it sends content (RFC 9110 §10.1.1). One octet more would be eight.
    note: bool,
    /// Its half ends nothing of its own.
    pub(crate) is_passive: bool,
}

impl<R: Role> StreamHandle<R> {
    /// Takes a stream whose holder is counted already.
    pub(crate) const fn new(session: Session<R>, id: StreamId) -> Self {
        Self {
            session,
            id,
            is_gone: false,
            is_done: false,
            note: false,
            is_passive: false,
        }
    }

    /// Nobody but the holder of this handle cares for the request.
    pub(crate) const fn own_upload(&mut self) {
        self.note = true;
    }

    /// Which stream it is.
    #[must_use]
    pub const fn id(&self) -> StreamId {
        self.id
    }

    /// The connection that the stream is on.
    #[must_use]
    pub const fn session(&self) -> &Session<R> {
        &self.session
    }

    /// Makes another handle on the stream.
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn again(&self) -> Result<Self, Error> {
        self.session.act(|locked| {
            if let Some(entry) = locked.entry(self.id) {
                entry.holders.hold();
            }
            Ok(())
        })?;
        Ok(Self::new(self.session.clone(), self.id))
    }

    /// Queues content, whether there is capacity or not.
    ///
    /// # Errors
    ///
    /// What ended the stream, that it is more than `content-length` says,
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn send_data(&self, data: Bytes) -> Result<(), Error> {
        self.act(|stream| stream.send_data(data))
    }

    /// Queues trailers, which end the message.
    ///
    /// # Errors
    ///
    /// What ended the stream, that they are malformed, [`is_reentrant`](Error::is_reentrant).
    pub fn send_trailers(&self, trailers: Trailers) -> Result<(), Error> {
        self.act(|stream| stream.send_trailers(trailers))
    }

    /// Says that the message is whole.
    ///
    /// # Errors
    ///
    /// What ended the stream, that the content is shorter than `content-length` says,
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn end(&self) -> Result<(), Error> {
        self.act(|stream| stream.end())
    }

    /// Waits for capacity; returns how many octets can be queued before there is none.
    ///
    /// # Errors
    ///
    /// What ended the stream.
    pub fn poll_capacity(&self, cx: &mut Context<'_>) -> Poll<Result<usize, Error>> {
        self.poll(cx, Interest::Send, |locked, id| {
            let capacity = locked.with(id, |stream| {
                // A stream that ended says so, instead of having no capacity for ever.
                running(stream)?;
                Ok(stream.capacity())
            });
            Some(capacity).filter(|capacity| !matches!(capacity, Ok(0)))
        })
    }

    /// Waits for capacity, and queues content in the very turn in which there is some. `content` is asked
    /// for it, with how many octets can be queued before there is no capacity, in the middle of that turn:
    /// it may give more.
    ///
    /// # Errors
    ///
    /// What ended the stream, that it is more than `content-length` says,
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn poll_send(
        &self,
        cx: &mut Context<'_>,
        content: impl FnOnce(usize) -> Bytes,
    ) -> Poll<Result<(), Error>> {
        self.poll(cx, Interest::Send, |locked, id| {
            let sent = locked.with(id, |stream| {
                running(stream)?;
                match stream.capacity() {
                    0 => Ok(false),
                    capacity => stream.send_data(content(capacity)).map(|()| true),
                }
            });
            match sent {
                Ok(false) => None,
                Ok(true) => Some(Ok(())),
                Err(error) => Some(Err(error)),
            }
        })
    }

    /// Waits until nothing more can be said on the stream; returns why.
    pub fn poll_over(&self, cx: &mut Context<'_>) -> Poll<Error> {
        let polled = self.poll(cx, Interest::Send, |locked, id| {
            let why = locked.with(id, over).err();
            why.map(Err::<(), _>)
        });
        polled.map(|outcome| outcome.err().unwrap_or_else(Error::closed))
    }

    /// Waits until the peer, or the end of the connection, has ended the stream before its time; returns
    /// with which code, or what ended the connection. A stream that ends in good order is pending.
    ///
    /// # Errors
    ///
    /// What ended the connection.
    pub fn poll_reset(&self, cx: &mut Context<'_>) -> Poll<Result<ErrorCode, Error>> {
        self.poll(cx, Interest::Send, |locked, id| {
            let error = locked.result(id)?.err()?;
            let error = locked.stream_error(id, error);
            Some(error.reason().ok_or(error))
        })
    }

    /// Ends the stream at once, if it still runs (RFC 9113 §6.4).
    pub fn reset(&self, code: ErrorCode) {
        let id = self.id;
        self.session.act_soon(move |locked| locked.reset(id, code));
    }

    /// Ends the stream at once, unless our own message is whole.
    pub(crate) fn give_up(&self, code: ErrorCode) {
        let id = self.id;
        self.session.act_soon(move |locked| {
            let is_whole = |stream: StreamRef<'_>| stream.sending() == Phase::Ended;
            if !locked.machine.connection().stream(id).is_some_and(is_whole) {
                locked.reset(id, code);
            }
        });
    }

    /// Asks the peer to send no more, once our own message is whole (RFC 9113 §8.1).
    pub fn stop(&self, code: ErrorCode) {
        let id = self.id;
        self.session.act_soon(move |locked| {
            // A stream that ended already needs no more.
            let _ = locked.with(id, |stream| stream.stop(code));
        });
    }

    /// Resets the stream because content of ours failed, and keeps why for whoever waits for the other
    /// direction.
    pub fn fail(&self, code: ErrorCode, cause: Error) {
        let id = self.id;
        self.session.act_soon(move |locked| {
            if let Some(entry) = locked.entry(id) {
                entry.cause = Some(Box::new(cause));
            }
            locked.reset(id, code);
        });
    }

    /// Returns the credit of octets that were taken, where the configuration leaves that to the
    /// application ([`Credit::Manual`](proto::Credit::Manual)); `false` where the stream has left, with
    /// which it went back.
    ///
    /// # Errors
    ///
    /// That more is returned than was taken, [`is_reentrant`](Error::is_reentrant).
    pub fn release_credit(&self, octets: u32) -> Result<bool, Error> {
        self.session.act(|locked| {
            let connection = locked.machine.connection();
            let outcome = connection
                .stream_mut(self.id)
                .and_then(|mut stream| stream.release_credit(octets));
            match outcome {
                Ok(()) => Ok(true),
                Err(UserError::UnknownStream) => Ok(false),
                Err(error) => Err(error.into()),
            }
        })
    }

    /// Looks at the stream; `None` once it has left.
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn look<T>(&self, look: impl FnOnce(StreamRef<'_>) -> T) -> Result<Option<T>, Error> {
        self.session
            .act(|locked| Ok(locked.machine.connection().stream(self.id).map(look)))
    }

    /// Does something with the stream.
    ///
    /// # Errors
    ///
    /// Why it was refused, [`is_reentrant`](Error::is_reentrant).
    pub fn act<T>(
        &self,
        action: impl FnOnce(&mut StreamMut<'_, R>) -> Result<T, UserError>,
    ) -> Result<T, Error> {
        self.session.act(|locked| locked.with(self.id, action))
    }

    /// Attempts something; has the task woken when it is worth another attempt.
    pub(crate) fn poll<T>(
        &self,
        cx: &mut Context<'_>,
        interest: Interest,
        attempt: impl FnOnce(&mut Locked<R>, StreamId) -> Option<Result<T, Error>>,
    ) -> Poll<Result<T, Error>> {
        self.session.poll(|locked| match attempt(locked, self.id) {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                locked.park(self.id, interest, cx.waker());
                Poll::Pending
            }
        })
    }
}

impl<R: Role> StreamHandle<R> {
    /// Says whether the client waits for a word, and that it does no more.
    pub(crate) fn take_word(&mut self) -> bool {
        R::SIDE == Side::Server && core::mem::take(&mut self.note)
    }

    /// Says whether the client waits for a word.
    pub(crate) fn is_word_due(&self) -> bool {
        R::SIDE == Side::Server && self.note
    }

    /// The client waits for a word.
    pub(crate) const fn await_word(&mut self) {
        self.note = true;
    }
}

impl StreamHandle<Server> {
    /// Begins the answer as it is given; content may follow. [`SendHalf::respond`](crate::SendHalf::respond)
    /// sees to what HEAD and some statuses mean for it.
    ///
    /// # Errors
    ///
    /// That the response is malformed, what ended the stream, [`is_reentrant`](Error::is_reentrant).
    pub fn respond(&self, response: Response) -> Result<(), Error> {
        self.act(|stream| stream.respond(response))
    }

    /// Sends an informational response ahead of the final one (RFC 9110 §15.2).
    ///
    /// # Errors
    ///
    /// That it is malformed or not informational, that the final one was sent, what ended the stream,
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn inform(&self, response: Response) -> Result<(), Error> {
        self.act(|stream| stream.inform(response))
    }
}

/// Says what ended the stream, if something did.
pub(crate) fn running<R: Role>(stream: &mut StreamMut<'_, R>) -> Result<(), UserError> {
    let is_over = |stream: StreamRef<'_>| stream.result().is_some();
    if stream.as_ref().is_none_or(is_over) {
        stream.send_data(Bytes::new())?;
    }
    Ok(())
}

/// The same, also of an answer without content, on whose stream more may be said for nobody.
fn over<R: Role>(stream: &mut StreamMut<'_, R>) -> Result<(), UserError> {
    running(stream)?;
    match stream.as_ref().and_then(|stream| stream.result()) {
        Some(_) => Err(UserError::StreamClosed),
        None => Ok(()),
    }
}

impl<R: Role> Drop for StreamHandle<R> {
    fn drop(&mut self) {
        if !self.is_gone {
            let (id, ends_upload) = (self.id, self.note && R::SIDE == Side::Client);
            self.session.act_soon(move |locked| {
                if ends_upload {
                    locked.end_upload(id);
                }
                locked.holder_dropped(id);
            });
        }
    }
}

impl<R: Role> fmt::Debug for StreamHandle<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StreamHandle").field(&self.id).finish()
    }
}
