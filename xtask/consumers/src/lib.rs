//! What the programs on other people's crates share.

pub mod grpc;
mod net;

pub use crate::net::{Body, Failed, Sender, connect, full, listen, serve};
