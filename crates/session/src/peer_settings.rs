//! Whether the peer's settings have come (RFC 9113 §6.5).

use alloc::vec::Vec;
use core::task::Waker;

use crate::spent::Spent;

/// Whether the peer's settings have come, and who waits for them.
#[derive(Debug, Default)]
pub(crate) struct PeerSettings {
    pub(crate) is_received: bool,
    pub(crate) waiting: Vec<Waker>,
    /// How often the peer has acknowledged ours.
    pub(crate) acked: u64,
}

impl PeerSettings {
    /// They have come.
    pub(crate) fn note(&mut self, spent: &mut Spent) {
        self.is_received = true;
        spent.wake(self.waiting.drain(..));
    }

    /// They may never come.
    pub(crate) fn note_end(&mut self, spent: &mut Spent) {
        spent.wake(self.waiting.drain(..));
    }
}
