//! One budget that the windows of many connections grow out of.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};

/// Octets that the windows of streams may grow by, on all connections that share it together.
///
/// Each connection keeps to its own [`Config`](crate::Config), too: the smaller of both counts. What
/// is granted comes back once it was taken by the application, and when a connection is dropped.
/// Clones are the same budget. See [`Connection::grow_from`](crate::Connection::grow_from).
#[derive(Clone, Debug)]
pub struct WindowBudget(Arc<Octets>);

#[derive(Debug)]
struct Octets {
    left: AtomicUsize,
}

impl WindowBudget {
    /// So many octets for all.
    #[must_use]
    pub fn new(octets: usize) -> Self {
        let left = AtomicUsize::new(octets);
        Self(Arc::new(Octets { left }))
    }

    /// How many octets nobody has, for now.
    #[must_use]
    pub fn left(&self) -> usize {
        self.0.left.load(Ordering::Relaxed)
    }

    /// Takes up to `octets`. Returns how many.
    fn take(&self, octets: u32) -> u32 {
        let wanted = usize::try_from(octets).unwrap_or(usize::MAX);
        let take = |left: usize| Some(left.saturating_sub(wanted));
        let before = self
            .0
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        let before = before.unwrap_or_else(|left| left);
        u32::try_from(before.min(wanted)).unwrap_or(octets)
    }

    fn give_back(&self, octets: u64) {
        let octets = usize::try_from(octets).unwrap_or(usize::MAX);
        self.0.left.fetch_add(octets, Ordering::Relaxed);
    }
}

/// What one connection has of a budget, where there is one.
#[derive(Debug, Default)]
pub(super) struct Share {
    budget: Option<WindowBudget>,
    octets: u64,
}

impl Share {
    /// What is granted from now on comes out of a budget.
    pub(super) fn come_from(&mut self, budget: WindowBudget) {
        self.keep(0);
        self.budget = Some(budget);
    }

    /// How much may be taken, of up to `octets`.
    pub(super) fn left(&self, octets: u64) -> u64 {
        let Some(budget) = &self.budget else {
            return octets;
        };
        octets.min(u64::try_from(budget.left()).unwrap_or(u64::MAX))
    }

    /// Takes up to `octets`. Returns how many.
    pub(super) fn take(&mut self, octets: u32) -> u32 {
        let Some(budget) = &self.budget else {
            return octets;
        };
        let taken = budget.take(octets);
        self.octets += u64::from(taken);
        taken
    }

    /// Keeps no more than `octets`.
    pub(super) fn keep(&mut self, octets: u64) {
        let Some(budget) = &self.budget else {
            return;
        };
        let kept = self.octets.min(octets);
        if kept < self.octets {
            budget.give_back(self.octets - kept);
            self.octets = kept;
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.keep(0);
    }
}
