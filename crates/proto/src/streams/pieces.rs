//! The pieces of messages that wait: received until they are taken, queued until they leave.

use bytes::Bytes;

use super::Streams;
use crate::input::Content;
use crate::limits::Cost;
use crate::message::FieldSection;
use crate::stream::{Next, Notification, Pool, Queued, Received, Stream};

/// What waits on all streams.
#[derive(Debug)]
pub(super) struct Pieces {
    received: Pool<Received>,
    queued: Pool<Queued>,
}

impl Pieces {
    pub(super) const fn new() -> Self {
        Self {
            received: Pool::new(),
            queued: Pool::new(),
        }
    }

    /// The octets of memory of the places themselves.
    pub(super) fn capacity(&self) -> usize {
        self.received.capacity() + self.queued.capacity()
    }
}

/// What was received.
impl Streams {
    /// The octets of memory of all fields that wait to be taken.
    pub(crate) const fn held_fields(&self) -> usize {
        self.pieces.received.held()
    }

    /// Lets content wait to be taken. Returns how many octets: none where nobody wants them.
    pub(crate) fn store_data(
        &mut self,
        stream: &mut Stream,
        content: Content<'_>,
        cost: Cost,
    ) -> u32 {
        stream.store_data(&mut self.pieces.received, content, cost)
    }

    /// Lets fields wait to be taken.
    pub(crate) fn store_fields(&mut self, stream: &mut Stream, piece: Received) {
        stream.store_fields(&mut self.pieces.received, piece);
    }

    /// Lets fields of a message wait to be taken, and tells the application, where anybody wants them.
    pub(crate) fn keep(&mut self, stream: &mut Stream, piece: Received) {
        if stream.store_message(&mut self.pieces.received, piece) {
            self.tell(stream, Notification::Readable);
        }
    }

    /// Lets the whole request of an upgrade wait to be taken.
    pub(crate) fn take_in(&mut self, stream: &mut Stream, head: FieldSection, content: &Bytes) {
        stream.take_in(&mut self.pieces.received, head, content);
    }

    /// Takes the next piece out.
    pub(crate) fn take_piece(&mut self, stream: &mut Stream) -> Option<Received> {
        stream.take_piece(&mut self.pieces.received)
    }

    /// Takes the promised request out, if it is still there.
    pub(crate) fn take_promise(&mut self, stream: &mut Stream) -> Option<FieldSection> {
        stream.take_promise(&mut self.pieces.received)
    }

    /// Drops all that was received. Returns how many octets of content that were, and what they cost.
    pub(crate) fn drop_received(&mut self, stream: &mut Stream) -> (u32, Cost) {
        stream.drop_received(&mut self.pieces.received)
    }
}

/// What is to be sent.
impl Streams {
    /// Lets a piece wait to be sent.
    pub(crate) fn queue(&mut self, stream: &mut Stream, piece: Queued) {
        stream.queue(&mut self.pieces.queued, piece);
    }

    /// What is to be sent next, if anything.
    pub(crate) fn next_piece(&self, stream: &Stream) -> Option<Next> {
        stream.next(&self.pieces.queued)
    }

    /// Takes the next piece if it is fields.
    pub(crate) fn take_fields(&mut self, stream: &mut Stream) -> Option<Queued> {
        stream.take_fields(&mut self.pieces.queued)
    }

    /// Takes content, at most `most` octets of it, out of the first piece.
    pub(crate) fn take_data(&mut self, stream: &mut Stream, most: usize) -> Option<Bytes> {
        stream.take_data(&mut self.pieces.queued, most)
    }

    /// Says whether the stream ends with a frame of the next `octets` of content.
    pub(crate) fn ends_with(&self, stream: &Stream, octets: usize) -> bool {
        stream.ends_with(&self.pieces.queued, octets)
    }

    /// Drops all that was not sent.
    pub(crate) fn drop_queued(&mut self, stream: &mut Stream) {
        stream.drop_queued(&mut self.pieces.queued);
    }
}
