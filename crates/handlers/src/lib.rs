#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod cell;
mod client;
mod command;
mod engine;
mod error;
mod handle;
mod reqd;
mod server;
mod start_response;
mod transport_side;
mod writer;

pub use proto::{
    self, Bytes, Config, ConnectionError, ErrorCode, Request, Response, StreamError, Trailers,
    UserError,
};

pub use crate::client::Client;
pub use crate::command::handlers::Handlers;
pub use crate::command::reader::Reader;
pub use crate::error::{Error, Flushed, PingError, ReadPending};
pub use crate::handle::{ClientHandle, Handle};
pub use crate::reqd::Reqd;
pub use crate::server::Server;
pub use crate::start_response::StartResponse;
pub use crate::writer::Writer;
