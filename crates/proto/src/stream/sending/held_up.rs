//! What holds our message up: windows, and for how long (RFC 9113 §6.9).

use core::time::Duration;

use frame::Increment;

use super::Stream;
use crate::flow::Overflow;
use crate::observe::Window;
use crate::schedule::Blocked;
use crate::stream::{Look, Waited};

impl Stream {
    /// How many of `wanted` octets may leave.
    ///
    /// RFC 9113 §6.9: what has no octets needs no window, not even one above zero.
    pub(crate) fn slice(&self, base: u32, shared: u32, wanted: usize) -> Result<u32, Blocked> {
        let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
        if wanted == 0 {
            return Ok(0);
        }
        let own = u32::try_from(self.sending.window.available(base)).unwrap_or(0);
        match (own, shared) {
            (0, _) => Err(Blocked::OwnWindow),
            (_, 0) => Err(Blocked::SharedWindow),
            _ => Ok(wanted.min(own).min(shared)),
        }
    }

    /// So much content leaves.
    pub(crate) fn sent_data(&mut self, octets: u32) {
        self.sending.window.take(octets);
        self.sending.stall.sent(octets);
    }

    /// The peer grants credit.
    pub(crate) fn granted(&mut self, by: Increment, base: u32) -> Result<(), Overflow> {
        self.sending.window.grant(by, base)
    }

    /// Says whether the peer's initial window would take this one out of its range, while it matters.
    pub(crate) fn overflows(&self, base: u32) -> bool {
        self.is_running() && self.sending.window.overflows(base)
    }

    /// What may leave, in octets; negative after the base has shrunk.
    pub(crate) fn send_window(&self, base: u32) -> i64 {
        self.sending.window.available(base)
    }

    /// Why the stream did not get its last turn.
    pub(crate) const fn blocked(&self) -> Option<Blocked> {
        self.sending.blocked
    }

    /// The stream did not get its turn.
    pub(crate) fn block(&mut self, why: Blocked) {
        self.sending.blocked = Some(why);
    }

    /// The stream can send, or has nothing to send any more. Returns the stall that was shown, and
    /// since when it lasted.
    pub(crate) fn unblock(&mut self) -> Option<(Window, Duration)> {
        self.sending.blocked = None;
        self.end_shown_stall()
    }

    /// Looks at content that waits for a window.
    pub(crate) fn look_at_stall(&mut self, look: Look) -> Waited {
        let queued = self.sending.outbox.octets() as u64;
        self.sending.stall.look(look, queued)
    }

    /// Since when content waits for a window, and what has left in that time.
    pub(crate) fn stall_progress(&self) -> Option<(Duration, u64)> {
        self.sending.stall.progress()
    }

    /// The octets of content that have left.
    pub(crate) const fn sent_octets(&self) -> u64 {
        self.sending.stall.octets()
    }
}
