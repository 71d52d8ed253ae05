//! How urgent streams are, by the latest word of either end (RFC 9218 §8).

use super::{Shared, StreamMut};
use crate::error::UserError;
use crate::message::{FieldSection, Priority, Signal};
use crate::role::{Role, Side};
use crate::stream::Stream;

impl<R: Role> StreamMut<'_, R> {
    /// Says how urgent the response is (RFC 9218 §6). The latest word counts, whoever said it.
    ///
    /// A client tells the server with PRIORITY_UPDATE, if that has not shown that it would ignore it
    /// (RFC 9218 §2.1.1). A server schedules by it.
    ///
    /// # Errors
    ///
    /// [`UserError::StreamClosed`].
    pub fn set_priority(&mut self, priority: Priority) -> Result<(), UserError> {
        let (stream, shared) = self.parts()?;
        shared.prioritize(stream, priority.into());
        if R::SIDE == Side::Client {
            shared.announce_priority(stream);
        }
        Ok(())
    }
}

impl Shared {
    /// Sets how urgent a stream is.
    pub(super) fn prioritize(&mut self, stream: &mut Stream, signal: Signal) {
        self.streams.prioritize(stream, signal);
    }

    /// Choice: RFC 9218 §8 lets a server merge what it knows with what the client wants; as the
    /// document's own example has it, what the response says of itself takes precedence.
    pub(super) fn prioritize_response(&mut self, stream: &mut Stream, response: &FieldSection) {
        if let Some(signal) = Signal::of(response) {
            self.prioritize(stream, stream.priority().changed_by(signal));
        }
    }
}
