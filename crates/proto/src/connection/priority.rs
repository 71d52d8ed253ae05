//! How urgent streams are, by the latest word of either end (RFC 9218 §8).

use super::{Core, StreamMut};
use crate::error::UserError;
use crate::message::{FieldSection, Priority, Signal};
use crate::role::{Role, Side};
use crate::stream::Key;

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
        self.open()?;
        self.core.prioritize(self.key, priority.into());
        if R::SIDE == Side::Client {
            self.core.announce_priority(self.key);
        }
        Ok(())
    }
}

impl Core {
    /// Sets how urgent a stream is.
    pub(super) fn prioritize(&mut self, key: Key, signal: Signal) {
        let streams = &mut self.streams;
        if let Some(stream) = streams.store.get_mut(key) {
            stream.priority = signal;
            streams.schedule.reprioritized(&mut streams.store, key);
        }
    }

    /// Choice: RFC 9218 §8 lets a server merge what it knows with what the client wants; as the
    /// document's own example has it, what the response says of itself takes precedence.
    pub(super) fn prioritize_response(&mut self, key: Key, response: &FieldSection) {
        let stream = self.streams.store.get(key);
        if let (Some(stream), Some(signal)) = (stream, Signal::of(response)) {
            let merged = stream.priority.changed_by(signal);
            self.prioritize(key, merged);
        }
    }
}
