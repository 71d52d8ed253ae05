//! Queuing what is to be sent (RFC 9113 §8.1).

use bytes::Bytes;

use super::StreamMut;
use crate::connection::Shared;
use crate::error::UserError;
use crate::message::{self, FieldSection, Kind, Rules, Trailers};
use crate::output::FlushToken;
use crate::role::Role;
use crate::stream::{Queued, State, Stream};

impl<R: Role> StreamMut<'_, R> {
    /// Queues content. It is taken whole, also above the [capacity](Self::capacity): an application
    /// that keeps to the capacity bounds what waits.
    ///
    /// # Errors
    ///
    /// [`UserError::OutOfOrder`] before the head or after the end, [`UserError::Malformed`] if it is
    /// more than `content-length` says or the message has no content, [`UserError::StreamClosed`].
    #[doc(alias("nghttp2_submit_data", "nghttp2_data_provider", "SendStream"))]
    pub fn send_data(&mut self, data: Bytes) -> Result<(), UserError> {
        let said = self.say(|stream, shared| {
            stream.say_data(data.len(), shared.config.send_buffer)?;
            if !data.is_empty() {
                shared.queue(stream, Queued::Data(data));
            }
            Ok(())
        });
        self.unless_dropped(said)
    }

    /// Queues trailers, which end the message.
    ///
    /// # Errors
    ///
    /// [`UserError::OutOfOrder`] before the head or after the end, [`UserError::Malformed`] also if
    /// the content is shorter than `content-length` says, [`UserError::StreamClosed`].
    #[doc(alias("nghttp2_submit_trailer"))]
    pub fn send_trailers(&mut self, trailers: Trailers) -> Result<(), UserError> {
        message::check_trailers(&trailers).map_err(|rule| {
            let judged = (Kind::Trailers, Rules::ours(false, false));
            self.core
                .shared
                .refuse_message(trailers.section(), judged, rule)
        })?;
        let said = self.say(|stream, shared| {
            stream.say_trailers()?;
            shared.queue(stream, Queued::Trailers(trailers.into_section()));
            Ok(())
        });
        self.unless_dropped(said)
    }

    /// Says that the message is whole: what is queued last carries END_STREAM.
    ///
    /// # Errors
    ///
    /// [`UserError::OutOfOrder`] before the head or after the end, [`UserError::Malformed`] if the
    /// content is shorter than `content-length` says, [`UserError::StreamClosed`].
    #[doc(alias("end_of_stream", "NGHTTP2_DATA_FLAG_EOF"))]
    pub fn end(&mut self) -> Result<(), UserError> {
        let said = self.say(|stream, shared| {
            stream.say_end()?;
            shared.show_queued(stream, 0);
            shared.schedule(stream);
            Ok(())
        });
        self.unless_dropped(said)
    }

    /// Says something on a stream that runs.
    fn say(
        &mut self,
        say: impl FnOnce(&mut Stream, &mut Shared) -> Result<(), UserError>,
    ) -> Result<(), UserError> {
        let (stream, shared) = self.parts()?;
        say(stream, shared)
    }

    /// What belongs to an answer without content is no mistake, and goes nowhere (RFC 9110 §6.4.1).
    fn unless_dropped(&self, said: Result<(), UserError>) -> Result<(), UserError> {
        match said {
            Err(_) if self.stream().is_some_and(Stream::is_dropped) => Ok(()),
            said => said,
        }
    }

    /// Makes a token for all that is queued on the stream. It is resolved exactly once, by
    /// [`Event::Flushed`](crate::Event::Flushed): when the transport has taken it all, or when that
    /// will never be.
    ///
    /// # Errors
    ///
    /// [`UserError::StreamClosed`].
    pub fn flush(&mut self) -> Result<FlushToken, UserError> {
        let (stream, shared) = self.parts()?;
        Ok(shared.flush(stream))
    }

    /// Holds back what is queued from now on, until [`uncork`](Self::uncork), so that it leaves
    /// together. The end of the message, or a full buffer, lets it go all the same.
    pub fn cork(&mut self) {
        if let Ok((stream, _)) = self.parts() {
            stream.cork(true);
        }
    }

    /// Releases what was held back.
    pub fn uncork(&mut self) {
        if let Ok((stream, shared)) = self.parts() {
            stream.cork(false);
            shared.schedule(stream);
        }
    }

    /// How many octets of content may be queued before the buffer is full. What the windows let
    /// leave is another matter. When there is some again after there was none,
    /// [`Event::Writable`](crate::Event::Writable) says so.
    #[doc(alias("reserve_capacity", "poll_capacity"))]
    #[must_use]
    pub fn capacity(&self) -> usize {
        let most = self.core.shared.config.send_buffer;
        self.stream()
            .map_or(0, |stream| most.saturating_sub(stream.queued()))
    }
}

impl Shared {
    pub(in crate::connection) fn queue(&mut self, stream: &mut Stream, piece: Queued) {
        let octets = match &piece {
            Queued::Data(data) => data.len(),
            _ => 0,
        };
        self.show_queued(stream, octets);
        self.streams.queue(stream, piece);
        self.schedule(stream);
    }

    /// Queues a whole message, and gives the stream its turn.
    pub(in crate::connection) fn queue_whole(
        &mut self,
        stream: &mut Stream,
        head: FieldSection,
        content: Bytes,
    ) {
        self.show_queued(stream, content.len());
        self.streams.queue(stream, Queued::Head(head));
        if !content.is_empty() {
            self.streams.queue(stream, Queued::Data(content));
        }
        stream.end_queue();
        self.schedule(stream);
    }

    /// Gives the stream a turn, unless it is held back, or its turn comes when it opens.
    fn schedule(&mut self, stream: &mut Stream) {
        if stream.holds_back(self.config.send_buffer) {
            return;
        }
        if stream.state() != State::Idle {
            self.streams.wake(stream);
        }
        self.signals.wake_writer();
    }
}
