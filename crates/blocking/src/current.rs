//! What the calling thread is to a connection: the one that reads it, the one that writes just now, or one
//! that has more to say before anything of it is to be written.

#![expect(
    clippy::missing_const_for_thread_local,
    reason = "those of the model checker cannot be made so"
)]

use core::cell::Cell;
use core::sync::atomic::{AtomicU64, Ordering};

use crate::sync::thread_local;

thread_local! {
    static READS: Cell<Option<Number>> = Cell::new(None);
    static WRITES: Cell<Option<Number>> = Cell::new(None);
    static HOLDS: Cell<Option<Number>> = Cell::new(None);
    static ACCEPTS: Cell<Option<Number>> = Cell::new(None);
}

/// The number of a connection, which no other has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number(u64);

/// What a thread is to a connection.
#[derive(Clone, Copy, Debug)]
enum Part {
    Reads,
    Writes,
    Holds,
    Accepts,
}

/// For as long as it lives, a thread has a part in a connection.
#[derive(Debug)]
pub(crate) struct Having {
    part: Part,
    /// The connection in which it had that before.
    before: Option<Number>,
}

impl Number {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Says whether the calling thread is the one that reads the connection.
    pub(crate) fn is_read_here(self) -> bool {
        Part::Reads.number() == Some(self)
    }

    /// Says whether others wait for the calling thread: it reads the connection, or is in the middle of a
    /// write, with whose last octets content may be dropped. It must not wait for the connection.
    pub(crate) fn is_needed_here(self) -> bool {
        self.is_read_here() || Part::Writes.number() == Some(self)
    }

    /// Says whether what the calling thread has queued waits for what follows.
    pub(crate) fn is_held_here(self) -> bool {
        Part::Holds.number() == Some(self)
    }

    /// The calling thread reads the connection.
    pub(crate) fn read_here(self) -> Having {
        self.have(Part::Reads)
    }

    /// Says whether the calling thread takes what the peer opened, also what comes meanwhile.
    pub(crate) fn is_accepted_here(self) -> bool {
        self.is_read_here() || Part::Accepts.number() == Some(self)
    }

    /// The calling thread takes what the peer opened.
    pub(crate) fn accept_here(self) -> Having {
        self.have(Part::Accepts)
    }

    /// The calling thread writes.
    pub(crate) fn write_here(self) -> Having {
        self.have(Part::Writes)
    }

    /// Has nothing written of what is queued meanwhile by this thread: what follows it is, with it.
    pub(crate) fn hold<T>(self, action: impl FnOnce() -> T) -> T {
        let _holding = self.have(Part::Holds);
        action()
    }

    fn have(self, part: Part) -> Having {
        Having {
            part,
            before: part.set(Some(self)),
        }
    }
}

impl Part {
    fn number(self) -> Option<Number> {
        match self {
            Self::Reads => READS.with(Cell::get),
            Self::Writes => WRITES.with(Cell::get),
            Self::Holds => HOLDS.with(Cell::get),
            Self::Accepts => ACCEPTS.with(Cell::get),
        }
    }

    /// Returns what it was before.
    fn set(self, number: Option<Number>) -> Option<Number> {
        match self {
            Self::Reads => READS.with(|reads| reads.replace(number)),
            Self::Writes => WRITES.with(|writes| writes.replace(number)),
            Self::Holds => HOLDS.with(|holds| holds.replace(number)),
            Self::Accepts => ACCEPTS.with(|accepts| accepts.replace(number)),
        }
    }
}

impl Drop for Having {
    fn drop(&mut self) {
        self.part.set(self.before);
    }
}
