//! What the tasks of a connection promise.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests may panic as tests do"
)]

extern crate alloc;

mod answer;
mod answered;
mod api;
mod body;
mod builder;
mod by_hand;
mod by_reference;
mod cancel;
mod care;
#[cfg(all(feature = "futures-io", feature = "hyper"))]
mod compat;
mod driver;
mod early;
mod end;
mod error;
mod every_point;
mod failure;
#[cfg(feature = "tower")]
mod grpc;
#[cfg(feature = "h2c-upgrade")]
mod h2c;
mod handler;
mod http;
mod layer;
mod listener;
mod liveness;
mod local;
mod malformed;
mod many;
#[cfg(feature = "tower")]
mod memory;
mod pending_requests;
mod pipe;
#[cfg(feature = "pool")]
mod pool;
mod proxy;
mod reentry;
mod reset;
#[cfg(all(feature = "futures-io", feature = "hyper", feature = "tower"))]
mod service;
mod stage;
mod stuck;
#[cfg(feature = "rustls")]
mod tls;
#[cfg(feature = "tracing")]
mod tracing;
mod tunnel;
mod turns;
mod wire;
mod workers;
mod world;
