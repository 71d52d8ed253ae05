//! What threads share: the types of the standard library, or those of the model checker `loom`.

/// The number of no thread.
pub(crate) const NOWHERE: usize = 0;

#[cfg(not(tress_loom))]
pub(crate) use self::real::*;

#[cfg(tress_loom)]
pub(crate) use self::model::*;

#[cfg(not(tress_loom))]
mod real {
    use core::ptr;
    pub(crate) use core::sync::atomic::{AtomicBool, Ordering};
    pub(crate) use std::sync::{Mutex, MutexGuard};

    std::thread_local! {
        static HERE: u8 = const { 0 };
    }

    /// A number that no other living thread has.
    pub(crate) fn here() -> usize {
        HERE.try_with(|here| ptr::from_ref(here).addr())
            .unwrap_or(super::NOWHERE)
    }

    /// A flag that is set so far, or not.
    pub(crate) const fn flag(is_set: bool) -> AtomicBool {
        AtomicBool::new(is_set)
    }

    /// Nothing is planted outside of the model.
    pub(crate) const fn is_faulty() -> bool {
        false
    }
}

#[cfg(tress_loom)]
mod model {
    use core::cell::Cell;

    pub(crate) use loom::sync::atomic::{AtomicBool, Ordering};
    pub(crate) use loom::sync::{Mutex, MutexGuard};

    std::thread_local! {
        static FAULTY: Cell<bool> = const { Cell::new(false) };
    }

    /// A flag that is set so far, or not. The model lets a load find the value that an atomic was
    /// made with after a later one was stored, unless that was stored as well.
    pub(crate) fn flag(is_set: bool) -> AtomicBool {
        let flag = AtomicBool::new(is_set);
        flag.store(is_set, Ordering::SeqCst);
        flag
    }

    /// The threads of a model have no numbers, and what it runs needs none.
    pub(crate) const fn here() -> usize {
        super::NOWHERE
    }

    /// Says whether the model has planted the fault that it must find. All threads of a model are
    /// one of the system's.
    pub(crate) fn is_faulty() -> bool {
        FAULTY.get()
    }

    #[cfg(test)]
    pub(crate) fn plant(fault: bool) {
        FAULTY.set(fault);
    }
}
