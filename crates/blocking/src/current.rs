//! What the calling thread is to a connection: the one that reads it, or one that has more to say before
//! anything of it is to be written.

use core::cell::Cell;
use core::sync::atomic::{AtomicU64, Ordering};

use crate::sync::thread_local;

thread_local! {
    static READS: Cell<Option<Number>> = Cell::new(None);
    static HOLDS: Cell<Option<Number>> = Cell::new(None);
}

/// The number of a connection, which no other has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number(u64);

impl Number {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Says whether the calling thread is the one that reads the connection, which must not wait for it.
    pub(crate) fn is_read_here(self) -> bool {
        READS.with(Cell::get) == Some(self)
    }

    /// Says whether what the calling thread has queued waits for what follows.
    pub(crate) fn is_held_here(self) -> bool {
        HOLDS.with(Cell::get) == Some(self)
    }

    /// The calling thread reads the connection until the end of it.
    pub(crate) fn read_here(self) -> Reading {
        Reading(READS.with(|reads| reads.replace(Some(self))))
    }

    /// Has nothing written of what is queued meanwhile by this thread: what follows it is, with it.
    pub(crate) fn hold<T>(self, action: impl FnOnce() -> T) -> T {
        let _holding = Holding(HOLDS.with(|holds| holds.replace(Some(self))));
        action()
    }
}

/// For as long as it lives, a thread reads a connection.
pub(crate) struct Reading(Option<Number>);

impl Drop for Reading {
    fn drop(&mut self) {
        READS.with(|reads| reads.set(self.0));
    }
}

/// For as long as it lives, a thread holds output back.
struct Holding(Option<Number>);

impl Drop for Holding {
    fn drop(&mut self) {
        HOLDS.with(|holds| holds.set(self.0));
    }
}
