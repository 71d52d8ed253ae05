//! Every branch of both roles, in pieces of every kind, and under both drivers.

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
