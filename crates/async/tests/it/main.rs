//! What the tasks of a connection promise.

extern crate alloc;
