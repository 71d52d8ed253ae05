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
#[cfg(feature = "h2c-upgrade")]
mod h2c;
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
