//! What the peer may send: credit, the share of what all may hold, and growth (RFC 9113 §6.9).

use frame::Increment;

use super::Stream;
use crate::flow::{Measure, Moment, Window};
use crate::stream::{Phase, Share};

impl Stream {
    /// The window that the peer sends into.
    pub(crate) const fn recv_window(&self) -> Window {
        self.receiving.window.window()
    }

    /// The peer may send from now on. Says whether it has ended its side already.
    pub(crate) fn open_share(&mut self) -> bool {
        self.receiving.share = Share::OPEN;
        self.receiving.phase == Phase::Ended
    }

    /// The peer sends no more. Returns what the window had grown by, and the octets that wait; `None`
    /// if that was known.
    pub(crate) fn close_share(&mut self) -> Option<(u32, u32)> {
        let half = &mut self.receiving;
        if !half.share.is_open() {
            return None;
        }
        let waiting = half.inbox.octets();
        half.share = Share::left(waiting);
        Some((half.growth.end(), waiting))
    }

    /// Content has left the inbox. Returns how much of it had stayed after its sender had ended.
    pub(crate) fn leave_share(&mut self, octets: u32) -> u32 {
        self.receiving.share.take(octets)
    }

    /// Octets were taken or dropped. Says whether it is time to grant their credit again.
    pub(crate) fn return_credit(&mut self, octets: u32) -> bool {
        // A window that the peer will not use again is left alone.
        self.receiving.window.release(octets) && self.state().may_recv()
    }

    /// Grants the credit that is due.
    pub(crate) fn grant_credit(&mut self) -> Option<Increment> {
        self.receiving.window.grant()
    }

    /// Our SETTINGS_INITIAL_WINDOW_SIZE is another. Says whether credit is due.
    pub(crate) fn resize_recv_window(&mut self, old: u32, new: u32) -> bool {
        self.receiving.window.resize(old, new);
        // What was too little of a large window to return may be all of a small one.
        self.receiving.window.is_due() && self.state().may_recv()
    }

    /// Takes note of the time at which content came.
    pub(crate) fn note_stored(&mut self, moment: Moment) {
        let half = &mut self.receiving;
        let untaken = half.inbox.octets().saturating_add(half.held);
        half.growth.stored(untaken, moment);
    }

    /// Content was taken. Returns how much of it is not granted again, and what that says of the
    /// window; `None` if the peer sends no more.
    pub(crate) fn measure(&mut self, octets: u32, moment: Moment) -> Option<(u32, Measure)> {
        let half = &mut self.receiving;
        if !half.share.is_open() {
            return None;
        }
        let untaken = half.inbox.octets().saturating_add(half.held);
        let stale = half.growth.taken(octets, untaken, moment);
        half.window.shrink(stale);
        let measure = half.growth.measure(octets, half.window.size(), moment);
        Some((stale, measure))
    }

    /// The stream is measured until the PING comes back that leaves now, or has left (`is_part`).
    pub(crate) fn begin_trip(&mut self, moment: Moment, is_part: bool) {
        self.receiving.growth.begin(moment, is_part);
    }

    /// Doubles the window, as far as `take` gives octets to grow by. Returns how many it gave.
    pub(crate) fn grow(&mut self, take: impl FnOnce(u32) -> u32) -> u32 {
        let half = &mut self.receiving;
        let size = half.window.size();
        let octets = take(size);
        half.window.enlarge(size + octets);
        half.growth.grow(octets, size);
        octets
    }
}
