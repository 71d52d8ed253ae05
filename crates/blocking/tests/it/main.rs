//! What the threads of a connection promise.

extern crate alloc;

mod http;
