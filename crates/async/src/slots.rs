//! What is kept of each stream beside the machine: who holds it, who waits for it, how it ended.

use core::task::Waker;

use proto::{StreamError, StreamId};

use crate::error::Error;

/// So few new streams in a turn do not need the room that many had.
const FEW: usize = 4;

/// Seeded, for the peer chooses the identifiers: it must not be able to choose some that collide.
type HashMap<V> = std::collections::HashMap<StreamId, V, foldhash::fast::RandomState>;

/// The streams that somebody holds.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    held: HashMap<Slot>,
    /// What went wrong on those where something did, which are far fewer.
    faults: HashMap<Fault>,
    /// How many are new in this turn.
    opened: usize,
}

#[derive(Debug, Default)]
struct Slot {
    /// How many halves of it the application holds.
    holders: u8,
    /// A handler of it runs, whatever it holds; or it is sent to its end although nobody holds it.
    is_handled: bool,
    /// How it ended on the wire, if it did.
    finished: Option<Result<(), Failed>>,
    recv: Option<Waker>,
    send: Option<Waker>,
}

/// What ended a stream stands among the faults.
#[derive(Clone, Copy, Debug)]
struct Failed;

#[derive(Debug, Default)]
struct Fault {
    /// Why content of ours failed.
    cause: Option<Error>,
    /// What ended the stream.
    error: Option<StreamError>,
}

/// What a task waits for on a stream: one waker for each.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    Recv,
    Send,
}

impl Slots {
    /// Notes a new stream, of which nobody holds anything yet.
    pub(crate) fn open(&mut self, id: StreamId) {
        self.opened += 1;
        self.held.insert(id, Slot::default());
    }

    /// A turn is over. Gives memory back if it is not needed, and not likely to be soon.
    pub(crate) fn rest(&mut self) {
        if self.held.is_empty() && self.opened <= FEW {
            self.held.shrink_to_fit();
            self.faults.shrink_to_fit();
        }
        self.opened = 0;
    }

    /// Notes another holder.
    pub(crate) fn hold(&mut self, id: StreamId) {
        if let Some(slot) = self.held.get_mut(&id) {
            slot.holders = slot.holders.saturating_add(1);
        }
    }

    /// Notes that a handler of it runs.
    pub(crate) fn handle(&mut self, id: StreamId) {
        if let Some(slot) = self.held.get_mut(&id) {
            slot.is_handled = true;
        }
    }

    /// Notes that its handler has ended. If nobody holds it, returns who still waited.
    pub(crate) fn end_handler(&mut self, id: StreamId) -> Option<[Option<Waker>; 2]> {
        let was_handled = core::mem::take(&mut self.held.get_mut(&id)?.is_handled);
        was_handled.then(|| self.remove_if_free(id)).flatten()
    }

    /// Notes that its last holder let go, whose message is whole and may still have to be sent. Says
    /// whether that is so: then it stays until it has ended on the wire.
    pub(crate) fn leave_behind(&mut self, id: StreamId) -> bool {
        let slot = self.held.get_mut(&id);
        let slot = slot.filter(|slot| slot.holders == 1 && slot.finished.is_none());
        let Some(slot) = slot else { return false };
        slot.holders = 0;
        slot.is_handled = true;
        true
    }

    /// Says whether a handler of it runs and holds something of it.
    pub(crate) fn is_in_hand(&self, id: StreamId) -> bool {
        let slot = self.held.get(&id);
        slot.is_some_and(|slot| slot.is_handled && slot.holders > 0)
    }

    /// Says whether both halves are held.
    pub(crate) fn is_shared(&self, id: StreamId) -> bool {
        self.held.get(&id).is_some_and(|slot| slot.holders > 1)
    }

    /// Notes that a holder let go. If it was the last, returns who still waited.
    pub(crate) fn let_go(&mut self, id: StreamId) -> Option<[Option<Waker>; 2]> {
        let slot = self.held.get_mut(&id)?;
        slot.holders = slot.holders.saturating_sub(1);
        self.remove_if_free(id)
    }

    fn remove_if_free(&mut self, id: StreamId) -> Option<[Option<Waker>; 2]> {
        let slot = self.held.get(&id)?;
        if slot.holders > 0 || slot.is_handled {
            return None;
        }
        let slot = self.held.remove(&id)?;
        if !self.faults.is_empty() {
            self.faults.remove(&id);
        }
        Some([slot.recv, slot.send])
    }

    /// Notes how a stream ended on the wire; takes who waits for it.
    pub(crate) fn finish(
        &mut self,
        id: StreamId,
        result: Result<(), StreamError>,
    ) -> [Option<Waker>; 2] {
        let Some(slot) = self.held.get_mut(&id) else {
            return [None, None];
        };
        slot.finished = Some(result.map_err(|_| Failed));
        if let Err(error) = result {
            self.faults.entry(id).or_default().error = Some(error);
        }
        [slot.recv.take(), slot.send.take()]
    }

    /// How the stream ended on the wire, if it did.
    pub(crate) fn finished(&self, id: StreamId) -> Option<Result<(), StreamError>> {
        match self.held.get(&id)?.finished? {
            Ok(()) => Some(Ok(())),
            Err(Failed) => self.faults.get(&id)?.error.map(Err),
        }
    }

    /// Notes why our content failed, which cancels the stream.
    #[cfg(feature = "http-body")]
    pub(crate) fn fail(&mut self, id: StreamId, cause: Error) {
        if self.held.contains_key(&id) {
            self.faults.entry(id).or_default().cause = Some(cause);
        }
    }

    /// Why our content failed, if it did.
    pub(crate) fn cause(&self, id: StreamId) -> Option<Error> {
        self.faults.get(&id)?.cause.clone()
    }

    /// Notes who waits for what; returns who waited before, if that was somebody else.
    #[must_use]
    pub(crate) fn park(
        &mut self,
        id: StreamId,
        operation: Operation,
        waker: &Waker,
    ) -> Option<Waker> {
        let place = self.held.get_mut(&id)?.place(operation);
        if place.as_ref().is_some_and(|place| place.will_wake(waker)) {
            return None;
        }
        place.replace(waker.clone())
    }

    /// Takes who waits for one operation.
    pub(crate) fn take(&mut self, id: StreamId, operation: Operation) -> Option<Waker> {
        self.held.get_mut(&id)?.place(operation).take()
    }

    /// Takes all who wait.
    pub(crate) fn take_all(&mut self) -> impl Iterator<Item = Waker> {
        let slots = self.held.values_mut();
        slots
            .flat_map(|slot| [slot.recv.take(), slot.send.take()])
            .flatten()
    }
}

impl Slot {
    fn place(&mut self, operation: Operation) -> &mut Option<Waker> {
        match operation {
            Operation::Recv => &mut self.recv,
            Operation::Send => &mut self.send,
        }
    }
}
