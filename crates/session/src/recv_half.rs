//! The half of a stream that receives (RFC 9113 §8.1).

use alloc::boxed::Box;
use core::mem;
use core::task::{Context, Poll, ready};

use proto::{Bytes, ErrorCode, Part, Role, Server, Side, StreamId, StreamMut, Trailers};

use crate::entries::Interest;
use crate::error::Error;
use crate::locked::Locked;
use crate::stream_handle::StreamHandle;

/// The half of a stream that receives.
///
/// What is not taken is back-pressure: the peer may send no more than the window holds. Dropped
/// before its end, a client's cancels the stream, and a server's lets the rest pass by.
#[derive(Debug)]
pub struct RecvHalf<R: Role> {
    handle: StreamHandle<R>,
    /// Content that was taken together with the head, or that there was no space for.
    data: Bytes,
    /// Another part that was taken together with the head. Boxed like the trailers, for few streams have
    /// any, and all of them hold the place, often more than once.
    next: Option<Box<Part<R>>>,
    trailers: Option<Box<Trailers>>,
}

/// A part, and the one behind it where a head came with all the rest.
pub(crate) type Parts<R> = (Part<R>, Option<Part<R>>);

impl<R: Role> RecvHalf<R> {
    pub(crate) fn new(handle: StreamHandle<R>, next: Option<Part<R>>) -> Self {
        let mut half = Self {
            handle,
            data: Bytes::new(),
            next: None,
            trailers: None,
        };
        half.keep(next);
        half
    }

    /// The stream.
    #[must_use]
    pub const fn handle(&self) -> &StreamHandle<R> {
        &self.handle
    }

    /// Ends nothing of its own when it is dropped early: only the last handle on the stream does.
    #[must_use]
    pub const fn passive(mut self) -> Self {
        self.handle.is_passive = true;
        self
    }

    /// Takes the next part of the message, if one is there.
    ///
    /// # Errors
    ///
    /// What ended the stream before its message was whole.
    pub fn poll_part(&mut self, cx: &mut Context<'_>) -> Poll<Result<Part<R>, Error>> {
        if !self.data.is_empty() {
            return Poll::Ready(Ok(Part::Data(mem::take(&mut self.data))));
        }
        if let Some(part) = self.next.take() {
            return Poll::Ready(Ok(*part));
        }
        if self.handle.is_done {
            return Poll::Ready(Ok(Part::End));
        }
        let attempt = |locked: &mut Locked<R>, id| locked.take_parts(id).transpose();
        let polled = self.handle.poll(cx, Interest::Recv, attempt);
        if polled.is_pending() {
            // RFC 9110 §10.1.1: whoever has content already needs not ask for it.
            self.invite_now();
        }
        let (part, next) = ready!(polled)?;
        self.handle.is_done |= matches!(part, Part::End);
        self.keep(next);
        Poll::Ready(Ok(part))
    }

    /// Takes the next piece of the content, uncopied, if one is there; `None` at the end. A head that
    /// was not taken before is passed over.
    ///
    /// # Errors
    ///
    /// What ended the stream before its message was whole.
    pub fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Error>> {
        while !self.is_spent_of_parts() {
            match ready!(self.poll_part(cx))? {
                Part::Data(data) if !data.is_empty() => return Poll::Ready(Ok(Some(data))),
                Part::Trailers(trailers) => self.trailers = Some(Box::new(trailers)),
                _ => {}
            }
        }
        Poll::Ready(Ok(None))
    }

    /// Reads some octets of the content, if some are there; 0 is the end, or that there is no space. What
    /// there is no space for comes next, however that is taken.
    ///
    /// # Errors
    ///
    /// What ended the stream before its message was whole.
    pub fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<Result<usize, Error>> {
        if into.is_empty() {
            return Poll::Ready(Ok(0));
        }
        if self.data.is_empty() {
            let Some(data) = ready!(self.poll_data(cx))? else {
                return Poll::Ready(Ok(0));
            };
            self.data = data;
        }
        Poll::Ready(Ok(take(&mut self.data, into)))
    }

    /// Takes the trailers, if the peer sent any, and `None` otherwise. Content that was not taken before
    /// is waited for, and dropped.
    ///
    /// # Errors
    ///
    /// What ended the stream before its message was whole.
    pub fn poll_trailers(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Trailers>, Error>> {
        while ready!(self.poll_data(cx))?.is_some() {}
        Poll::Ready(Ok(self.trailers()))
    }

    /// Takes the trailers, which are there once the content has ended, if the peer sent any.
    pub fn trailers(&mut self) -> Option<Trailers> {
        self.trailers.take().map(|trailers| *trailers)
    }

    /// Says whether all of the content was taken. True at once where there is none.
    #[must_use]
    pub const fn is_ended(&self) -> bool {
        self.is_spent_of_parts()
    }

    /// Says whether there is nothing more to take, trailers included.
    #[must_use]
    pub const fn is_spent(&self) -> bool {
        self.is_spent_of_parts() && self.trailers.is_none()
    }

    const fn is_spent_of_parts(&self) -> bool {
        self.handle.is_done && self.next.is_none() && self.data.is_empty()
    }

    /// Ends the stream at once (RFC 9113 §6.4).
    pub fn reset(self, code: ErrorCode) {
        self.handle.reset(code);
    }

    /// The request is of no use to anybody once this is gone, if its answer is whole by then: what
    /// still sends it is told to end (RFC 9113 §8.1).
    pub const fn own_upload(&mut self) {
        self.handle.own_upload();
    }

    /// It was never counted among the holders of its stream.
    pub(crate) const fn hold_nothing(&mut self) {
        self.handle.is_gone = true;
    }

    /// The handle, where nothing more is to be taken, and it holds the stream.
    pub(crate) const fn spent_handle(&mut self) -> Option<&mut StreamHandle<R>> {
        if self.handle.is_done && !self.handle.is_gone {
            Some(&mut self.handle)
        } else {
            None
        }
    }

    fn invite_now(&mut self) {
        if self.handle.take_word() {
            // Once the final response has begun, or the stream is over, the peer needs no such word.
            let _ = self.handle.act(|stream| stream.invite());
        }
    }

    fn keep(&mut self, next: Option<Part<R>>) {
        match next {
            Some(Part::End) => self.handle.is_done = true,
            Some(Part::Data(data)) => self.data = data,
            next => self.next = next.map(Box::new),
        }
    }
}

/// Takes as much of a piece as there is space for.
fn take(data: &mut Bytes, into: &mut [u8]) -> usize {
    let count = data.len().min(into.len());
    let piece = data.split_to(count);
    if let Some(into) = into.get_mut(..count) {
        into.copy_from_slice(&piece);
    }
    count
}

impl RecvHalf<Server> {
    /// The client waits for a word before it sends content: it gets a 100 (Continue) when content is first
    /// asked for and none is there (RFC 9110 §10.1.1), or by [`invite`](Self::invite).
    pub(crate) const fn await_word(&mut self) {
        self.handle.await_word();
    }

    /// Says that content is welcome, where the client waits for that and none has come
    /// (RFC 9110 §10.1.1): what is first read does so by itself, and this is for whoever answers before he
    /// reads.
    pub fn invite(&mut self) {
        let has_come = |stream: &mut StreamMut<'_, Server>| {
            let untaken = stream.as_ref().map_or(0, |stream| stream.untaken());
            Ok(untaken > 0 || stream.is_ended())
        };
        if self.handle.is_word_due() && !self.handle.act(has_come).unwrap_or(true) {
            self.invite_now();
        }
        self.handle.take_word();
    }
}

impl<R: Role> Locked<R> {
    /// Takes the next part of a stream; with a head that came with all the rest, two.
    pub(crate) fn take_parts(&mut self, id: StreamId) -> Result<Option<Parts<R>>, Error> {
        let mut stream = match self.machine.connection().stream_mut(id) {
            Ok(stream) => stream,
            Err(error) => return Err(self.refusal(id, error)),
        };
        let part = match stream.recv() {
            Ok(None) => return Ok(None),
            Ok(Some(part)) => part,
            Err(error) => return Err(self.stream_error(id, error)),
        };
        let is_whole = matches!(part, Part::Head(_)) && stream.is_ended();
        // An error is there again when the next part is asked for.
        let next = if is_whole {
            stream.recv().ok().flatten()
        } else {
            None
        };
        Ok(Some((part, next)))
    }
}

impl<R: Role> Drop for RecvHalf<R> {
    fn drop(&mut self) {
        if self.handle.is_done || self.handle.is_passive {
            return;
        }
        match R::SIDE {
            Side::Client => self.handle.reset(ErrorCode::CANCEL),
            // RFC 9113 §8.1: a response may be whole before its request is.
            Side::Server => self.handle.stop(ErrorCode::NO_ERROR),
        }
    }
}
