//! The client's end of a connection.
//!
//! [`handshake`] makes two things of a transport: a [`SendRequest`], which is cloned for as many users
//! as there are, and a [`Connection`], a future that has to be polled for anything to move.

mod builder;
mod connection;
mod head;
mod push;
mod response;
mod send_request;

pub use self::builder::{Builder, handshake};
pub use self::connection::Connection;
pub use self::push::{PushPromise, PushPromises, PushedResponseFuture};
pub use self::response::ResponseFuture;
pub use self::send_request::{ReadySendRequest, SendRequest};
