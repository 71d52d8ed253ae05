//! When streams want to go on although nothing happens.

use alloc::collections::BTreeMap;
use core::task::Waker;
use std::time::Instant;

use proto::{Role, StreamId};

use crate::flavor::Flavor;
use crate::state::State;

/// The points in time at which somebody wants to be woken, at most one for each stream and time.
#[derive(Debug, Default)]
pub(crate) struct Alarms {
    set: BTreeMap<(Instant, StreamId), Waker>,
    /// The driver has a timer; without one no alarm would ring.
    is_enabled: bool,
}

impl Alarms {
    /// From now on alarms ring.
    pub(crate) fn enable(&mut self) {
        self.is_enabled = true;
    }

    /// When the next one is to ring.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.set.first_key_value().map(|((at, _), _)| *at)
    }
}

#[cfg(feature = "http-body")]
impl Alarms {
    /// Says whether alarms ring.
    pub(crate) const fn is_enabled(&self) -> bool {
        self.is_enabled
    }

    /// Sets one, or changes who is woken by it; returns who was before.
    #[must_use]
    pub(crate) fn set(&mut self, at: Instant, id: StreamId, waker: &Waker) -> Option<Waker> {
        self.set.insert((at, id), waker.clone())
    }

    /// Takes one back; returns who was to be woken.
    #[must_use]
    pub(crate) fn unset(&mut self, at: Instant, id: StreamId) -> Option<Waker> {
        self.set.remove(&(at, id))
    }
}

impl<R: Role, F: Flavor> State<R, F> {
    /// Wakes whose time has come.
    pub(crate) fn ring_alarms(&mut self, now: impl FnOnce() -> Instant) {
        if self.alarms.set.is_empty() {
            return;
        }
        let now = now();
        while let Some(entry) = self.alarms.set.first_entry() {
            if entry.key().0 > now {
                return;
            }
            let waker = entry.remove();
            self.wake_later(waker);
        }
    }
}
