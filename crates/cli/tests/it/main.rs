//! The tool as people use it: its binary, over real sockets on loopback.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a helper that panics fails its test"
)]

extern crate alloc;
extern crate tress_blocking as blocking;

mod attacks;
mod bench;
mod demo;
mod explain;
mod faults;
mod files;
mod get;
mod hpack;
mod inspect;
mod link;
mod log;
#[cfg(unix)]
mod manners;
mod memory;
mod probe;
mod readme;
mod redirects;
mod refusals;
#[cfg(feature = "tokio")]
mod retries;
mod serve;
#[cfg(unix)]
mod shutdown;
mod support;
mod timeline;
#[cfg(feature = "tls")]
mod tls;
mod usage;
