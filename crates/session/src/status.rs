//! What can be read without the lock, also from inside a turn.

use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How many octets went through a transport.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Octets {
    /// From the peer.
    pub received: u64,
    /// To the peer.
    pub sent: u64,
}

/// What can be read without the lock. It is written under it.
#[derive(Debug, Default)]
pub(crate) struct Status {
    is_closed: AtomicBool,
    /// Requests wait until handlers have ended.
    is_behind: AtomicBool,
    received: AtomicU64,
    sent: AtomicU64,
    turns: AtomicU64,
}

impl Status {
    /// The connection has ended. Whoever learns of it may look at how.
    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    pub(crate) fn set_behind(&self, is_behind: bool) {
        self.is_behind.store(is_behind, Ordering::Relaxed);
    }

    pub(crate) fn is_behind(&self) -> bool {
        self.is_behind.load(Ordering::Relaxed)
    }

    pub(crate) fn octets(&self) -> Octets {
        Octets {
            received: self.received.load(Ordering::Relaxed),
            sent: self.sent.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn count_received(&self, octets: usize) {
        add(&self.received, octets);
    }

    pub(crate) fn turns(&self) -> u64 {
        self.turns.load(Ordering::Relaxed)
    }

    pub(crate) fn count_turn(&self) {
        add(&self.turns, 1);
    }

    pub(crate) fn count_sent(&self, octets: usize) {
        add(&self.sent, octets);
    }
}

/// Adds to a count that one thread at a time writes.
fn add(count: &AtomicU64, octets: usize) {
    let octets = u64::try_from(octets).unwrap_or_default();
    if octets > 0 {
        count.store(count.load(Ordering::Relaxed) + octets, Ordering::Relaxed);
    }
}
