//! What the machine and its handles share, and what a callback is.
//!
//! It is a mutex, so that machine and handles may be sent to other threads: the system's with `std`,
//! one that spins without. Nothing foreign ever runs while it is open: no callback, no waker, no
//! destructor of either.

use alloc::boxed::Box;

pub(crate) use alloc::sync::Arc as Ref;
#[cfg(not(feature = "std"))]
use spin::Mutex as Lock;
#[cfg(feature = "std")]
use std::sync::Mutex as Lock;

/// A callback that is called once.
///
/// It is `Send` without `std`, too: a feature that another crate turns on must not take away what was
/// allowed without it.
pub(crate) type Call<A, B = ()> = Box<dyn FnOnce(A) -> B + Send>;

/// A callback that is called whenever there is a reason.
pub(crate) type CallMut<A, B = ()> = Box<dyn FnMut(A) -> B + Send>;

/// A value with several owners.
pub(crate) struct Shared<T>(Ref<Lock<T>>);

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Ref::new(Lock::new(value)))
    }

    /// Opens the cell for the length of a closure, which must run nothing foreign.
    pub(crate) fn with<A>(&self, act: impl FnOnce(&mut T) -> A) -> A {
        #[cfg(feature = "std")]
        let mut value = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        #[cfg(not(feature = "std"))]
        let mut value = self.0.lock();
        act(&mut value)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Ref::clone(&self.0))
    }
}
