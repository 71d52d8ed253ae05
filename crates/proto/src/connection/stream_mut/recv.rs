//! Taking what has arrived (RFC 9113 §6.9.1, RFC 9113 §8.1).

use super::StreamMut;
use crate::connection::{Core, Shared};
use crate::error::{StreamError, UserError};
use crate::event::Part;
use crate::message::{Response, Trailers};
use crate::role::Role;
use crate::role::sealed::Section;
use crate::stream::{Key, Received, Stream};

impl<R: Role> StreamMut<'_, R> {
    /// Takes the next part of the peer's message. `None` means that none has arrived.
    ///
    /// Taking content returns its credit: only now may the peer send as much again.
    ///
    /// # Errors
    ///
    /// Why the message is not whole, after all that did arrive was taken.
    #[doc(alias("RecvStream", "poll_data", "on_data_chunk_recv_callback"))]
    pub fn recv(&mut self) -> Result<Option<Part<R>>, StreamError> {
        Ok(self.core.take_piece(self.key)?.map(part))
    }

    /// Returns the credit of `octets` that were taken, where the configuration leaves that to the
    /// application ([`Credit::Manual`](crate::Credit::Manual)). What is not returned so goes back
    /// when the stream leaves.
    ///
    /// # Errors
    ///
    /// [`UserError::Credit`] for more than was taken and not returned yet,
    /// [`UserError::UnknownStream`] once the stream has left.
    #[doc(alias("release_capacity", "nghttp2_session_consume"))]
    pub fn release_credit(&mut self, octets: u32) -> Result<(), UserError> {
        let released = self.act(|shared, stream| {
            if stream.may_leave() {
                return Err(UserError::UnknownStream);
            }
            stream.release_credit(octets)?;
            shared.credit_taken(stream, octets);
            Ok(())
        });
        released.unwrap_or(Err(UserError::UnknownStream))
    }

    /// Says whether the peer's message is whole: its end was taken, or waits to be.
    #[doc(alias("is_end_stream"))]
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.stream().is_none_or(Stream::is_whole)
    }
}

/// A piece, as the application sees it.
#[inline]
fn part<R: Role>(taken: Received) -> Part<R> {
    match taken {
        Received::Promise(section) | Received::Informational(section) => {
            Part::Informational(Response::from_section(section))
        }
        Received::Head(section) => Part::Head(Section(section).into()),
        Received::Malformed(refusal) => Part::Malformed(refusal.into()),
        Received::Data(data, _) => Part::Data(data.freeze()),
        Received::Kept(data, _) => Part::Data(data),
        Received::Trailers(section) => Part::Trailers(Trailers::from_section(section)),
        Received::End => Part::End,
    }
}

impl Core {
    /// Takes the next piece of the peer's message, for either role: code that is there once.
    fn take_piece(&mut self, key: Key) -> Result<Option<Received>, StreamError> {
        let Some(stream) = self.store.get_mut(key) else {
            return Ok(None);
        };
        let shared = &mut self.shared;
        let taken = shared.streams.take_piece(stream);
        let error = match &taken {
            Some(taken) => {
                shared.note_taken_piece(stream, taken);
                None
            }
            None => shared.take_error(stream),
        };
        let has_left = shared.take_left(stream);
        self.settle(has_left);
        error.map_or(Ok(taken), Err)
    }
}

impl Shared {
    /// Nothing waits: now, or for ever. Says why, if that is so.
    fn take_error(&mut self, stream: &mut Stream) -> Option<StreamError> {
        let error = stream.take_error();
        if error.is_some() {
            self.streams.let_leave();
        }
        error
    }

    /// The application has taken a piece.
    fn note_taken_piece(&mut self, stream: &mut Stream, taken: &Received) {
        match taken {
            Received::Data(_, cost) | Received::Kept(_, cost) => {
                self.taken_piece(*cost);
                self.taken(stream, taken.content());
            }
            Received::Malformed(_) | Received::End => self.streams.let_leave(),
            Received::Promise(_)
            | Received::Informational(_)
            | Received::Head(_)
            | Received::Trailers(_) => {}
        }
    }
}
