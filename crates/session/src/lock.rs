//! A lock that knows whether the thread that asks holds it already.

use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::PoisonError;

use crate::sync::{self, Mutex, NOWHERE};

/// A lock that knows whether the thread that asks holds it already.
#[derive(Debug)]
pub(crate) struct Lock<T> {
    value: Mutex<T>,
    /// The thread that holds it: only that one needs to see what it says.
    holder: AtomicUsize,
}

/// For as long as it lives, a thread is the holder.
struct Held<'a>(&'a AtomicUsize);

impl<T> Lock<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            value: Mutex::new(value),
            holder: AtomicUsize::new(NOWHERE),
        }
    }

    /// Does something with what is in it. `None` if this very thread is in the middle of that: nothing
    /// was done.
    pub(crate) fn with<U>(&self, action: impl FnOnce(&mut T) -> U) -> Option<U> {
        if self.is_held_here() {
            return None;
        }
        // What is in it is whole after every operation, also where the application panicked.
        let mut value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        let _held = Held::new(&self.holder);
        Some(action(&mut value))
    }

    /// Says whether this very thread is in the middle of doing something with it.
    pub(crate) fn is_held_here(&self) -> bool {
        let here = sync::here();
        here != NOWHERE && self.holder.load(Ordering::Relaxed) == here
    }
}

impl<'a> Held<'a> {
    fn new(holder: &'a AtomicUsize) -> Self {
        holder.store(sync::here(), Ordering::Relaxed);
        Self(holder)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.store(NOWHERE, Ordering::Relaxed);
    }
}
