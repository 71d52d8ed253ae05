//! A slow link between two sockets: rate, delay, small buffers and outages, in each direction.
//!
//! The arithmetic is in `queue`, which takes time as an argument and knows no socket; `schedule`
//! says how fast the link is at what time; `relay` moves octets between sockets by it, on threads
//! that sleep until something is due. Each connection has a link of its own.

mod queue;
mod relay;
mod schedule;

pub(crate) use self::queue::Item;
#[cfg(test)]
pub(crate) use self::queue::Queue;
pub(crate) use self::relay::relay;
pub(crate) use self::schedule::{Outage, Schedule};

use alloc::vec::Vec;
use core::time::Duration;

/// The way from one socket to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// From the client.
    Up,
    /// To the client.
    Down,
}

impl Way {
    pub(crate) const fn back(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }
}

/// What is done to octets before they wait for the link. Times are counted from the beginning of the
/// connection.
pub(crate) trait Stage: Send {
    /// Octets have come that go this way; returns what goes on, and which way.
    fn take(&mut self, now: Duration, way: Way, octets: &[u8]) -> Vec<(Way, Item)>;

    /// No more octets will come that go this way.
    fn finish(&mut self, now: Duration, way: Way) -> Vec<(Way, Item)>;

    /// It is so late; returns what was due.
    fn tick(&mut self, now: Duration) -> Vec<(Way, Item)>;

    /// When something is due.
    fn next(&self) -> Option<Duration>;

    /// Says whether it takes more.
    fn has_capacity(&self, way: Way) -> bool;
}

/// How many octets wait for their turn on a link, if nothing is said.
pub(crate) const WAITING: usize = 64 * 1024;

/// What one direction of a link does to what goes over it.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    /// How fast octets leave one end, at what time.
    pub(crate) schedule: Schedule,
    /// How long they take to the other end.
    pub(crate) delay: Duration,
    /// How many octets may wait before the link takes no more.
    pub(crate) waiting: usize,
}
