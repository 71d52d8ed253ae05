//! What is kept of each stream beside the machine: who holds it, who waits for it, how it ended.

use alloc::sync::Arc;

use proto::{StreamError, StreamId};

use crate::sync::Condvar;

/// Seeded, for the peer chooses the identifiers: it must not be able to choose some that collide.
type HashMap<V> = std::collections::HashMap<StreamId, V, foldhash::fast::RandomState>;

/// The streams that somebody holds.
#[derive(Debug, Default)]
pub(crate) struct Slots(HashMap<Slot>);

#[derive(Debug, Default)]
struct Slot {
    /// How many halves of it the application holds.
    holders: u8,
    /// It is sent to its end although nobody holds it.
    is_left_behind: bool,
    finished: Option<Result<(), StreamError>>,
    waiting: Option<Arc<Condvar>>,
}

impl Slots {
    /// Notes a new stream, of which nobody holds anything yet.
    pub(crate) fn open(&mut self, id: StreamId) {
        self.0.insert(id, Slot::default());
    }

    /// Notes another holder.
    pub(crate) fn hold(&mut self, id: StreamId) {
        if let Some(slot) = self.0.get_mut(&id) {
            slot.holders = slot.holders.saturating_add(1);
        }
    }

    /// Says whether more than one holds it.
    #[cfg(feature = "http")]
    pub(crate) fn is_shared(&self, id: StreamId) -> bool {
        self.0.get(&id).is_some_and(|slot| slot.holders > 1)
    }

    /// Notes that a holder let go; says whether it was the last.
    pub(crate) fn let_go(&mut self, id: StreamId) -> bool {
        let Some(slot) = self.0.get_mut(&id) else {
            return false;
        };
        slot.holders = slot.holders.saturating_sub(1);
        let was_last = slot.holders == 0;
        if was_last {
            self.0.remove(&id);
        }
        was_last
    }

    /// Notes that its last holder let go, whose message is whole and may still have to be sent. Says
    /// whether that is so: then it stays until it has ended on the wire.
    pub(crate) fn leave_behind(&mut self, id: StreamId) -> bool {
        let slot = self.0.get_mut(&id);
        let slot = slot.filter(|slot| slot.holders == 1 && slot.finished.is_none());
        let Some(slot) = slot else { return false };
        slot.holders = 0;
        slot.is_left_behind = true;
        true
    }

    /// Notes how a stream ended on the wire; says whether it was left behind, and is gone now.
    pub(crate) fn finish(&mut self, id: StreamId, result: Result<(), StreamError>) -> bool {
        let Some(slot) = self.0.get_mut(&id) else {
            return false;
        };
        slot.finished = Some(result);
        let was_left_behind = slot.is_left_behind;
        if was_left_behind {
            self.0.remove(&id);
        }
        was_left_behind
    }

    /// How the stream ended on the wire, if it did.
    pub(crate) fn finished(&self, id: StreamId) -> Option<Result<(), StreamError>> {
        self.0.get(&id)?.finished
    }

    /// What a thread waits on for news of a stream.
    pub(crate) fn condition(&mut self, id: StreamId) -> Arc<Condvar> {
        let slot = self.0.entry(id).or_default();
        Arc::clone(slot.waiting.get_or_insert_default())
    }

    /// What threads wait on, if any ever did.
    pub(crate) fn waiting(&self, id: StreamId) -> Option<Arc<Condvar>> {
        self.0.get(&id)?.waiting.clone()
    }

    /// What all threads wait on.
    pub(crate) fn all_waiting(&self) -> impl Iterator<Item = Arc<Condvar>> {
        self.0.values().filter_map(|slot| slot.waiting.clone())
    }
}
