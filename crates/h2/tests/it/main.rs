//! What users of the API of `h2` count on.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that finds less than it looks for is to fail"
)]

extern crate alloc;

mod api;
mod both_ends;
mod credit;
mod exchange;
mod extensions;
mod functions;
mod limits;
mod more_extensions;
mod push;
mod readme;
mod results;
mod support;
mod traps;
