//! The server's end of a connection.
//!
//! [`handshake`] makes a [`Connection`] of a transport, which is polled for requests, and moves only while
//! it is polled.

mod builder;
mod connection;
mod handshake;
mod respond;

pub use self::builder::{Builder, handshake};
pub use self::connection::Connection;
pub use self::handshake::Handshake;
pub use self::respond::{SendPushedResponse, SendResponse};
