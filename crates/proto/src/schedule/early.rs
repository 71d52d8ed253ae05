//! Priorities of streams that are still to come (RFC 9218 §7).

use alloc::collections::BTreeMap;

use frame::StreamId;

use crate::message::Signal;

/// What PRIORITY_UPDATE said of idle streams: the latest of each, and only what it means.
#[derive(Debug, Default)]
pub(crate) struct Early(BTreeMap<StreamId, Signal>);

impl Early {
    /// How many idle streams have a priority.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Keeps a priority. Returns the one that it takes the place of.
    pub(crate) fn put(&mut self, id: StreamId, signal: Signal) -> Option<Signal> {
        self.0.insert(id, signal)
    }

    /// Forgets a priority.
    pub(crate) fn forget(&mut self, id: StreamId) {
        self.0.remove(&id);
    }

    /// Takes out the priority of a stream that opens, and forgets those of streams that never will:
    /// the ones below it (RFC 9113 §5.1.1).
    pub(crate) fn take(&mut self, id: StreamId) -> Option<Signal> {
        let mut taken = None;
        while let Some(entry) = self.0.first_entry().filter(|entry| *entry.key() <= id) {
            let (of, signal) = entry.remove_entry();
            taken = (of == id).then_some(signal);
        }
        taken
    }
}
