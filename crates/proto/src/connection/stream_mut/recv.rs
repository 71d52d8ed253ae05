//! Taking what has arrived (RFC 9113 §6.9.1, RFC 9113 §8.1).

use super::StreamMut;
use crate::connection::{Core, Shared};
use crate::error::{StreamError, UserError};
use crate::event::Part;
use crate::message::{Response, Trailers};
use crate::role::Role;
use crate::role::sealed::Section;
use crate::stream::{Key, Stream, Taken};

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
fn part<R: Role>(taken: Taken) -> Part<R> {
    match taken {
        Taken::Informational(section) => Part::Informational(Response::from_section(section)),
        Taken::Head(section) => Part::Head(Section(section).into()),
        Taken::Malformed(refusal) => Part::Malformed(refusal.into()),
        Taken::Data(data, _) => Part::Data(data),
        Taken::Trailers(section) => Part::Trailers(Trailers::from_section(section)),
        Taken::End => Part::End,
    }
}

impl Core {
    /// Takes the next piece of the peer's message, for either role: code that is there once.
    fn take_piece(&mut self, key: Key) -> Result<Option<Taken>, StreamError> {
        let taken = self.act(key, |shared, stream| {
            let Some(taken) = shared.streams.take_piece(stream) else {
                // Nothing waits: now, or for ever.
                let error = stream.take_error();
                if error.is_some() {
                    shared.streams.let_leave();
                }
                return error.map_or(Ok(None), Err);
            };
            shared.note_taken_piece(stream, &taken);
            Ok(Some(taken))
        });
        taken.unwrap_or(Ok(None))
    }
}

impl Shared {
    /// The application has taken a piece.
    fn note_taken_piece(&mut self, stream: &mut Stream, taken: &Taken) {
        match taken {
            Taken::Data(data, cost) => {
                self.taken_piece(*cost);
                self.taken(stream, u32::try_from(data.len()).unwrap_or(u32::MAX));
            }
            Taken::Malformed(_) | Taken::End => self.streams.let_leave(),
            Taken::Informational(_) | Taken::Head(_) | Taken::Trailers(_) => {}
        }
    }
}
