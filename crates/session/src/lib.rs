#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod accept;
mod accept_failure;
mod alarm;
mod alarms;
mod client_options;
mod closing;
mod connection_info;
mod driver;
mod driver_waker;
mod due;
mod entries;
mod error;
mod expire;
mod extended;
mod extension;
mod failure;
mod flush;
mod flushes;
mod gathered;
mod going_away;
mod holders;
#[cfg(all(unix, feature = "inherit"))]
#[cfg_attr(docsrs, doc(cfg(feature = "inherit")))]
pub mod inherited;
mod kind;
mod layers;
mod lock;
mod locked;
mod machine;
mod note;
mod peer_settings;
mod ping;
mod pings;
mod predicates;
mod recv_half;
mod reply;
mod report;
mod request;
mod security;
mod send_half;
mod session;
mod settings;
mod shed;
mod spent;
mod status;
mod stream_handle;
mod sync;
mod tcp_options;
mod time;
#[cfg(feature = "rustls")]
mod tls_fault;
pub mod transport;
mod waiting;

#[cfg(all(test, tress_loom))]
mod models;

pub use proto::{
    self, Blame, Bytes, Config, ConnectionError, ErrorCode, Request, Response, StreamError,
    StreamId, Trailers, UserError,
};

pub use crate::accept::Accepted;
pub use crate::accept_failure::AcceptFailure;
pub use crate::alarm::Alarm;
pub use crate::client_options::ClientOptions;
#[cfg(feature = "rustls")]
#[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
pub use crate::client_options::TlsStart;
pub use crate::closing::Users;
pub use crate::connection_info::{Addresses, ConnectionInfo};
pub use crate::driver::{Driver, Next};
pub use crate::driver_waker::DriverWaker;
pub use crate::due::Due;
pub use crate::error::Error;
pub use crate::extended::Tracked;
pub use crate::extension::Extension;
pub use crate::failure::{ErrorHook, Failure, FailureKind};
pub use crate::flush::Flush;
pub use crate::gathered::Gathered;
pub use crate::going_away::GoingAway;
pub use crate::kind::{Fault, Judge};
pub use crate::locked::{Interest, Locked};
pub use crate::machine::Machine;
pub use crate::ping::Ping;
pub use crate::recv_half::RecvHalf;
pub use crate::reply::{Heads, Reply, Tunneled};
pub use crate::report::Report;
pub use crate::request::{Opened, PendingRequest, Requests};
pub use crate::security::Security;
pub use crate::send_half::SendHalf;
pub use crate::session::{Adapter, Options, Session};
pub use crate::shed::{Standing, Step, Terms, Watch};
pub use crate::spent::Spent;
pub use crate::status::Octets;
pub use crate::stream_handle::StreamHandle;
pub use crate::tcp_options::TcpOptions;
