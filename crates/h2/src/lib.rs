#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod capacity;
pub mod client;
mod convert;
mod driver;
mod error;
pub mod ext;
mod extended;
pub mod extensions;
mod failure;
mod link;
mod reason;
pub mod server;
mod setters;
mod setup;
mod share;
mod stream_id;
mod table;
mod user_error;
mod wire;

pub use crate::error::Error;
pub use crate::reason::Reason;
pub use crate::share::{FlowControl, Ping, PingPong, Pong, RecvStream, SendStream};
pub use crate::stream_id::StreamId;
