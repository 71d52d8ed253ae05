//! What arrives on a stream (RFC 9113 §8.1).

use core::time::Duration;
use std::io::{self, Read};

use proto::{Bytes, ErrorCode, Part, Role, Side, StreamId, Trailers};

use crate::error::{Error, Kind};
use crate::handle::Handle;
use crate::state::State;

/// The content of a message, as it arrives.
///
/// What is not taken is back-pressure: the peer may send no more than the window holds. Dropped
/// before its end, a client's cancels the stream, and a server's lets the rest pass by.
#[derive(Debug)]
pub struct RecvBody<R: Role> {
    handle: Handle<R>,
    /// A part that was taken together with the head.
    next: Option<Part<R>>,
    /// What [`Read`] has not given out yet.
    rest: Bytes,
    trailers: Option<Trailers>,
    is_ended: bool,
    /// How long one wait may take.
    patience: Option<Duration>,
}

/// A part, and the one behind it where a head came with all the rest.
pub(crate) type Parts<R> = (Part<R>, Option<Part<R>>);

impl<R: Role> RecvBody<R> {
    pub(crate) fn new(handle: Handle<R>, next: Option<Part<R>>) -> Self {
        let mut body = Self {
            handle,
            next: None,
            rest: Bytes::new(),
            trailers: None,
            is_ended: false,
            patience: None,
        };
        body.keep(next);
        body
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
        while !self.is_ended {
            match self.part()? {
                Part::Data(data) if !data.is_empty() => return Ok(Some(data)),
                Part::Trailers(trailers) => self.trailers = Some(trailers),
                _ => {}
            }
        }
        Ok(None)
    }

    /// Takes all that is left of the content.
    ///
    /// # Errors
    ///
    /// Those of [`data`](Self::data), and that there are more than `limit` octets.
    pub fn bytes(mut self, limit: usize) -> Result<Bytes, Error> {
        let first = self.data()?.unwrap_or_default();
        if first.len() > limit {
            return Err(Kind::TooLong(limit).into());
        }
        let Some(second) = self.data()? else {
            return Ok(first);
        };
        let mut all = first.to_vec();
        let mut next = Some(second);
        while let Some(piece) = next {
            if piece.len() > limit - all.len() {
                return Err(Kind::TooLong(limit).into());
            }
            all.extend_from_slice(&piece);
            next = self.data()?;
        }
        Ok(all.into())
    }

    /// Says whether the stream ended before both messages were whole. What came before can still be
    /// taken.
    #[must_use]
    pub fn is_canceled(&self) -> bool {
        self.handle.finished().is_some_and(|result| result.is_err())
    }

    /// Takes the trailers, which are there once the content has ended, if the peer sent any.
    pub fn trailers(&mut self) -> Option<Trailers> {
        self.trailers.take()
    }

    /// Says whether all of the content was taken. True at once where there is none.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.is_ended && self.rest.is_empty()
    }

    /// The request is of no use to anybody once this is gone, if its answer is whole.
    #[cfg(feature = "http")]
    pub(crate) fn own_upload(&mut self) {
        self.handle.ends_upload = true;
    }

    /// The hold on the stream, where nothing more is to be had of it.
    pub(crate) fn spent_handle(&mut self) -> Option<&mut Handle<R>> {
        self.is_ended.then_some(&mut self.handle)
    }

    /// Takes the next part; waits for it.
    pub(crate) fn part(&mut self) -> Result<Part<R>, Error> {
        if let Some(part) = self.next.take() {
            return Ok(part);
        }
        let (part, next) = self
            .handle
            .wait_within(self.patience, |state, id| state.take_parts(id).transpose())?;
        self.is_ended |= matches!(part, Part::End);
        self.keep(next);
        Ok(part)
    }

    fn keep(&mut self, next: Option<Part<R>>) {
        self.is_ended |= matches!(next, Some(Part::End));
        self.next = next.filter(|part| !matches!(part, Part::End));
    }
}

#[cfg(feature = "http")]
impl RecvBody<proto::Server> {
    /// Sends an informational response ahead of the final one.
    pub(crate) fn inform(&self, response: proto::Response) -> Result<(), Error> {
        self.handle.act(|stream| stream.inform(response))
    }

    /// Says whether something of the content is there already, or its end.
    pub(crate) fn has_begun(&self) -> bool {
        let has_arrived = || {
            let untaken = |stream: &mut proto::StreamMut<'_, _>| {
                let untaken = stream.as_ref().map_or(0, |stream| stream.untaken());
                Ok(untaken > 0 || stream.is_ended())
            };
            self.handle.prepare(untaken).unwrap_or(true)
        };
        self.is_ended || self.next.is_some() || !self.rest.is_empty() || has_arrived()
    }
}

impl<R: Role> State<R> {
    /// Takes the next part of a stream; with a head that came with all the rest, two.
    pub(crate) fn take_parts(&mut self, id: StreamId) -> Result<Option<Parts<R>>, Error> {
        let mut stream = match self.machine.connection().stream_mut(id) {
            Ok(stream) => stream,
            Err(error) => return Err(self.refusal(id, error)),
        };
        let part = match stream.recv() {
            Ok(None) => return Ok(None),
            Ok(Some(part)) => part,
            Err(error) => return Err(self.stream_error(error)),
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

impl<R: Role> Drop for RecvBody<R> {
    fn drop(&mut self) {
        if self.is_ended {
            return;
        }
        match R::SIDE {
            Side::Client => self.handle.reset(ErrorCode::CANCEL),
            // RFC 9113 §8.1: a response may be whole before its request is.
            Side::Server => {
                let _ = self.handle.act(|stream| stream.stop(ErrorCode::NO_ERROR));
            }
        }
    }
}
