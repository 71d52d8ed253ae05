//! The tool as people use it: its binary, over real sockets on loopback.

extern crate alloc;

mod demo;
mod get;
mod memory;
mod refusals;
mod serve;
#[cfg(unix)]
mod shutdown;
mod support;
#[cfg(feature = "tls")]
mod tls;
mod usage;
