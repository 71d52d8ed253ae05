//! What small DATA frames that wait cost, where that is bounded (RFC 9113 §10.5).

use super::{Limits, SMALL};
use crate::violation::Limit;

/// What the frames cost that a piece of content came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    /// What comes back if it is taken on its own.
    refund: u32,
    /// What is held for as long as it waits.
    held: u32,
}

impl Cost {
    pub(crate) const NONE: Self = Self::new(0, 0);

    pub(crate) const fn new(refund: u32, held: u32) -> Self {
        Self { refund, held }
    }

    /// The content of another frame is joined to it: neither is taken on its own.
    pub(crate) const fn join(&mut self, other: Self) {
        self.refund = 0;
        self.held = self.held.saturating_add(other.held);
    }

    pub(crate) const fn refund(self) -> u32 {
        self.refund
    }

    pub(crate) const fn held(self) -> u32 {
        self.held
    }
}

/// What the small frames cost that wait, and what they may.
#[derive(Debug)]
pub(crate) struct Held {
    most: Option<u32>,
    spent: u32,
}

impl Held {
    pub(crate) const fn new(limits: &Limits) -> Self {
        Self {
            most: limits.small_data_held,
            spent: 0,
        }
    }

    /// Says whether it is this that bounds frames with content.
    pub(crate) const fn is_bounded(&self) -> bool {
        self.most.is_some()
    }

    /// DATA came with so many octets of content, and does not end its stream. Returns what it costs
    /// until it is taken.
    pub(crate) fn received(&mut self, octets: usize) -> Result<u32, Limit> {
        let (Some(most), 1..) = (self.most, octets) else {
            return Ok(0);
        };
        let octets = u32::try_from(octets).unwrap_or(u32::MAX);
        self.given_back(octets.saturating_sub(SMALL));
        let cost = SMALL.saturating_sub(octets);
        let spent = self.spent.saturating_add(cost);
        if spent > most {
            return Err(Limit::SmallDataHeld);
        }
        self.spent = spent;
        Ok(cost)
    }

    /// Content that cost so much was taken, or dropped.
    pub(crate) const fn given_back(&mut self, cost: u32) {
        self.spent = self.spent.saturating_sub(cost);
    }
}
