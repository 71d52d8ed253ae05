//! Whole connections: the same requests, responses and octets for each implementation.
//!
//! What every application does is the same. A server looks at the length of each field of a request
//! and answers with a copy of a head that it has ready, and with content that it shares. A client
//! sends copies of requests that it has ready, and looks at the length of what it gets.

pub mod h2;
pub mod memory;
pub mod messages;
pub mod nghttp2;
pub mod pipe;
pub mod rotation;
pub mod rows;
pub mod services;
pub mod tasks;
pub mod tress;
pub mod typed;
pub mod varied;

/// The window of a stream in all measurements, in octets.
pub const STREAM_WINDOW: u32 = 1 << 20;

/// The window of a connection in all measurements, in octets.
pub const CONNECTION_WINDOW: u32 = 1 << 22;

/// The streams that an end takes at once: more than there ever are.
pub const STREAMS: u32 = 100_000;
