#![doc = include_str!("../README.md")]
#![cfg_attr(feature = "http", doc = include_str!("../HTTP.md"))]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod batch;
mod builder;
mod client;
mod clock;
mod current;
mod dial;
mod drive;
mod exchange;
#[cfg(feature = "h2c-upgrade")]
mod h2c;
mod halves;
#[cfg(feature = "http")]
#[cfg_attr(docsrs, doc(cfg(feature = "http")))]
pub mod http;
mod link;
#[cfg(all(test, tress_loom))]
mod models;
mod output;
mod pending;
mod pool;
mod pump;
mod reading;
mod recv_body;
mod send_body;
mod server;
mod socket;
mod sync;
mod threads;
#[cfg(feature = "rustls")]
mod tls_stream;
mod tunnel;
mod wait;
mod writer;
mod writing;

#[cfg(feature = "h2c-upgrade")]
#[cfg_attr(docsrs, doc(cfg(feature = "h2c-upgrade")))]
pub use upgrade;

pub use proto::{
    self, Blame, Bytes, Config, ConnectionError, ErrorCode, Request, Response, Stats, StreamError,
    Trailers, UserError,
};

pub use session::{
    self, Addresses, ConnectionInfo, Error, Failure, FailureKind, Machine, Octets, TcpOptions,
};
#[cfg(feature = "rustls")]
#[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
pub use tls;

pub use crate::batch::Batch;
pub use crate::builder::ClientBuilder;
pub use crate::client::Client;
pub use crate::drive::drive;
pub use crate::exchange::{Exchange, Responder};
pub use crate::halves::drive_halves;
pub use crate::pending::{Pending, Reply};
pub use crate::recv_body::RecvBody;
pub use crate::send_body::SendBody;
pub use crate::server::{Listener, Server, ServerHandle, serve_connection};
pub use crate::socket::Socket;
#[cfg(feature = "rustls")]
#[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
pub use crate::tls_stream::TlsStream;
pub use crate::tunnel::{Tunnel, Tunneled};
