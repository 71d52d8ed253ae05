#![cfg_attr(feature = "tokio", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "tokio"),
    doc = "An HTTP/2 client and server for any executor; the first page needs the feature `tokio`."
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

#[cfg(any(feature = "futures-io", feature = "stream", feature = "tokio"))]
mod body;
mod builder;
mod client;
pub mod compat;
#[cfg(feature = "tokio")]
mod connect;
mod drive;
mod drive_shared;
mod engine;
mod exchange;
#[cfg(feature = "h2c-upgrade")]
mod h2c;
#[cfg(feature = "tls-fallback")]
mod handshake;
mod jobs;
mod linger;
#[cfg(all(test, tress_loom))]
mod models;
#[cfg(any(feature = "futures-io", feature = "tokio"))]
mod octet_io;
mod pending;
#[cfg(feature = "pool")]
mod pool;
mod recv_body;
mod send_body;
#[cfg(feature = "tokio")]
mod server;
#[cfg(feature = "http-body")]
mod service;
mod serving;
mod sync;
mod tasks;
mod timer;
#[cfg(feature = "tls-fallback")]
mod tls_stream;
mod tunnel;

/// The policy of a [`Pool`].
#[cfg(feature = "pool")]
#[cfg_attr(docsrs, doc(cfg(feature = "pool")))]
pub use ::pool as policy;
#[cfg(feature = "h2c-upgrade")]
#[cfg_attr(docsrs, doc(cfg(feature = "h2c-upgrade")))]
pub use upgrade;

pub use proto::{
    self, Blame, Bytes, Config, ConnectionError, ErrorCode, Request, Response, Stats, StreamError,
    Trailers, UserError,
};
#[doc(no_inline)]
pub use session::transport::Transport as AsyncIo;
pub use session::transport::{ReadHalf, Transport, WriteHalf};
pub use session::{
    self, Addresses, ConnectionInfo, Error, Failure, FailureKind, Machine, Octets, TcpOptions,
};
#[cfg(feature = "http")]
#[cfg_attr(docsrs, doc(cfg(feature = "http")))]
pub use tress_http::{
    self, ConvertError, Protocol, http, request_from_http, request_into_http, response_from_http,
    response_into_http, trailers_from_http, trailers_into_http,
};

#[cfg(feature = "rustls")]
#[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
pub use tls;

pub use crate::builder::ClientBuilder;
pub use crate::client::{Client, Driver};
pub use crate::drive::{Drive, drive};
pub use crate::drive_shared::{DriveShared, drive_shared};
pub use crate::exchange::{Exchange, Responder};
pub use crate::pending::{Pending, Reply};
#[cfg(feature = "pool")]
#[cfg_attr(docsrs, doc(cfg(feature = "pool")))]
pub use crate::pool::*;
pub use crate::recv_body::RecvBody;
pub use crate::send_body::SendBody;
#[cfg(feature = "tokio")]
#[cfg_attr(docsrs, doc(cfg(feature = "tokio")))]
pub use crate::server::{Balance, Listener, Server, ServerHandle};
#[cfg(feature = "tower")]
#[cfg_attr(docsrs, doc(cfg(feature = "tower")))]
pub use crate::service::{Answering, HttpOptions, Inform, serve_service, serve_service_with};
#[cfg(feature = "http-body")]
#[cfg_attr(docsrs, doc(cfg(feature = "http-body")))]
pub use crate::service::{
    HttpClient, Incoming, Informational, OnTunnel, ResponseFuture, TrySend, TrySendError,
};
pub use crate::serving::{ConnectionHandle, Serving, serve_connection};
pub use crate::timer::{NoTimer, Timer};
#[cfg(feature = "tls-fallback")]
#[cfg_attr(docsrs, doc(cfg(feature = "tls-fallback")))]
pub use crate::tls_stream::TlsStream;
pub use crate::tunnel::{Tunnel, Tunneled};
