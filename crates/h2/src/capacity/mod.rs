//! Capacity that is assigned: what streams may queue, out of what the connection may send
//! (RFC 9113 §6.9).
//!
//! An application asks for so much beyond what it has queued, and is told how much it may queue: no
//! more than the window of its stream and its share of the connection's window let leave. Shares are
//! given in the order of asking. What one stream does not use it gives back, and others get it.
//!
//! A claim bounds what may be *queued*. What *leaves*, and in which order, the scheduler of the machine
//! decides, and it knows no claims: what is queued on another stream is never held back by one that is
//! not used. What has left so is taken off the claims of those who have not used theirs, so that all
//! claims together never exceed the connection's window.

mod entry;
#[cfg(test)]
mod law;
#[cfg(test)]
mod tests;

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use self::entry::Entry;

/// The claims of all streams of a connection, each known by the place that its holder has for it.
#[derive(Debug)]
pub(crate) struct Capacity {
    entries: Vec<Entry>,
    /// The streams that want more than the connection had, in the order in which they are served.
    waiting: VecDeque<usize>,
    /// What the connection may send.
    window: i64,
    /// All that is assigned.
    claimed: u64,
    /// How much of a stream is queued at most.
    most: u64,
    /// The streams whose capacity has grown, to be told.
    grown: VecDeque<usize>,
}

/// Makes space for one more where there is none: for the first alone, then for a quarter more, so that
/// little is in excess.
pub(crate) fn make_space<T>(places: &mut Vec<T>) {
    let count = places.len();
    if count == places.capacity() {
        places.reserve_exact(if count == 0 { 1 } else { 16.max(count / 4) });
    }
}

impl Capacity {
    /// Begins with a window of the connection, and what a stream may queue at most.
    pub(crate) fn new(window: i32, most: usize) -> Self {
        Self {
            entries: Vec::new(),
            waiting: VecDeque::new(),
            window: window.into(),
            claimed: 0,
            most: most as u64,
            grown: VecDeque::new(),
        }
    }

    /// A stream has come to be, which is not open yet.
    pub(crate) fn insert(&mut self, place: usize) {
        while self.entries.len() <= place {
            make_space(&mut self.entries);
            self.entries.push(Entry::default());
        }
        self.take_out(place);
    }

    /// The stream is open on the wire, with this window: now it may have a claim.
    pub(crate) fn open(&mut self, place: usize, window: i32) {
        self.change(place, |entry| {
            entry.is_open = true;
            entry.window = window.into();
        });
    }

    /// The application asks for `octets` beyond what it has queued; for less than before, it gives
    /// back.
    pub(crate) fn reserve(&mut self, place: usize, octets: usize) {
        self.change(place, |entry| {
            let requested = (octets as u64)
                .saturating_add(entry.buffered)
                .min(u32::MAX.into());
            if requested <= entry.requested || !entry.is_ended {
                entry.requested = requested.max(entry.buffered);
            }
        });
    }

    /// The application has queued `octets`; it asks for as much by that.
    pub(crate) fn queued(&mut self, place: usize, octets: usize) {
        self.change(place, |entry| {
            entry.buffered = entry.buffered.saturating_add(octets as u64);
            entry.requested = entry.requested.max(entry.buffered);
        });
    }

    /// Nothing more will be queued: what is assigned beyond what is queued goes back.
    pub(crate) fn end(&mut self, place: usize) {
        self.change(place, |entry| {
            entry.is_ended = true;
            entry.requested = entry.buffered;
        });
    }

    /// `octets` that were queued have left: both windows are smaller by that.
    pub(crate) fn sent(&mut self, place: usize, octets: usize) {
        let octets = octets as u64;
        self.window -= i64::try_from(octets).unwrap_or(i64::MAX);
        let most = self.most;
        if let Some(entry) = self.entries.get_mut(place) {
            let before = entry.capacity(most);
            let used = entry.assigned.min(octets);
            entry.window -= i64::try_from(octets).unwrap_or(i64::MAX);
            entry.requested = entry.requested.saturating_sub(octets);
            entry.assigned -= used;
            entry.buffered = entry.buffered.saturating_sub(octets);
            self.claimed -= used;
            self.note_growth(place, before);
        }
        self.assign();
    }

    /// The connection may send so much now.
    pub(crate) fn set_window(&mut self, window: i32) {
        if self.window != i64::from(window) {
            self.window = window.into();
            self.assign();
        }
    }

    /// A stream may send so much now, as far as the connection may.
    pub(crate) fn set_stream_window(&mut self, place: usize, window: i32) {
        if self
            .entry(place)
            .is_some_and(|entry| entry.window != i64::from(window))
        {
            self.change(place, |entry| entry.window = window.into());
        }
    }

    /// The stream is gone: what it had goes back.
    pub(crate) fn remove(&mut self, place: usize) {
        self.take_out(place);
        self.assign();
    }

    /// How many octets more may be queued on a stream.
    pub(crate) fn capacity(&self, place: usize) -> usize {
        let capacity = self.entry(place).map(|entry| entry.capacity(self.most));
        usize::try_from(capacity.unwrap_or(0)).unwrap_or(usize::MAX)
    }

    /// The same, if it has grown since this was asked last, and is not nothing.
    pub(crate) fn take_growth(&mut self, place: usize) -> Option<usize> {
        let entry = self.entries.get_mut(place)?;
        if !core::mem::take(&mut entry.has_grown) {
            return None;
        }
        Some(self.capacity(place)).filter(|capacity| *capacity > 0)
    }

    /// How much of a stream is queued, as far as this was told.
    pub(crate) fn buffered(&self, place: usize) -> usize {
        let buffered = self.entry(place).map_or(0, |entry| entry.buffered);
        usize::try_from(buffered).unwrap_or(usize::MAX)
    }

    /// Says whether a change of windows is of interest to a stream: it has something queued, or wants
    /// more than it has.
    pub(crate) fn is_interested(&self, place: usize) -> bool {
        self.entry(place).is_some_and(|entry| entry.requested > 0)
    }

    /// The next of the streams whose capacity has grown since this was asked last.
    pub(crate) fn next_grown(&mut self) -> Option<usize> {
        self.grown.pop_front()
    }

    /// Changes an entry; gives back what it has too much, and gets what it wants.
    fn change(&mut self, place: usize, change: impl FnOnce(&mut Entry)) {
        let Some(entry) = self.entries.get_mut(place) else {
            return;
        };
        change(entry);
        // A window that has shrunk takes with it what was assigned of it.
        let window = u64::try_from(entry.window).unwrap_or(0);
        let kept = entry.assigned.min(entry.requested).min(window);
        self.claimed -= entry.assigned - kept;
        entry.assigned = kept;
        let (wanted, is_waiting) = (entry.wanted(), entry.is_waiting);
        if wanted > 0 && self.waiting.is_empty() && wanted <= self.free() {
            // Nobody stands before it.
            return self.give(place, wanted);
        }
        if wanted > 0 && !is_waiting {
            self.wait(place);
        }
        self.assign();
    }

    /// Assigns what is free to those who wait for it.
    fn assign(&mut self) {
        if self.waiting.is_empty() && self.free() > 0 {
            return;
        }
        self.revoke();
        // Each at most once: who is not served whole waits behind all others for the next window.
        for _ in 0..self.waiting.len() {
            if self.free() == 0 {
                return;
            }
            let Some(place) = self.next_waiting() else {
                return;
            };
            let wanted = self.entry(place).map_or(0, |entry| entry.wanted());
            self.give(place, wanted.min(self.free()));
            if self.entry(place).is_some_and(|entry| entry.wanted() > 0) {
                self.wait(place);
            }
        }
    }

    /// Assigns so much to a stream.
    fn give(&mut self, place: usize, octets: u64) {
        let most = self.most;
        if let Some(entry) = self.entries.get_mut(place) {
            let before = entry.capacity(most);
            entry.assigned += octets;
            self.claimed += octets;
            self.note_growth(place, before);
        }
    }

    /// What nobody has a claim on.
    fn free(&self) -> u64 {
        u64::try_from(self.window)
            .unwrap_or(0)
            .saturating_sub(self.claimed)
    }

    /// Takes claims back that the window does not cover any more: those that are not used first, and
    /// whoever loses one is the next to get one.
    fn revoke(&mut self) {
        let window = u64::try_from(self.window).unwrap_or(0);
        for is_used in [false, true] {
            if self.claimed <= window {
                return;
            }
            for place in 0..self.entries.len() {
                let excess = self.claimed - window.min(self.claimed);
                let Some(entry) = self.entries.get_mut(place) else {
                    continue;
                };
                let there = if is_used {
                    entry.assigned
                } else {
                    entry.unused()
                };
                let taken = there.min(excess);
                entry.assigned -= taken;
                self.claimed -= taken;
                if taken > 0 && entry.wanted() > 0 && !entry.is_waiting {
                    entry.is_waiting = true;
                    self.waiting.push_front(place);
                }
            }
        }
    }

    fn note_growth(&mut self, place: usize, before: u64) {
        let most = self.most;
        if let Some(entry) = self.entries.get_mut(place) {
            if entry.capacity(most) > before {
                entry.has_grown = true;
                self.grown.push_back(place);
            }
        }
    }

    fn wait(&mut self, place: usize) {
        if let Some(entry) = self.entries.get_mut(place) {
            entry.is_waiting = true;
            self.waiting.push_back(place);
        }
    }

    fn next_waiting(&mut self) -> Option<usize> {
        let place = self.waiting.pop_front()?;
        if let Some(entry) = self.entries.get_mut(place) {
            entry.is_waiting = false;
        }
        Some(place)
    }

    /// Takes a stream out of all lists, and its claim back.
    fn take_out(&mut self, place: usize) {
        let Some(entry) = self.entry(place) else {
            return;
        };
        self.claimed -= entry.assigned;
        if entry.is_waiting {
            self.waiting.retain(|waiting| *waiting != place);
        }
        self.grown.retain(|grown| *grown != place);
        self.put(place, Entry::default());
    }

    fn entry(&self, place: usize) -> Option<Entry> {
        self.entries.get(place).copied()
    }

    fn put(&mut self, place: usize, entry: Entry) {
        if let Some(there) = self.entries.get_mut(place) {
            *there = entry;
        }
    }
}
