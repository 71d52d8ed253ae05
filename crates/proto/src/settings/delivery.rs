//! How many of our announcements the peer is known to have got, and by what.
//!
//! A time for an acknowledgment that does not come runs from when the peer has what it is to
//! acknowledge, and what we sent may lie in a buffer on the way. So it is counted, in announcements
//! since the beginning, what was sent, what a PING was sent for, and what an answer has shown.

use frame::StreamId;

/// Counts of announcements, each since the beginning.
#[derive(Debug, Default)]
pub(super) struct Delivery {
    /// The peer is known to have got so many, by a PING that was sent for that.
    shown: u64,
    /// The same by anything that it has answered.
    hinted: u64,
    /// Such a PING was sent for so many.
    probed: u64,
    /// So many were sent, and the streams of ours that were opened later, from this on.
    sent: (u64, Option<StreamId>),
}

impl Delivery {
    /// An announcement has left; the streams that we open from now on are this one and later ones.
    pub(super) fn left(&mut self, next: Option<StreamId>) {
        self.sent = (self.sent.0 + 1, next);
    }

    /// A PING came back behind which the peer has so many; it may have been sent to find that out.
    pub(super) fn passed(&mut self, announcements: u64, is_probe: bool) {
        self.hinted = self.hinted.max(announcements);
        if is_probe {
            self.shown = self.shown.max(announcements);
        }
    }

    /// A frame came on a stream of ours. If we opened it behind our settings, the peer has got these.
    pub(super) fn heard_on(&mut self, id: StreamId) {
        if self.sent.1.is_some_and(|first| id >= first) {
            self.hinted = self.hinted.max(self.sent.0);
        }
    }

    /// A PING is sent for so many.
    pub(super) fn probe(&mut self, announcements: u64) {
        self.probed = announcements;
    }

    /// Says whether a PING has shown that the peer has more than `oldest`.
    pub(super) const fn is_shown(&self, oldest: u64) -> bool {
        self.shown > oldest
    }

    /// Says whether anything has shown that.
    pub(super) const fn is_hinted(&self, oldest: u64) -> bool {
        self.hinted > oldest
    }

    /// Says whether more than `oldest` were sent, and no PING for it.
    pub(super) const fn is_unprobed(&self, oldest: u64) -> bool {
        self.sent.0 > oldest && self.probed <= oldest
    }
}
