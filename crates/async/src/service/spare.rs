//! Memory of the head of a request that was converted, for the head of an answer.
//!
//! A service that answers at once leaves it to its own answer. Kept by the request, it would lie about as
//! long as a service takes, which is worth more than an allocation.

use core::cell::Cell;
use std::thread_local;

use proto::Request;

thread_local!(static SPARE: Cell<Option<Request>> = const { Cell::new(None) });

/// Keeps it for the next answer on this thread.
pub(super) fn keep(request: Request) {
    SPARE.set(Some(request));
}

/// Takes what was kept last, if nobody has taken it.
pub(super) fn take() -> Option<Request> {
    SPARE.take()
}
