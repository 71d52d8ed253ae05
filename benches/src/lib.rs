//! What the benches share: header lists as they are sent, frames, and the peers to compare with.

pub mod corpus;
pub mod exchange;
pub mod frames;
pub mod headers;
pub mod loopback;
pub mod nghttp2;
