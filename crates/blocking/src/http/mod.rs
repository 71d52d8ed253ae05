//! The types of the crate `http`, on both ends (feature `http`).
//!
//! A server takes a closure from `http::Request<Body>` to `http::Response<impl Into<Body>>`, made
//! into its own kind of handler by [`handler`]; a client has [`Client::request`].
//!
//! The first page has a server and a client; the example `http_server_and_client` has more.
//!
//! What becomes of fields is written in the documentation of `tress-http`.
//!
//! # What the server's end does by itself
//!
//! - HEAD, 204, 205 and 304 send no content, whatever the handler returns (RFC 9110 §6.4.1); a body that
//!   is read or written as it goes is then not asked for any.
//! - `content-length` is said where the length is known and the handler did not say one.
//! - `date` is said, unless the handler did, or [`HttpOptions::without_date`].
//! - A client that expects it gets 100 (Continue) when the body is first read and nothing of it is
//!   there yet, and never after the final response has begun (RFC 9110 §10.1.1).
//! - A handler that fails is a 500.
//! - A request that makes no `http::Request` is answered by 400. One whose fields are too large is
//!   answered by the connection itself, by 431.
//! - Everything else passes through: 425 (Too Early) and `early-data` (RFC 8470) as well.
//!
//! # What the client's end does by itself
//!
//! - Content that is there as octets leaves with the request. Content that is read or written as it
//!   goes has a thread of its own, so that a server which answers while it reads is read, too.
//! - With `expect: 100-continue`, content waits for the server, for a second, or as long as
//!   [`ContinueWait`] says; a final response of 400 or above comes instead of it.

mod answer;
mod body;
mod content;
mod convert;
mod extensions;
mod from;
mod handler;
mod head;
mod incoming;
mod pour;
mod requests;
mod upload;
mod uploading;
mod writer;

pub use tress_http::http as types;
pub use tress_http::{ConvertError, Protocol};

pub use self::body::Body;
pub use self::extensions::{ContinueWait, Informational};
pub use self::handler::{HttpOptions, handler};
pub use self::requests::PendingResponse;
pub use self::writer::BodyWriter;
#[cfg(doc)]
use crate::client::Client;
