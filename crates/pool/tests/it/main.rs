//! The policy through its public interface: rules one by one, and laws in virtual time.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that fails may panic"
)]

extern crate alloc;

mod balance;
mod laws;
mod plays;
mod round_robin;
mod rules;
mod world;
