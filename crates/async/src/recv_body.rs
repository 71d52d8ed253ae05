//! What arrives on a stream (RFC 9113 §8.1).

use core::future::poll_fn;
use core::task::{Context, Poll, ready};

use proto::{Bytes, ErrorCode, Part, Role, Side, StreamId, Trailers};

use crate::error::{Error, Kind};
use crate::flavor::{Flavor, Threads};
use crate::handle::Handle;
use crate::local::Machine as _;
use crate::slots::Operation;
use crate::state::State;

/// The content of a message, as it arrives.
///
/// What is not taken is back-pressure: the peer may send no more than the window holds. Dropped
/// before its end, a client's cancels the stream, and a server's lets the rest pass by.
#[derive(Debug)]
pub struct RecvBody<R: Role, F: Flavor = Threads> {
    handle: Handle<R, F>,
    /// A part that was taken together with the head. Boxed like the trailers, for few streams have
    /// any, and all of them hold the place, often more than once.
    next: Option<Box<Part<R>>>,
    trailers: Option<Box<Trailers>>,
}

/// A part, and the one behind it where a head came with all the rest.
pub(crate) type Parts<R> = (Part<R>, Option<Part<R>>);

impl<R: Role, F: Flavor> RecvBody<R, F> {
    pub(crate) fn new(handle: Handle<R, F>, next: Option<Part<R>>) -> Self {
        let mut body = Self {
            handle,
            next: None,
            trailers: None,
        };
        body.keep(next);
        body
    }

    /// Takes the next piece of the content, uncopied; `None` at the end.
    ///
    /// # Errors
    ///
    /// What ended the stream before its message was whole.
    pub async fn data(&mut self) -> Result<Option<Bytes>, Error> {
        poll_fn(|cx| self.poll_data(cx)).await
    }

    /// Takes the next piece of the content, if one is there.
    ///
    /// # Errors
    ///
    /// What ended the stream before its message was whole.
    pub fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Error>> {
        while !self.handle.is_done {
            match ready!(self.poll_part(cx))? {
                Part::Data(data) if !data.is_empty() => return Poll::Ready(Ok(Some(data))),
                Part::Trailers(trailers) => self.trailers = Some(Box::new(trailers)),
                _ => {}
            }
        }
        Poll::Ready(Ok(None))
    }

    /// Takes all that is left of the content.
    ///
    /// # Errors
    ///
    /// Those of [`data`](Self::data), and that there are more than `limit` octets.
    pub async fn bytes(mut self, limit: usize) -> Result<Bytes, Error> {
        let first = self.data().await?.unwrap_or_default();
        if first.len() > limit {
            return Err(Kind::TooLong(limit).into());
        }
        let Some(second) = self.data().await? else {
            return Ok(first);
        };
        let mut all = first.to_vec();
        let mut next = Some(second);
        while let Some(piece) = next {
            if piece.len() > limit - all.len() {
                return Err(Kind::TooLong(limit).into());
            }
            all.extend_from_slice(&piece);
            next = self.data().await?;
        }
        Ok(all.into())
    }

    /// Takes the trailers, which are there once the content has ended, if the peer sent any.
    pub fn trailers(&mut self) -> Option<Trailers> {
        self.trailers.take().map(|trailers| *trailers)
    }

    /// Says whether all of the content was taken. True at once where there is none.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.handle.is_done
    }

    /// Ends the stream at once (RFC 9113 §6.4).
    pub fn reset(self, code: ErrorCode) {
        self.handle.reset(code);
    }

    /// The stream.
    #[cfg(feature = "http-body")]
    pub(crate) const fn handle(&self) -> &Handle<R, F> {
        &self.handle
    }

    /// Says whether there is nothing more to be had, trailers included.
    #[cfg(feature = "http-body")]
    pub(crate) const fn is_spent(&self) -> bool {
        self.handle.is_done && self.next.is_none() && self.trailers.is_none()
    }

    /// The hold on the stream, where nothing more is to be had of it.
    pub(crate) fn spent_handle(&mut self) -> Option<&mut Handle<R, F>> {
        self.handle.is_done.then_some(&mut self.handle)
    }

    /// Takes the next part, if one is there.
    pub(crate) fn poll_part(&mut self, cx: &mut Context<'_>) -> Poll<Result<Part<R>, Error>> {
        if let Some(part) = self.next.take() {
            return Poll::Ready(Ok(*part));
        }
        let attempt = |state: &mut State<R, F>, id| state.take_parts(id).transpose();
        let (part, next) = ready!(self.handle.poll(cx, Operation::Recv, attempt))?;
        self.handle.is_done |= matches!(part, Part::End);
        self.keep(next);
        Poll::Ready(Ok(part))
    }

    fn keep(&mut self, next: Option<Part<R>>) {
        self.handle.is_done |= matches!(next, Some(Part::End));
        self.next = next.filter(|part| !matches!(part, Part::End)).map(Box::new);
    }
}

impl<R: Role, F: Flavor> State<R, F> {
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

impl<R: Role, F: Flavor> Drop for RecvBody<R, F> {
    fn drop(&mut self) {
        if self.handle.is_done {
            return;
        }
        match R::SIDE {
            Side::Client => self.handle.reset(ErrorCode::CANCEL),
            // RFC 9113 §8.1: a response may be whole before its request is.
            Side::Server => self
                .handle
                .act_soon(|stream| stream.stop(ErrorCode::NO_ERROR)),
        }
    }
}
