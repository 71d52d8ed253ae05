#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod client;
mod content;
mod deadline;
mod error;
mod fallback;
mod framing;
mod head;
mod limits;
mod output;
mod respond;
mod scan;
mod server;
mod status;
mod translate;
mod wish;

pub use proto;

pub use crate::client::Client;
pub use crate::error::{Refusal, RequestError, UpgradeError};
pub use crate::fallback::{Fallback, Never, Refuse};
pub use crate::head::RequestHead;
pub use crate::limits::Limits;
pub use crate::server::Server;
