//! What a driver and a machine may rely on.

extern crate alloc;

mod api;
mod boxed;
mod chunks;
#[cfg(all(feature = "bytes", feature = "std"))]
mod outbox;
mod upgrade;
