//! Which limits slowed the peer or ended something, and how often.

use alloc::vec::Vec;

use super::{Slowdown, Stats};
use crate::violation::Limit;

/// Which limits slowed the peer or ended something, and how often; there are no more entries than limits.
#[derive(Debug, Default)]
pub(crate) struct Trips {
    ended: Vec<(Limit, u64)>,
    slowed: Vec<(Slowdown, u64)>,
}

impl Trips {
    /// A stream or the connection ends because of a limit.
    pub(crate) fn end(&mut self, limit: Limit) {
        add(&mut self.ended, limit);
    }

    /// The peer is slowed.
    pub(crate) fn slow(&mut self, why: Slowdown) {
        add(&mut self.slowed, why);
    }

    pub(crate) fn tell(&self, stats: &mut Stats) {
        stats.limits.clone_from(&self.ended);
        stats.slowdowns.clone_from(&self.slowed);
    }
}

fn add<T: PartialEq>(tally: &mut Vec<(T, u64)>, what: T) {
    match tally.iter_mut().find(|(known, _)| *known == what) {
        Some((_, count)) => *count += 1,
        None => tally.push((what, 1)),
    }
}
