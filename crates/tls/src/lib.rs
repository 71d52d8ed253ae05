#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod alpn;
mod error;
mod inbound;
mod info;
mod machine;
mod outbound;
mod runtime_impl;

pub use {runtime, rustls};

pub use crate::alpn::{ALPN, h2_client, h2_server};
pub use crate::error::TlsError;
pub use crate::info::TlsInfo;
pub use crate::machine::Tls;
