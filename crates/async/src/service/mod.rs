//! Clients and servers in the types of `http` (RFC 9110), with bodies of `http_body`.

#[cfg(feature = "tower")]
mod answering;
mod client;
#[cfg(feature = "tower")]
mod client_service;
mod connect;
mod content;
mod conversion;
mod incoming;
#[cfg(feature = "tower")]
mod inform;
mod on_tunnel;
#[cfg(feature = "tower")]
mod options;
#[cfg(feature = "tower")]
mod pending_response;
#[cfg(feature = "tower")]
mod replying;
mod response;
#[cfg(feature = "tower")]
mod serve;
#[cfg(feature = "tower")]
mod spare;
mod try_send;
mod upload;

use alloc::boxed::Box;
use core::error::Error as StdError;

pub use self::client::HttpClient;
pub use self::incoming::Incoming;
pub use self::on_tunnel::OnTunnel;
pub use self::response::{Informational, ResponseFuture};
pub use self::try_send::{TrySend, TrySendError};
#[cfg(feature = "pool")]
pub(crate) use self::upload::Length;
#[cfg(feature = "tower")]
pub use self::{
    answering::Answering,
    inform::Inform,
    options::HttpOptions,
    serve::{serve_service, serve_service_with},
};

#[cfg(all(feature = "tower", feature = "tokio"))]
pub(crate) use self::serve::{call, handler};

/// The error of somebody else's body or service.
pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;
