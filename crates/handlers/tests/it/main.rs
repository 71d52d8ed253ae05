//! The handlers from outside: both roles over a wire in memory, and each alone against scripts.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that finds less than it looks for is to fail"
)]

extern crate alloc;

mod api;
mod bodies;
mod careless_peers;
mod client;
mod client_exchanges;
mod drivers;
mod ends;
mod malformed;
mod nesting;
mod push;
mod server;
mod server_errors;
mod server_exchanges;
mod support;
mod terminal;
mod upgrade;
