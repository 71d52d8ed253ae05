//! How the tasks of a connection share it: among threads, or on one.

use alloc::rc::Rc;
use alloc::sync::Arc;
use core::cell::RefCell;
use core::fmt::Debug;
use core::future::Future;
use core::ops::Deref;
use core::pin::Pin;

use proto::Role;

use crate::lock::Lock;
#[cfg(feature = "http-body")]
use crate::service::InHttp;
use crate::timer::Timer;
use crate::{local, machine};

/// How the tasks of a connection share it: among [`Threads`], or on one thread, [`Local`].
///
/// It is the last parameter of the types that belong to a connection, and [`Threads`] where nothing
/// is said. Nobody else can implement it.
pub trait Flavor: Sealed + InHttp {}

/// The tasks of a connection may be on any threads: a count that is atomic, and one short lock.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Threads;

/// The tasks of a connection are on one thread, without a lock: see [`local`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Local;

/// What differs between the flavors in the types of `http`: nothing without them.
#[cfg(not(feature = "http-body"))]
#[expect(unnameable_types, reason = "nobody else may be a flavor")]
pub trait InHttp {}

#[cfg(not(feature = "http-body"))]
impl<F: Sealed> InHttp for F {}

impl Flavor for Threads {}

impl Flavor for Local {}

/// What differs between the flavors.
#[expect(unnameable_types, reason = "nobody else may be a flavor")]
pub trait Sealed: Debug + Sized + 'static {
    /// A counted pointer.
    type Pointer<T>: Clone + Deref<Target = T> + Unpin;
    /// What one at a time may change.
    type Cell<T>;
    /// Any machine.
    type Machine<R: Role>: local::Machine<R> + ?Sized;
    /// Any timer.
    type Timer: Timer + ?Sized;
    /// What a connection's task goes on with by itself, although nobody asks for the outcome.
    type Job: Future<Output = ()>;

    fn share<T>(value: T) -> Self::Pointer<T>;

    fn cell<T>(value: T) -> Self::Cell<T>;

    /// Says whether there is another pointer to the same.
    fn is_shared<T>(pointer: &Self::Pointer<T>) -> bool;

    /// Does something with what is in a cell, which nobody else sees meanwhile. `None` if this very
    /// thread is in the middle of that: nothing was done.
    fn try_with<T, U>(cell: &Self::Cell<T>, action: impl FnOnce(&mut T) -> U) -> Option<U>;

    /// Says whether this very thread is in the middle of doing something with a cell.
    fn is_within<T>(cell: &Self::Cell<T>) -> bool;
}

impl Sealed for Threads {
    type Pointer<T> = Arc<T>;
    type Cell<T> = Lock<T>;
    type Machine<R: Role> = dyn machine::Machine<R>;
    type Timer = dyn Timer + Send;
    type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

    fn share<T>(value: T) -> Arc<T> {
        Arc::new(value)
    }

    fn cell<T>(value: T) -> Lock<T> {
        Lock::new(value)
    }

    fn is_shared<T>(pointer: &Arc<T>) -> bool {
        Arc::strong_count(pointer) > 1
    }

    fn try_with<T, U>(cell: &Lock<T>, action: impl FnOnce(&mut T) -> U) -> Option<U> {
        cell.with(action)
    }

    fn is_within<T>(cell: &Lock<T>) -> bool {
        cell.is_held_here()
    }
}

impl Sealed for Local {
    type Pointer<T> = Rc<T>;
    type Cell<T> = RefCell<T>;
    type Machine<R: Role> = dyn local::Machine<R>;
    type Timer = dyn Timer;
    type Job = Pin<Box<dyn Future<Output = ()>>>;

    fn share<T>(value: T) -> Rc<T> {
        Rc::new(value)
    }

    fn cell<T>(value: T) -> RefCell<T> {
        RefCell::new(value)
    }

    fn is_shared<T>(pointer: &Rc<T>) -> bool {
        Rc::strong_count(pointer) > 1
    }

    fn try_with<T, U>(cell: &RefCell<T>, action: impl FnOnce(&mut T) -> U) -> Option<U> {
        Some(action(&mut *cell.try_borrow_mut().ok()?))
    }

    fn is_within<T>(cell: &RefCell<T>) -> bool {
        cell.try_borrow_mut().is_err()
    }
}
