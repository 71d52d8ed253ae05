//! The budgets of one connection.

use core::time::Duration;

use super::{Bucket, Limits};
use crate::violation::Limit;

/// The time in which the reset budgets refill from empty to full.
const RESETS: Duration = Duration::from_secs(30);
/// The time in which the glitch budget refills from empty to full.
const GLITCHES: Duration = Duration::from_secs(10);

/// What the peer has left of each budget. They outlive our own GOAWAY.
#[derive(Debug)]
pub(crate) struct Ledger {
    resets_received: Bucket,
    resets_sent: Bucket,
    glitches: Bucket,
}

impl Ledger {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            resets_received: Bucket::new(limits.resets_received, RESETS),
            resets_sent: Bucket::new(limits.resets_sent, RESETS),
            glitches: Bucket::new(limits.glitches, GLITCHES),
        }
    }

    /// The peer reset a stream.
    pub(crate) fn reset_received(&mut self) -> Result<(), Limit> {
        self.resets_received
            .take()
            .map_err(|_| Limit::ResetsReceived)
    }

    /// The peer made us reset a stream.
    pub(crate) fn reset_sent(&mut self) -> Result<(), Limit> {
        self.resets_sent.take().map_err(|_| Limit::ResetsSent)
    }

    /// The peer sent something that is allowed but suspicious.
    pub(crate) fn glitch(&mut self) -> Result<(), Limit> {
        self.glitches.take().map_err(|_| Limit::Glitches)
    }

    /// A stream came to its end in good order.
    pub(crate) fn exchange_completed(&mut self) {
        self.resets_received.give();
        self.resets_sent.give();
    }

    /// The time has come this far.
    pub(crate) fn refill(&mut self, now: Duration) {
        for bucket in [
            &mut self.resets_received,
            &mut self.resets_sent,
            &mut self.glitches,
        ] {
            bucket.refill(now);
        }
    }
}
