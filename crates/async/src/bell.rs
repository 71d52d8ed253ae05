//! How the task of a connection is woken: never while it runs, and never under a lock.
//!
//! The machine rings under its lock, which only leaves a mark. Whoever held the lock calls the
//! task afterwards. While the task runs, and once somebody has called it, nobody calls it: it looks
//! for the mark before it rests.

use alloc::sync::Arc;
use alloc::task::Wake;
use core::task::Waker;
use std::sync::PoisonError;

use crate::sync::{self, AtomicBool, Mutex, MutexGuard, Ordering};

/// The bell of one connection's task.
#[derive(Debug)]
pub(crate) struct Bell {
    has_rung: AtomicBool,
    /// It runs, or was called and will.
    is_awake: AtomicBool,
    task: Mutex<Option<Waker>>,
}

impl Default for Bell {
    fn default() -> Self {
        Self {
            has_rung: sync::mark(false),
            is_awake: sync::mark(false),
            task: Mutex::default(),
        }
    }
}

impl Bell {
    /// The waker for the machine.
    pub(crate) fn waker(self: &Arc<Self>) -> Waker {
        Waker::from(Arc::clone(self))
    }

    /// Has the task run again, whether the machine rang or not.
    pub(crate) fn ring(&self) {
        self.mark();
        self.call();
    }

    /// Has the task look again, which somebody calls soon if need be.
    pub(crate) fn mark(&self) {
        self.has_rung.store(true, Ordering::SeqCst);
    }

    /// Calls the task if the machine rang.
    pub(crate) fn call_if_rung(&self) {
        if self.has_rung() {
            self.call();
        }
    }

    /// Says whether the machine rang since the task last looked.
    pub(crate) fn has_rung(&self) -> bool {
        self.has_rung.load(Ordering::SeqCst)
    }

    /// Calls the task, unless it runs, or will, and then looks for itself.
    pub(crate) fn call(&self) {
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

    /// The task begins to run, or is called to.
    pub(crate) fn begin(&self) {
        set(&self.is_awake, true);
    }

    /// The task is about to look at everything.
    pub(crate) fn clear(&self) {
        set(&self.has_rung, false);
    }

    /// The task is about to rest; says whether it may.
    pub(crate) fn rest(&self, task: &Waker, is_idle: impl Fn() -> bool) -> bool {
        let look = || !self.has_rung() && is_idle();
        let seen_early = sync::is_faulty().then(look);
        drop(self.set_task(task));
        self.is_awake.store(false, Ordering::SeqCst);
        // Only now: who rings between a look and the line above would call nobody.
        let may_rest = seen_early.unwrap_or_else(look);
        if !may_rest {
            self.begin();
        }
        may_rest
    }

    /// Sets who is to be called; returns who was before, if that was somebody else.
    fn set_task(&self, task: &Waker) -> Option<Waker> {
        let mut place = self.place();
        if place.as_ref().is_some_and(|place| place.will_wake(task)) {
            return None;
        }
        place.replace(task.clone())
    }
}

/// Sets a mark, or takes it away, where that is not done yet: to look costs less.
fn set(mark: &AtomicBool, to: bool) {
    if mark.load(Ordering::SeqCst) != to {
        mark.store(to, Ordering::SeqCst);
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.mark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.mark();
    }
}
