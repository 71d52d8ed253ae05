//! The budgets of one connection.

use core::time::Duration;

use super::{Bucket, Budget, Glitch, Limits};
use crate::violation::Limit;

/// DATA of so many octets or more costs nothing.
const SMALL: u32 = 256;
/// What an octet of content makes up for. The shortest message of gRPC has five, and is free.
const WORTH: u32 = 64;
/// The octets that we send for which one more small grant passes.
const GRANTED: u32 = 8;
/// The glitches that a finished exchange makes up for.
const EXCHANGE: u32 = 10;
/// The DATA frames whose grants may be saved up.
const SAVED: u32 = 1000;

/// What the peer has left of each budget. They outlive our own GOAWAY.
#[derive(Debug)]
pub(crate) struct Ledger {
    resets_received: Bucket,
    resets_early: Bucket,
    resets_sent: Bucket,
    glitches: Bucket,
    small_data: Bucket,
    /// The small grants that pass for what we sent.
    grants: u32,
    grants_a_frame: u32,
}

impl Ledger {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            resets_received: Bucket::new(Budget::new(
                limits.resets_received,
                limits.resets_received.div_ceil(30),
            )),
            resets_early: Bucket::new(Budget::new(limits.resets_early, limits.resets_early)),
            resets_sent: Bucket::new(limits.resets_sent),
            glitches: Bucket::new(limits.glitches),
            small_data: Bucket::new(limits.small_data),
            grants: limits.window_updates,
            grants_a_frame: limits.window_updates,
        }
    }

    /// The peer reset a stream.
    pub(crate) fn reset_received(&mut self) -> Result<(), Limit> {
        self.resets_received
            .take(1)
            .map_err(|_| Limit::ResetsReceived)
    }

    /// The peer reset a stream before it had an octet of the response.
    pub(crate) fn reset_early(&mut self) -> Result<(), Limit> {
        self.resets_early.take(1).map_err(|_| Limit::ResetsEarly)
    }

    /// The peer made us reset a stream.
    pub(crate) fn reset_sent(&mut self) -> Result<(), Limit> {
        self.resets_sent.take(1).map_err(|_| Limit::ResetsSent)
    }

    /// The peer sent something that is allowed but suspicious.
    pub(crate) fn glitch(&mut self, glitch: Glitch) -> Result<(), Limit> {
        let taken = self.glitches.take(glitch.weight());
        taken.map_err(|_| Limit::Glitches)
    }

    /// The peer sent a DATA frame with `octets` of content, which is not the last of its stream.
    ///
    /// `room` is what the windows let the peer send besides: a frame that fills a window is as large
    /// as we let it be.
    pub(crate) fn data_received(&mut self, octets: usize, room: u32) -> Result<(), Limit> {
        if room < SMALL {
            return Ok(());
        }
        let octets = u32::try_from(octets).unwrap_or(u32::MAX);
        let (cost, worth) = (SMALL.saturating_sub(octets), octets.saturating_mul(WORTH));
        self.small_data.give(worth.saturating_sub(cost));
        let taken = self.small_data.take(cost.saturating_sub(worth));
        taken.map_err(|_| Limit::SmallData)
    }

    /// The application took a piece of content.
    pub(crate) fn content_taken(&mut self) {
        self.small_data.give(SMALL);
    }

    /// We sent a DATA frame with so many octets of content.
    pub(crate) fn data_sent(&mut self, octets: u32) {
        let most = self.grants_a_frame.saturating_mul(SAVED);
        let passes = self.grants_a_frame.saturating_add(octets / GRANTED);
        self.grants = self.grants.saturating_add(passes).min(most);
    }

    /// The peer granted next to nothing.
    pub(crate) fn small_grant(&mut self) -> Result<(), Limit> {
        match self.grants.checked_sub(1) {
            Some(grants) => self.grants = grants,
            None => self.glitch(Glitch::SmallGrant)?,
        }
        Ok(())
    }

    /// A stream came to its end in good order.
    pub(crate) fn exchange_completed(&mut self) {
        self.resets_received.give(1);
        self.resets_early.give(1);
        self.resets_sent.give(1);
        self.glitches.give(EXCHANGE);
    }

    /// The time has come this far.
    pub(crate) fn refill(&mut self, now: Duration) {
        for bucket in [
            &mut self.resets_received,
            &mut self.resets_early,
            &mut self.resets_sent,
            &mut self.glitches,
            &mut self.small_data,
        ] {
            bucket.refill(now);
        }
    }
}
