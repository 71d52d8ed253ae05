//! Queuing what is to be sent (RFC 9113 §8.1).

use bytes::Bytes;

use super::StreamMut;
use crate::connection::FlushToken;
use crate::error::UserError;
use crate::message::{self, FieldSection, Trailers};
use crate::role::Role;
use crate::stream::{Phase, PhaseStep, Queued, State};
use crate::violation::MessageRule;

impl<R: Role> StreamMut<'_, R> {
    /// Queues content. It is taken whole, also above the [capacity](Self::capacity): an application
    /// that keeps to the capacity bounds what waits.
    ///
    /// # Errors
    ///
    /// [`UserError::OutOfOrder`] before the head or after the end, [`UserError::Malformed`] if it is
    /// more than `content-length` says or the message has no content, [`UserError::StreamClosed`].
    pub fn send_data(&mut self, data: Bytes) -> Result<(), UserError> {
        let most = self.core.config.send_buffer;
        let stream = self.open()?;
        let sending = stream.sending.send(PhaseStep::Data)?;
        stream
            .send_length
            .add(data.len())
            .map_err(UserError::Malformed)?;
        stream.sending = sending;
        if !data.is_empty() {
            stream.wants_capacity = stream.outbox.octets() + data.len() >= most;
            self.queue(Queued::Data(data));
        }
        Ok(())
    }

    /// Queues trailers, which end the message.
    ///
    /// # Errors
    ///
    /// [`UserError::OutOfOrder`] before the head or after the end, [`UserError::Malformed`] also if
    /// the content is shorter than `content-length` says, [`UserError::StreamClosed`].
    pub fn send_trailers(&mut self, trailers: Trailers) -> Result<(), UserError> {
        message::check_trailers(&trailers).map_err(UserError::Malformed)?;
        let stream = self.open()?;
        let sending = stream
            .sending
            .send(PhaseStep::Trailers)?
            .send(PhaseStep::End)?;
        // RFC 9113 §8.5: a tunnel carries nothing but DATA.
        if stream.is_connect {
            return Err(UserError::Malformed(MessageRule::TunnelFields));
        }
        stream.send_length.end().map_err(UserError::Malformed)?;
        stream.sending = sending;
        stream.outbox.end();
        self.queue(Queued::Trailers(trailers.into_section()));
        Ok(())
    }

    /// Says that the message is whole: what is queued last carries END_STREAM.
    ///
    /// # Errors
    ///
    /// [`UserError::OutOfOrder`] before the head or after the end, [`UserError::Malformed`] if the
    /// content is shorter than `content-length` says, [`UserError::StreamClosed`].
    pub fn end(&mut self) -> Result<(), UserError> {
        let stream = self.open()?;
        let sending = stream.sending.send(PhaseStep::End)?;
        stream.send_length.end().map_err(UserError::Malformed)?;
        stream.sending = sending;
        stream.outbox.end();
        self.core.show_queued(self.key, 0);
        self.schedule();
        Ok(())
    }

    /// Makes a token for all that is queued on the stream. It is resolved exactly once, by
    /// [`Event::Flushed`](crate::Event::Flushed): when the transport has taken it all, or when that
    /// will never be.
    ///
    /// # Errors
    ///
    /// [`UserError::StreamClosed`].
    pub fn flush(&mut self) -> Result<FlushToken, UserError> {
        self.open()?;
        self.core.flush(self.key).ok_or(UserError::UnknownStream)
    }

    /// Holds back what is queued from now on, until [`uncork`](Self::uncork), so that it leaves
    /// together. The end of the message, or a full buffer, lets it go all the same.
    pub fn cork(&mut self) {
        if let Ok(stream) = self.open() {
            stream.corked = true;
        }
    }

    /// Lets go what was held back.
    pub fn uncork(&mut self) {
        if let Ok(stream) = self.open() {
            stream.corked = false;
            self.schedule();
        }
    }

    /// How many octets of content may be queued before the buffer is full. What the windows let
    /// leave is another matter. When there is some again after there was none,
    /// [`Event::Writable`](crate::Event::Writable) says so.
    #[must_use]
    pub fn capacity(&self) -> usize {
        let most = self.core.config.send_buffer;
        self.stream()
            .map_or(0, |stream| most.saturating_sub(stream.outbox.octets()))
    }

    pub(in crate::connection) fn queue(&mut self, piece: Queued) {
        let octets = match &piece {
            Queued::Data(data) => data.len(),
            _ => 0,
        };
        self.core.show_queued(self.key, octets);
        let streams = &mut self.core.streams;
        if let Some(stream) = streams.store.get_mut(self.key) {
            stream.outbox.push(&mut streams.queued, piece);
        }
        self.schedule();
    }

    /// Queues a whole message, and gives the stream its turn.
    pub(in crate::connection) fn queue_whole(&mut self, head: FieldSection, content: Bytes) {
        self.core.show_queued(self.key, content.len());
        let streams = &mut self.core.streams;
        if let Some(stream) = streams.store.get_mut(self.key) {
            stream.outbox.push(&mut streams.queued, Queued::Head(head));
            if !content.is_empty() {
                let content = Queued::Data(content);
                stream.outbox.push(&mut streams.queued, content);
            }
            stream.outbox.end();
        }
        self.schedule();
    }

    /// Gives the stream a turn, unless it is held back, or its turn comes with its opening.
    fn schedule(&mut self) {
        let most = self.core.config.send_buffer;
        let Some(stream) = self.core.streams.store.get_mut(self.key) else {
            return;
        };
        stream.corked &= stream.sending != Phase::Ended && stream.outbox.octets() < most;
        if stream.corked {
            return;
        }
        if stream.state() != State::Idle {
            let streams = &mut self.core.streams;
            streams.schedule.wake(&mut streams.store, self.key);
        }
        self.core.signals.wake_writer();
    }
}
