//! What threads share: the types of the standard library, or those of the model checker `loom`.

#[cfg(not(all(test, tress_loom)))]
pub(crate) use core::sync::atomic::{AtomicBool, Ordering};
#[cfg(not(all(test, tress_loom)))]
pub(crate) use std::sync::{Mutex, MutexGuard};

#[cfg(all(test, tress_loom))]
pub(crate) use loom::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicBool, Ordering},
};

/// A flag that is not set. The model lets a load find the value that an atomic was made with after a
/// later one was stored, unless that was stored as well.
pub(crate) fn flag() -> AtomicBool {
    let flag = AtomicBool::new(false);
    flag.store(false, Ordering::SeqCst);
    flag
}
