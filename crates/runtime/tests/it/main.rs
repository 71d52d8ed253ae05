//! What a driver and a machine may rely on.

extern crate alloc;

mod api;
mod chunks;
mod upgrade;
