//! What a driver and a machine may rely on.

extern crate alloc;

mod api;
mod boxed;
mod chunks;
mod closing;
#[cfg(all(feature = "bytes", feature = "std"))]
mod kept;
mod laws;
#[cfg(all(feature = "bytes", feature = "std"))]
mod outbox;
mod reader;
mod readme;
mod upgrade;
#[cfg(all(feature = "bytes", feature = "std"))]
mod writer;
