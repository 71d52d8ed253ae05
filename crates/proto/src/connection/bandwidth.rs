//! Windows that grow with what the path and the application can take (RFC 9113 §6.9.1).
//!
//! A PING of ours goes around once while content flows. A window must hold what the application
//! takes in that time, twice over, to keep the peer sending; where it does not, it doubles. An
//! application that takes little keeps its window small, however fast the peer is.

use super::Core;
use crate::flow::INITIAL_WINDOW;

/// A window that is smaller is not looked at more often than one of so many octets.
const SMALLEST: u32 = INITIAL_WINDOW;

/// Measures what is taken while a PING goes around.
#[derive(Debug)]
pub(super) struct Bandwidth {
    /// The octets that were ever taken.
    taken: u64,
    /// What that was when the PING left that is on its way.
    since: Option<u64>,
    /// What that must be before another PING leaves.
    next: u64,
    /// The size that the windows of streams have grown to.
    pub(super) stream_window: u32,
}

impl Bandwidth {
    pub(super) const fn new() -> Self {
        Self {
            taken: 0,
            since: None,
            next: 0,
            stream_window: INITIAL_WINDOW,
        }
    }

    /// The windows of streams are of this size now, by our settings.
    pub(super) fn reset(&mut self, stream_window: u32) {
        self.next = self.taken + u64::from(stream_window.max(SMALLEST) / 2);
        self.stream_window = stream_window;
    }
}

impl Core {
    /// Takes note of content that was taken or dropped.
    pub(super) fn measure(&mut self, octets: u32) {
        let bandwidth = &mut self.windows.bandwidth;
        bandwidth.taken += u64::from(octets);
        let is_due = bandwidth.since.is_none() && bandwidth.taken >= bandwidth.next;
        let is_settled = self.settings.oldest_unacknowledged().is_none();
        if is_due && is_settled && !self.life.is_over() && self.may_grow() {
            self.windows.bandwidth.since = Some(self.windows.bandwidth.taken);
            self.ping_for_bandwidth();
        }
    }

    /// The PING is back.
    pub(super) fn measured(&mut self) {
        let bandwidth = &mut self.windows.bandwidth;
        let Some(since) = bandwidth.since.take() else {
            return;
        };
        let taken = bandwidth.taken - since;
        let (stream, connection) = (bandwidth.stream_window, self.windows.recv.size());
        let (most_stream, most_connection) = self.config.window_growth;
        bandwidth.stream_window = grown(taken, stream, most_stream);
        let has_grown = bandwidth.stream_window > stream;
        // A path that is not held up by us is looked at again much later.
        let pause = u64::from(stream.max(SMALLEST)) * if has_grown { 1 } else { 64 };
        bandwidth.next = bandwidth.taken + pause;
        let connection = grown(taken, connection, most_connection);
        self.windows.recv.enlarge(connection);
        self.signals.wake_writer();
    }

    fn may_grow(&self) -> bool {
        let (most_stream, most_connection) = self.config.window_growth;
        self.windows.bandwidth.stream_window < most_stream
            || self.windows.recv.size() < most_connection
    }
}

/// Twice the window, if it is less than what three rounds take; at most `most`, and never less.
///
/// Credit leaves in halves of a window, so that a peer that is held up is seen to send half of it
/// in some rounds.
fn grown(taken: u64, window: u32, most: u32) -> u32 {
    if taken >= u64::from(window / 3) {
        window.saturating_mul(2).min(most).max(window)
    } else {
        window
    }
}
