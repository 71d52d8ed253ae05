//! A slow link between two sockets: rate, delay, small buffers and outages, in each direction.
//!
//! The arithmetic is in `queue`, which takes time as an argument and knows no socket; `schedule`
//! says how fast the link is at what time; `relay` moves octets between sockets by it, on threads
//! that sleep until something is due. Each connection has a link of its own.

mod queue;
mod relay;
mod schedule;

pub(crate) use self::relay::relay;
pub(crate) use self::schedule::{Outage, Schedule};

use core::time::Duration;

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
