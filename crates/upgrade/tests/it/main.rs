//! Every branch of both roles, in pieces of every kind, and under both drivers.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that finds less than it looks for is to fail"
)]

extern crate alloc;

mod client;
mod content;
mod deadlines;
mod drivers;
mod fallback;
mod laws;
mod pair;
mod refusals;
mod server;
mod support;
mod waiting;
