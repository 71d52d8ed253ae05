//! How the tasks of a connection share it: among threads, or on one.

use alloc::rc::Rc;
use alloc::sync::Arc;
use core::cell::RefCell;
use core::fmt::Debug;
use core::future::Future;
use core::ops::Deref;
use core::pin::Pin;
use std::sync::PoisonError;

use proto::Role;

use crate::sync::Mutex;
use crate::timer::Timer;
use crate::{local, machine};

/// How the tasks of a connection share it: among [`Threads`], or on one thread, [`Local`].
///
/// It is the last parameter of the types that belong to a connection, and [`Threads`] where nothing
/// is said. Nobody else can implement it.
pub trait Flavor: Sealed {}

/// The tasks of a connection may be on any threads: a count that is atomic, and one short lock.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Threads;

/// The tasks of a connection are on one thread, without a lock: see [`local`](crate::local).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Local;

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

    /// Does something with what is in a cell, which nobody else sees meanwhile.
    fn with<T, U>(cell: &Self::Cell<T>, action: impl FnOnce(&mut T) -> U) -> U;
}

impl Sealed for Threads {
    type Pointer<T> = Arc<T>;
    type Cell<T> = Mutex<T>;
    type Machine<R: Role> = dyn machine::Machine<R>;
    type Timer = dyn Timer + Send;
    type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

    fn share<T>(value: T) -> Arc<T> {
        Arc::new(value)
    }

    fn cell<T>(value: T) -> Mutex<T> {
        Mutex::new(value)
    }

    fn with<T, U>(cell: &Mutex<T>, action: impl FnOnce(&mut T) -> U) -> U {
        // What is in it is whole after every operation, also where the application panicked.
        action(&mut cell.lock().unwrap_or_else(PoisonError::into_inner))
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

    fn with<T, U>(cell: &RefCell<T>, action: impl FnOnce(&mut T) -> U) -> U {
        action(&mut cell.borrow_mut())
    }
}
