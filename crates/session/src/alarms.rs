//! The points in time at which somebody wants to be woken.

use alloc::collections::BTreeMap;
use core::task::Waker;
use std::time::Instant;

/// The points in time at which somebody wants to be woken.
#[derive(Debug, Default)]
pub(crate) struct Alarms {
    pub(crate) set: BTreeMap<(Instant, u64), Waker>,
    pub(crate) next: u64,
    /// Whoever drives the connection tells the time; otherwise no alarm would fire.
    pub(crate) is_enabled: bool,
}
