//! How the task that drives a connection is woken: never while it runs, and never under a lock.
//!
//! The machine wakes it under the session's lock, which only sets a flag. Whoever held the lock wakes
//! the task afterwards. While the task runs, and once somebody has woken it, nobody wakes it: it looks
//! at the flag before it rests.

use alloc::sync::Arc;
use alloc::task::Wake;
use core::task::Waker;
use std::sync::PoisonError;

use crate::sync::{self, AtomicBool, Mutex, MutexGuard, Ordering};

/// What wakes the task that drives a connection.
///
/// A task says [`begin`](Self::begin) when it is polled, [`clear`](Self::clear) before it looks at
/// everything, and asks [`rest`](Self::rest) whether it may wait.
#[derive(Debug)]
pub struct DriverWaker {
    is_flagged: AtomicBool,
    /// It runs, or was woken and will.
    is_awake: AtomicBool,
    task: Mutex<Option<Waker>>,
}

impl Default for DriverWaker {
    fn default() -> Self {
        Self {
            is_flagged: sync::flag(false),
            is_awake: sync::flag(false),
            task: Mutex::default(),
        }
    }
}

impl DriverWaker {
    /// The waker for the machine, which only sets the flag.
    #[must_use]
    pub fn for_machine(self: &Arc<Self>) -> Waker {
        Waker::from(Arc::clone(self))
    }

    /// Has the task run again, whether the machine asked for it or not.
    pub fn wake(&self) {
        self.flag();
        self.call();
    }

    /// Has the task look again, which somebody wakes soon if need be.
    pub fn flag(&self) {
        self.is_flagged.store(true, Ordering::SeqCst);
    }

    /// Wakes the task if the flag is set.
    pub fn wake_if_flagged(&self) {
        if self.is_flagged() {
            self.call();
        }
    }

    /// Says whether the machine asked for the task since that last looked.
    #[must_use]
    pub fn is_flagged(&self) -> bool {
        self.is_flagged.load(Ordering::SeqCst)
    }

    /// Wakes the task, unless it runs, or will, and then looks for itself.
    pub fn call(&self) {
        if self.is_awake.load(Ordering::SeqCst) {
            return;
        }
        let mut place = self.place();
        let task = place.take();
        if task.is_some() {
            self.begin();
        }
        drop(place);
        if let Some(task) = task {
            task.wake();
        }
    }

    fn place(&self) -> MutexGuard<'_, Option<Waker>> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The task begins to run, or is woken to.
    pub fn begin(&self) {
        set(&self.is_awake, true);
    }

    /// The task is about to look at everything.
    pub fn clear(&self) {
        set(&self.is_flagged, false);
    }

    /// The task is about to rest; says whether it may.
    pub fn rest(&self, task: &Waker, is_idle: impl Fn() -> bool) -> bool {
        let look = || !self.is_flagged() && is_idle();
        let seen_early = sync::is_faulty().then(look);
        drop(self.set_task(task));
        self.is_awake.store(false, Ordering::SeqCst);
        // Only now: who sets the flag between a look and the line above would wake nobody.
        let may_rest = seen_early.unwrap_or_else(look);
        if !may_rest {
            self.begin();
        }
        may_rest
    }

    /// Sets who is to be woken; returns who was before, if that was somebody else.
    fn set_task(&self, task: &Waker) -> Option<Waker> {
        let mut place = self.place();
        if place.as_ref().is_some_and(|place| place.will_wake(task)) {
            return None;
        }
        place.replace(task.clone())
    }
}

/// Sets a flag, or takes it away, where that is not done yet: to look costs less.
fn set(flag: &AtomicBool, to: bool) {
    if flag.load(Ordering::SeqCst) != to {
        flag.store(to, Ordering::SeqCst);
    }
}

impl Wake for DriverWaker {
    fn wake(self: Arc<Self>) {
        self.flag();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.flag();
    }
}
