//! What one stream has of the connection's window, and wants of it.

/// The claim of one stream.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Entry {
    /// The stream is open on the wire: before that it has no claim.
    pub(super) is_open: bool,
    /// Nothing more will be queued: only what is queued needs a claim.
    pub(super) is_ended: bool,
    /// What the peer lets the stream send; negative after its initial window has shrunk.
    pub(super) window: i64,
    /// What the stream is to have: what is queued, and what was asked for beyond that.
    pub(super) requested: u64,
    /// What it has of that.
    pub(super) assigned: u64,
    /// What is queued.
    pub(super) buffered: u64,
    /// It is in the list of those that wait for the connection's window.
    pub(super) is_waiting: bool,
    /// Its capacity has grown since somebody looked.
    pub(super) has_grown: bool,
}

impl Entry {
    /// How many octets more may be queued, with so many at most.
    pub(super) fn capacity(&self, most: u64) -> u64 {
        self.assigned.min(most).saturating_sub(self.buffered)
    }

    /// What is to be assigned yet, as far as the stream's own window goes.
    pub(super) fn wanted(&self) -> u64 {
        let window = u64::try_from(self.window).unwrap_or(0);
        let is_of_use = self.is_open && (!self.is_ended || self.buffered > 0);
        match is_of_use {
            true => self.requested.min(window).saturating_sub(self.assigned),
            false => 0,
        }
    }

    /// What is assigned beyond what is queued.
    pub(super) fn unused(&self) -> u64 {
        self.assigned.saturating_sub(self.buffered)
    }
}
