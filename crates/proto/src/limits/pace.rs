//! The pace at which content in tiny pieces is read (RFC 9113 §10.5).
//!
//! A DATA frame of one octet costs us as much work as one of 16 KiB, and its sender nearly nothing.
//! No peer is ended for it: when it has sent more of them than it may, we read no faster than its
//! budget refills.

use core::time::Duration;

use super::{Bucket, Budget, Limits};
use crate::nanos::Nanos;

/// DATA of so many octets or more costs nothing.
pub(crate) const SMALL: u32 = 256;

/// Reading goes on when so many parts of a second have refilled the budget: not for each frame.
const PARTS: u32 = 10;

/// What the peer may still send in tiny pieces.
#[derive(Debug)]
pub(crate) struct Pace {
    left: Bucket,
    /// The pieces that give back what they cost.
    refunds: Bucket,
    /// With so much reading goes on.
    enough: u32,
    is_paced: bool,
    is_timed: bool,
}

impl Pace {
    pub(crate) fn new(limits: &Limits) -> Self {
        let (budget, pieces) = (limits.small_data, limits.small_pieces);
        Self {
            left: Bucket::new(budget),
            refunds: Bucket::new(Budget::new(pieces, pieces)),
            enough: (budget.per_second / PARTS).clamp(SMALL, budget.depth.max(SMALL)),
            is_paced: false,
            is_timed: false,
        }
    }

    /// The peer sent a DATA frame with so many octets of content. Returns what it costs.
    pub(crate) fn received(&mut self, octets: usize) -> u32 {
        let octets = u32::try_from(octets).unwrap_or(u32::MAX);
        let cost = SMALL.saturating_sub(octets);
        if cost > 0 {
            self.left.take_up_to(cost);
            self.is_paced |= self.is_timed && self.left.left() < SMALL;
        }
        cost
    }

    /// The application took a piece on its own that cost so much. Says whether reading goes on.
    pub(crate) fn taken(&mut self, cost: u32) -> bool {
        if cost == 0 || self.refunds.take(1).is_err() {
            return false;
        }
        self.left.give(cost);
        self.may_go_on()
    }

    /// Says whether we do not read for now.
    pub(crate) const fn is_paced(&self) -> bool {
        self.is_paced
    }

    /// Says whether reading goes on that was held up.
    pub(crate) fn may_go_on(&mut self) -> bool {
        let goes_on = self.is_paced && self.left.left() >= self.enough;
        self.is_paced &= !goes_on;
        goes_on
    }

    /// When it does, if it is held up.
    pub(crate) fn goes_on_at(&self) -> Option<Duration> {
        self.is_paced
            .then(|| self.left.holds_at(self.enough))
            .flatten()
    }

    /// The time has come this far.
    pub(crate) fn refill(&mut self, now: Nanos) {
        self.is_timed = true;
        self.left.refill(now);
        self.refunds.refill(now);
    }
}
