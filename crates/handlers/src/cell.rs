//! What the machine and its handles share, and what a callback must be able to do.
//!
//! With `std` it is a mutex, so that machine and handles may be sent to other threads; without, it
//! is a cell, and they stay on one. Nothing foreign ever runs while it is open: no callback, no
//! waker, no destructor of either.

use alloc::boxed::Box;

#[cfg(not(feature = "std"))]
pub(crate) use alloc::rc::Rc as Ref;
#[cfg(feature = "std")]
pub(crate) use alloc::sync::Arc as Ref;
#[cfg(not(feature = "std"))]
use core::cell::RefCell as Lock;
#[cfg(feature = "std")]
use std::sync::Mutex as Lock;

/// What a callback must be: `Send` with the feature `std`, anything without.
#[cfg(feature = "std")]
pub trait MaybeSend: Send {}
#[cfg(feature = "std")]
impl<T: Send + ?Sized> MaybeSend for T {}

/// What a callback must be: `Send` with the feature `std`, anything without.
#[cfg(not(feature = "std"))]
pub trait MaybeSend {}
#[cfg(not(feature = "std"))]
impl<T: ?Sized> MaybeSend for T {}

/// A callback that is called once.
#[cfg(feature = "std")]
pub(crate) type Call<A, B = ()> = Box<dyn FnOnce(A) -> B + Send>;
#[cfg(not(feature = "std"))]
pub(crate) type Call<A, B = ()> = Box<dyn FnOnce(A) -> B>;

/// A callback that is called whenever there is a reason.
#[cfg(feature = "std")]
pub(crate) type CallMut<A, B = ()> = Box<dyn FnMut(A) -> B + Send>;
#[cfg(not(feature = "std"))]
pub(crate) type CallMut<A, B = ()> = Box<dyn FnMut(A) -> B>;

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
        let mut value = self.0.borrow_mut();
        act(&mut value)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Ref::clone(&self.0))
    }
}
