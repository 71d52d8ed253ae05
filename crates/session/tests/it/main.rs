//! What a session promises to those who use it, and to whoever drives it.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

extern crate alloc;

mod client_options;
mod closing;
mod driver;
mod error;
mod extension;
mod h2_shape;
mod laws;
mod reentry;
mod request;
mod stream;
mod support;
mod transport;
mod turn;
