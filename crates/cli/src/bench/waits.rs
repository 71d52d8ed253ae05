//! What the requests of a connection wait for that are not opened yet.
//!
//! It is the same for all of them at any instant, so that it is counted once for the connection, and a
//! request takes the difference between the count when it leaves the queue and when it came into it: a
//! queue of any length costs the same.

use super::label::Label;
use super::spent::Spent;

/// Why the queue of a connection does not move, if it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// It does: whoever is in it has only just come, and is looked at in this turn.
    Free,
    /// There is no connection.
    Dialing,
    /// As many run as we want.
    OwnLimit,
    /// As many run as the server wants.
    PeerLimit,
}

/// How long a connection's queue has waited for what, since it was made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waits {
    at: u64,
    why: Wait,
    sums: [u64; 4],
}

/// The same, when a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    at: u64,
    sums: [u64; 4],
}

impl Waits {
    pub(super) const fn new(now: u64) -> Self {
        Self {
            at: now,
            why: Wait::Dialing,
            sums: [0; 4],
        }
    }

    /// From now on it is this that is waited for.
    pub(super) fn set(&mut self, why: Wait, now: u64) {
        self.pass(now);
        self.why = why;
    }

    /// How it stands, for a request that comes.
    pub(super) fn mark(&mut self, now: u64) -> Mark {
        self.pass(now);
        Mark {
            at: self.at,
            sums: self.sums,
        }
    }

    /// Adds what a request has waited for since its mark; returns until when that was.
    pub(super) fn spend(&mut self, mark: Mark, now: u64, spent: &mut Spent) -> u64 {
        self.pass(now);
        let labels = [
            Label::Late,
            Label::Dialing,
            Label::OwnLimit,
            Label::PeerLimit,
        ];
        let sums = self.sums.iter().zip(mark.sums);
        for (label, (later, before)) in labels.into_iter().zip(sums) {
            spent.add(label, later - before);
        }
        self.at
    }

    fn pass(&mut self, now: u64) {
        if let Some(sum) = self.sums.get_mut(self.why as usize) {
            *sum += now.saturating_sub(self.at);
        }
        self.at = self.at.max(now);
    }
}

impl Mark {
    /// When it was made.
    pub(super) const fn at(self) -> u64 {
        self.at
    }
}
