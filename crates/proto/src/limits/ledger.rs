//! The budgets of one connection.

use core::time::Duration;

use frame::StreamId;

use super::unaccepted::Unaccepted;
use super::{Bucket, Limits, SuspiciousFrame};
use crate::nanos::Nanos;
use crate::violation::Limit;

/// The octets that we send for which one more small WINDOW_UPDATE passes.
const OCTETS_PER_UPDATE: u32 = 8;
/// The suspicious frames that a finished exchange makes up for.
const EXCHANGE: u32 = 10;
/// The DATA frames whose WINDOW_UPDATE frames may be saved up.
const SAVED: u32 = 1000;

/// What the peer has left of each budget. They outlive our own GOAWAY.
#[derive(Debug)]
pub(crate) struct Ledger {
    resets_received: Bucket,
    started_resets: Bucket,
    unaccepted: Unaccepted,
    resets_sent: Bucket,
    /// The streams that the peer may still make us reset over the life of the connection.
    resets_left: Option<u32>,
    suspicious_frames: Bucket,
    /// The small WINDOW_UPDATE frames that pass for what we sent.
    small_updates: u32,
    small_updates_per_frame: u32,
    /// The driver tells the time.
    is_timed: bool,
}

impl Ledger {
    /// Makes full budgets for a peer that may have so many streams open.
    pub(crate) fn new(limits: &Limits, streams: u32) -> Self {
        Self {
            resets_received: Bucket::new(limits.resets.of(streams)),
            started_resets: Bucket::new(limits.started_resets.of(streams)),
            unaccepted: Unaccepted::new(limits),
            resets_sent: Bucket::new(limits.resets_sent),
            resets_left: limits.resets_sent_in_all,
            suspicious_frames: Bucket::new(limits.suspicious_frames),
            small_updates: limits.window_updates,
            small_updates_per_frame: limits.window_updates,
            is_timed: false,
        }
    }

    /// The peer may have another number of streams open.
    pub(crate) fn resize(&mut self, limits: &Limits, streams: u32) {
        self.resets_received.resize(limits.resets.of(streams));
        self.started_resets
            .resize(limits.started_resets.of(streams));
    }

    /// The peer opened a stream and reset it.
    pub(crate) fn reset_received(&mut self) -> Result<(), Limit> {
        let taken = self.resets_received.take(1);
        taken.map_err(|_| Limit::ResetsReceived)
    }

    /// The peer reset a stream of its own before the application took it on, or after.
    pub(crate) fn unaccepted_reset(&mut self, id: StreamId) -> Result<(), Limit> {
        self.unaccepted.reset(id)
    }

    /// The application took on all streams of the peer's up to this one.
    pub(crate) fn accept_up_to(&mut self, last: StreamId) {
        self.unaccepted.accept_up_to(last);
    }

    /// The application took on a stream of the peer's.
    pub(crate) fn accept(&mut self, id: StreamId) {
        self.unaccepted.accept(id);
    }

    /// The peer reset a stream that the application was notified of. Nothing left is no error: what
    /// comes next is slowed.
    pub(crate) fn started_reset(&mut self) {
        let _ = self.started_resets.take(1);
    }

    /// Says whether a request may start that pays if it is reset.
    pub(crate) const fn may_start(&self) -> bool {
        self.started_resets.left() > 0
    }

    /// Pays for a request before it starts, if there is enough.
    pub(crate) fn prepay(&mut self) -> bool {
        self.started_resets.take(1).is_ok()
    }

    /// When the next request can be paid for; `None` if no time brings that.
    pub(crate) fn next_start_at(&self) -> Option<Duration> {
        self.started_resets.holds_at(1)
    }

    /// The peer made us reset a stream.
    pub(crate) fn reset_sent(&mut self) -> Result<(), Limit> {
        if let Some(left) = &mut self.resets_left {
            *left = left.checked_sub(1).ok_or(Limit::ResetsSentInAll)?;
        }
        self.resets_sent.take(1).map_err(|_| Limit::ResetsSent)
    }

    /// The peer sent something that is allowed but suspicious.
    pub(crate) fn suspicious_frame(
        &mut self,
        suspicious_frame: SuspiciousFrame,
    ) -> Result<(), Limit> {
        let taken = self.suspicious_frames.take(suspicious_frame.weight());
        taken.map_err(|_| Limit::SuspiciousFrames)
    }

    /// We sent a DATA frame with so many octets of content.
    pub(crate) fn data_sent(&mut self, octets: u32) {
        let most = self.small_updates_per_frame.saturating_mul(SAVED);
        let passes = self
            .small_updates_per_frame
            .saturating_add(octets / OCTETS_PER_UPDATE);
        self.small_updates = self.small_updates.saturating_add(passes).min(most);
    }

    /// The peer granted next to nothing.
    pub(crate) fn small_window_update(&mut self) -> Result<(), Limit> {
        match self.small_updates.checked_sub(1) {
            Some(small_updates) => self.small_updates = small_updates,
            None => self.suspicious_frame(SuspiciousFrame::SmallWindowUpdate)?,
        }
        Ok(())
    }

    /// A stream came to its end in good order.
    pub(crate) fn exchange_completed(&mut self) {
        self.started_resets.give(1);
        self.suspicious_frames.give(EXCHANGE);
        if !self.is_timed {
            // Else they would be counts over the life of a connection, which end honest ones.
            self.resets_received.give(1);
            self.resets_sent.give(1);
        }
    }

    /// Says whether the driver tells the time.
    pub(crate) const fn is_timed(&self) -> bool {
        self.is_timed
    }

    /// The time has come this far.
    pub(crate) fn refill(&mut self, now: Nanos) {
        self.is_timed = true;
        for bucket in [
            &mut self.resets_received,
            &mut self.started_resets,
            &mut self.resets_sent,
            &mut self.suspicious_frames,
        ] {
            bucket.refill(now);
        }
    }
}
