//! What the tasks of a connection promise.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests may panic as tests do"
)]

extern crate alloc;

mod api;
mod body;
mod cancel;
mod care;
mod driver;
mod end;
mod handler;
mod http;
mod layer;
mod listener;
mod local;
mod pipe;
#[cfg(feature = "rustls")]
mod tls;
mod wire;
mod world;
