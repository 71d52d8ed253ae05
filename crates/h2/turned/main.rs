//! The tests of `tress-h2` that ask for nothing that `h2` has not.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that finds less than it looks for is to fail"
)]

extern crate alloc;

#[path = "../tests/it/both_ends.rs"]
mod both_ends;
#[path = "../tests/it/credit.rs"]
mod credit;
#[path = "../tests/it/exchange.rs"]
mod exchange;
#[path = "../tests/it/functions.rs"]
mod functions;
#[path = "../tests/it/limits.rs"]
mod limits;
#[path = "../tests/it/push.rs"]
mod push;
#[path = "../tests/it/support.rs"]
mod support;
#[path = "../tests/it/traps/mod.rs"]
mod traps;
