#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod alpn;
mod error;
mod handshake;
mod inbound;
mod info;
mod machine;
mod outbound;
mod refusal;
mod runtime_impl;

pub use {runtime, rustls};

pub use crate::alpn::{
    ALPN, ALPN_HTTP1, agreed, h2_client, h2_or_http1_client, h2_or_http1_server, h2_server,
};
pub use crate::error::TlsError;
pub use crate::handshake::{server_name, shake_hands};
pub use crate::info::TlsInfo;
pub use crate::machine::{HANDSHAKE_LIMIT, Tls};
