//! Taking what has arrived (RFC 9113 §6.9.1, RFC 9113 §8.1).

use super::StreamMut;
use crate::error::{StreamError, UserError};
use crate::event::Part;
use crate::message::{Response, Trailers};
use crate::role::Role;
use crate::role::sealed::Section;
use crate::stream::Taken;

impl<R: Role> StreamMut<'_, R> {
    /// Takes the next part of the peer's message. `None` means that none has arrived.
    ///
    /// Taking content returns its credit: only now may the peer send as much again.
    ///
    /// # Errors
    ///
    /// Why the message is not whole, after all that did arrive was taken.
    pub fn recv(&mut self) -> Result<Option<Part<R>>, StreamError> {
        let streams = &mut self.core.streams;
        let Some(stream) = streams.store.get_mut(self.key) else {
            return Ok(None);
        };
        let Some(taken) = stream.inbox.take(&mut streams.received) else {
            return self.no_more();
        };
        Ok(Some(match taken {
            Taken::Informational(section) => Part::Informational(Response::from_section(section)),
            Taken::Head(section) => Part::Head(Section(section).into()),
            Taken::Malformed(refusal) => {
                self.core.leave_if_done(self.key);
                Part::Malformed(refusal.into())
            }
            Taken::Trailers(section) => Part::Trailers(Trailers::from_section(section)),
            Taken::Data(data, cost) => {
                self.core.taken_alone(cost);
                self.core
                    .taken(self.key, u32::try_from(data.len()).unwrap_or(u32::MAX));
                Part::Data(data)
            }
            Taken::End => {
                self.core.leave_if_done(self.key);
                Part::End
            }
        }))
    }

    /// Returns the credit of `octets` that were taken, where the configuration leaves that to the
    /// application ([`Credit::Manual`](crate::Credit::Manual)). What is not returned so goes back
    /// when the stream leaves.
    ///
    /// # Errors
    ///
    /// [`UserError::Credit`] for more than was taken and not returned yet,
    /// [`UserError::UnknownStream`] once the stream has left.
    pub fn release_credit(&mut self, octets: u32) -> Result<(), UserError> {
        let stream = self.core.streams.store.get_mut(self.key);
        let stream = stream.filter(|stream| !stream.may_leave());
        let stream = stream.ok_or(UserError::UnknownStream)?;
        stream.held = stream.held.checked_sub(octets).ok_or(UserError::Credit)?;
        self.core.credit_taken(self.key, octets);
        Ok(())
    }

    /// Says whether the peer's message is whole: its end was taken, or waits to be.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.stream().is_none_or(|stream| stream.inbox.is_ended())
    }

    /// Nothing waits: now, or for ever.
    fn no_more(&mut self) -> Result<Option<Part<R>>, StreamError> {
        let Some(stream) = self.core.streams.store.get_mut(self.key) else {
            return Ok(None);
        };
        let Some(error) = stream.recv_error() else {
            return Ok(None);
        };
        stream.error_taken = true;
        self.core.leave_if_done(self.key);
        Err(error)
    }
}
