//! What the benches share: header lists as they are sent, frames, and the peers to compare with.

pub mod atomics;
pub mod built;
pub mod connection_differential;
pub mod corpus;
pub mod differential;
pub mod dump;
pub mod engine;
pub mod frames;
pub mod headers;
pub mod huffman;
pub mod instructions;
pub mod loopback;
pub mod measure;
pub mod nghttp2;
pub mod rows;
pub mod sizes;
pub mod soak;
pub mod sockets;
pub mod warm;
