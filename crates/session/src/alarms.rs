//! Who wants to be woken after a while, on the timeline of whoever drives the connection.
//!
//! A while runs from when the time is told next, not from what was told last: that may be long ago on a
//! connection on which nothing happened.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::task::{Poll, Waker};
use core::time::Duration;

use crate::spent::Spent;

/// Who wants to be woken after a while. Most connections have none.
#[derive(Debug, Default)]
pub(crate) struct Alarms {
    /// Whoever drives the connection tells the time; otherwise no alarm would fire.
    pub(crate) is_enabled: bool,
    set: Option<Box<Set>>,
}

#[derive(Debug, Default)]
struct Set {
    last: u64,
    /// Those that have not fired, by number.
    entries: BTreeMap<u64, Entry>,
    /// When those of them fire whose while runs.
    running: BTreeSet<(Duration, u64)>,
    /// The whiles of those that wait to be told the time.
    new: Vec<(u64, Duration)>,
}

#[derive(Debug, Default)]
struct Entry {
    at: Option<Duration>,
    waker: Option<Waker>,
}

impl Alarms {
    /// Adds one that fires so long after the time is told next.
    pub(crate) fn add(&mut self, after: Duration) -> u64 {
        let set = self.set.get_or_insert_with(Box::default);
        set.last += 1;
        set.entries.insert(set.last, Entry::default());
        set.new.push((set.last, after));
        set.last
    }

    /// Is ready once it has fired; has the waker called then, and returns the one before.
    pub(crate) fn poll(&mut self, number: u64, waker: &Waker) -> (Poll<()>, Option<Waker>) {
        let entry = self
            .set
            .as_mut()
            .and_then(|set| set.entries.get_mut(&number));
        match entry {
            None => (Poll::Ready(()), None),
            Some(entry) if entry.waker.as_ref().is_some_and(|it| it.will_wake(waker)) => {
                (Poll::Pending, None)
            }
            Some(entry) => (Poll::Pending, entry.waker.replace(waker.clone())),
        }
    }

    /// Takes one out. Returns whom it would have woken.
    pub(crate) fn remove(&mut self, number: u64) -> Option<Waker> {
        let set = self.set.as_mut()?;
        let entry = set.entries.remove(&number)?;
        match entry.at {
            Some(at) => _ = set.running.remove(&(at, number)),
            None => set.new.retain(|(new, _)| *new != number),
        }
        entry.waker
    }

    /// The time is told: new ones run from now on, and those fire whose while is over.
    pub(crate) fn fire(&mut self, now: Duration, spent: &mut Spent) {
        let Some(set) = &mut self.set else {
            return;
        };
        for (number, after) in set.new.drain(..) {
            if let Some(entry) = set.entries.get_mut(&number) {
                let at = now.saturating_add(after);
                entry.at = Some(at);
                set.running.insert((at, number));
            }
        }
        while let Some((_, number)) = set.running.first().filter(|(at, _)| *at <= now).copied() {
            set.running.pop_first();
            let entry = set.entries.remove(&number);
            spent.wake(entry.and_then(|entry| entry.waker));
        }
    }

    /// When the next one fires whose while runs.
    pub(crate) fn next(&self) -> Option<Duration> {
        Some(self.set.as_ref()?.running.first()?.0)
    }
}
