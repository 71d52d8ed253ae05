//! What threads share: the types of the standard library, or those of the model checker `loom`.

#[cfg(not(all(test, tress_loom)))]
pub(crate) use self::real::*;

#[cfg(all(test, tress_loom))]
pub(crate) use self::model::*;

/// What a model plants, and must find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Parks only where nobody woke the thread between its look and the wait.
    Doze,
    /// Puts the writer back without a look whether there is more to write.
    Leave,
}

#[cfg(not(all(test, tress_loom)))]
mod real {
    pub(crate) use std::sync::{Condvar, Mutex, MutexGuard};
    pub(crate) use std::{thread, thread_local};

    use core::time::Duration;
    use std::time::Instant;

    use super::Fault;

    /// Nothing is planted outside of the models.
    pub(crate) const fn has(_: Fault) -> bool {
        false
    }

    /// How long a thread has waited.
    pub(crate) fn waited(since: Instant, now: Instant) -> Duration {
        now - since
    }
}

#[cfg(all(test, tress_loom))]
mod model {
    use core::cell::Cell;
    use core::time::Duration;
    use std::time::Instant;

    pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard};
    pub(crate) use loom::thread_local;

    use super::Fault;

    std::thread_local! {
        static PLANTED: Cell<Option<Fault>> = const { Cell::new(None) };
    }

    /// Says whether this fault is planted. All threads of a model are one of the system's.
    pub(crate) fn has(fault: Fault) -> bool {
        PLANTED.get() == Some(fault)
    }

    /// No time passes while a thread waits.
    pub(crate) fn waited(_: Instant, _: Instant) -> Duration {
        Duration::ZERO
    }

    pub(crate) fn plant(fault: Option<Fault>) {
        PLANTED.set(fault);
    }

    /// No time passes in a model: a wait with a limit is one without, as `loom` has it for
    /// conditions, too. So a wake-up that is lost is a deadlock, also where the limit would have
    /// made up for it.
    ///
    /// Threads are parked on a signal of their own: `loom` forgets that a thread was unparked when
    /// the thread has to wait for a lock before it parks.
    pub(crate) mod thread {
        use alloc::sync::Arc;
        use core::time::Duration;

        use loom::sync::Notify;
        pub(crate) use loom::thread::{Builder, JoinHandle, ThreadId, panicking, spawn, yield_now};

        loom::thread_local! {
            static SIGNAL: Arc<Notify> = Arc::new(Notify::new());
        }

        #[derive(Clone, Debug)]
        pub(crate) struct Thread {
            id: ThreadId,
            signal: Arc<Notify>,
        }

        impl Thread {
            pub(crate) fn id(&self) -> ThreadId {
                self.id
            }

            pub(crate) fn unpark(&self) {
                self.signal.notify();
            }
        }

        pub(crate) fn current() -> Thread {
            Thread {
                id: loom::thread::current().id(),
                signal: SIGNAL.with(Arc::clone),
            }
        }

        pub(crate) fn park() {
            SIGNAL.with(Arc::clone).wait();
        }

        pub(crate) fn park_timeout(_: Duration) {
            park();
        }

        pub(crate) fn sleep(_: Duration) {
            loom::thread::yield_now();
        }
    }
}
