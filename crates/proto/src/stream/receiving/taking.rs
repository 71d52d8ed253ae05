//! What the application takes of the peer's message.

use super::Stream;
use crate::error::UserError;
use crate::limits::Cost;
use crate::message::FieldSection;
use crate::stream::{Pool, Received};

impl Stream {
    /// Takes the next piece out.
    #[inline]
    pub(crate) fn take_piece(&mut self, pool: &mut Pool<Received>) -> Option<Received> {
        self.receiving.inbox.take(pool)
    }

    /// Takes the promised request out, if it is still there.
    pub(crate) fn take_promise(&mut self, pool: &mut Pool<Received>) -> Option<FieldSection> {
        self.receiving.inbox.take_promise(pool)
    }

    /// Drops all that waits. Returns how many octets of content that were, and what they cost.
    pub(crate) fn drop_received(&mut self, pool: &mut Pool<Received>) -> (u32, Cost) {
        self.receiving.inbox.clear(pool)
    }

    /// The octets of content that have arrived and were not taken.
    pub(crate) const fn untaken(&self) -> u32 {
        self.receiving.inbox.octets()
    }

    /// Says whether the peer's message is whole.
    pub(crate) fn is_whole(&self) -> bool {
        self.receiving.inbox.is_ended()
    }

    /// Says whether the application has taken all that it will get.
    pub(in crate::stream) fn is_spent(&self) -> bool {
        let inbox = &self.receiving.inbox;
        // Nothing more comes to a stream that was stopped.
        inbox.is_spent() || (self.is_stopped() && inbox.is_empty())
    }

    /// The application keeps the credit of what it took.
    pub(crate) fn hold_credit(&mut self, octets: u32) {
        self.receiving.held = self.receiving.held.saturating_add(octets);
    }

    /// The application returns credit that it kept.
    pub(crate) fn release_credit(&mut self, octets: u32) -> Result<(), UserError> {
        let held = &mut self.receiving.held;
        *held = held.checked_sub(octets).ok_or(UserError::Credit)?;
        Ok(())
    }

    /// All credit that the application kept goes back, for the stream leaves.
    pub(crate) fn release_all_credit(&mut self) -> u32 {
        core::mem::take(&mut self.receiving.held)
    }
}
