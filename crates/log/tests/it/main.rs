//! The tests of the crate: the format, its laws, and causes of known length.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that finds less than it looks for is to fail"
)]

extern crate alloc;

mod causes;
mod foreign;
mod format;
mod laws;
mod recorder;
mod world;
