//! Looking at one stream.

use core::fmt;
use core::num::NonZeroU32;

use frame::StreamId;

use super::Shared;
use crate::error::StreamError;
use crate::message::Priority;
use crate::schedule::Blocked;
use crate::stream::{Phase, State, Stream};

/// A stream as it stands.
#[derive(Clone, Copy)]
pub struct StreamRef<'a> {
    shared: &'a Shared,
    stream: &'a Stream,
}

impl<'a> StreamRef<'a> {
    pub(super) const fn new(shared: &'a Shared, stream: &'a Stream) -> Self {
        Self { shared, stream }
    }

    pub(super) const fn shared(&self) -> &'a Shared {
        self.shared
    }

    pub(super) const fn stream(&self) -> &'a Stream {
        self.stream
    }

    /// Its identifier.
    #[must_use]
    pub const fn id(&self) -> StreamId {
        self.stream.id()
    }

    /// What has been said on the wire (RFC 9113 §5.1).
    #[must_use]
    pub const fn state(&self) -> State {
        self.stream.state()
    }

    /// How far our message has come, as the application said it (RFC 9113 §8.1).
    #[must_use]
    pub const fn sending(&self) -> Phase {
        self.stream.sending()
    }

    /// How far the peer's message has come (RFC 9113 §8.1).
    #[must_use]
    pub const fn receiving(&self) -> Phase {
        self.stream.receiving()
    }

    /// The octets that the peer may still send on the stream; negative after our initial window has
    /// shrunk (RFC 9113 §6.9.2).
    #[must_use]
    pub const fn recv_window(&self) -> i32 {
        self.stream.recv_window().value()
    }

    /// The octets that we may still send on the stream; negative after the peer's initial window has
    /// shrunk (RFC 9113 §6.9.2).
    #[must_use]
    pub fn send_window(&self) -> i32 {
        let base = self.shared.peer_settings.record().initial_window_size;
        let available = self.stream.send_window(base);
        i32::try_from(available).unwrap_or(if available < 0 { i32::MIN } else { i32::MAX })
    }

    /// Says whether the peer's message is whole, and all content of it was taken.
    #[must_use]
    pub fn is_received(&self) -> bool {
        self.receiving() == Phase::Ended && self.untaken() == 0
    }

    /// The octets of content that wait to be sent.
    #[must_use]
    pub const fn queued(&self) -> usize {
        self.stream.queued()
    }

    /// Says whether anything waits to be sent: fields, content, or the end of our message.
    #[must_use]
    pub fn has_queued(&self) -> bool {
        self.shared.streams.wants_turn(self.stream)
    }

    /// The octets of content that have arrived and were not taken.
    #[must_use]
    pub const fn untaken(&self) -> u32 {
        self.stream.untaken()
    }

    /// Why the stream has something to send and does not; `None` if it has nothing, or only waits for
    /// its turn.
    #[must_use]
    pub const fn blocked(&self) -> Option<Blocked> {
        self.stream.blocked()
    }

    /// The octets of memory that the stream holds: itself, the content that waits to be sent, and the
    /// content that was not taken. Content that is shared with the application counts here, too.
    #[must_use]
    pub const fn memory(&self) -> usize {
        size_of::<Stream>() + self.queued() + self.untaken() as usize
    }

    /// How urgent the response is, by the latest word of either end (RFC 9218 §8).
    #[must_use]
    pub fn priority(&self) -> Priority {
        self.stream.priority().priority()
    }

    /// The word that [`set_user_data`](super::StreamMut::set_user_data) has left with the stream.
    #[must_use]
    pub const fn user_data(&self) -> Option<NonZeroU32> {
        self.stream.user_data()
    }

    /// How the stream finished, once it has.
    #[must_use]
    pub const fn result(&self) -> Option<Result<(), StreamError>> {
        self.stream.result()
    }
}

impl fmt::Debug for StreamRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamRef")
            .field("id", &self.id())
            .field("state", &self.state())
            .field("recv_window", &self.recv_window())
            .field("send_window", &self.send_window())
            .field("queued", &self.queued())
            .field("untaken", &self.untaken())
            .finish_non_exhaustive()
    }
}
