//! What the threads of a connection promise.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests may panic as tests do"
)]

extern crate alloc;

#[cfg(feature = "http")]
mod adapter;
mod answer;
mod answered;
mod api;
mod batch;
mod body;
mod builder;
mod by_reference;
mod cancel;
mod care;
mod driver;
mod early;
mod end;
mod failure;
mod flood;
#[cfg(feature = "h2c-upgrade")]
mod h2c;
mod handler;
mod http;
mod layer;
mod listener;
mod malformed;
mod reads;
mod reentry;
mod reset;
mod rough;
mod stream;
mod time;
#[cfg(feature = "rustls")]
mod tls;
mod tunnel;
mod wire;
mod world;
