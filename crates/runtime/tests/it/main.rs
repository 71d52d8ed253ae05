//! What a driver and a machine may rely on.

mod api;
mod chunks;
mod upgrade;
