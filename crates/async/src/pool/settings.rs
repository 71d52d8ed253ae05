//! What all origins of a pool have in common.

use alloc::sync::Arc;
use core::time::Duration;

use ::pool::{Config, Key};
use session::ConnectionInfo;
use tokio::runtime::Handle;

use super::connector::Connector;
use super::live::Live;
use crate::builder::ClientBuilder;

/// Hears of connections that are made.
pub(super) type ConnectHook = Arc<dyn Fn(&Key, &ConnectionInfo) + Send + Sync>;

/// Gets sessions of TLS that are not for HTTP/2.
#[cfg(feature = "tls-fallback")]
pub(super) type FallbackHook = Arc<dyn Fn(&Key, crate::tls_stream::TlsStream) + Send + Sync>;

/// What all origins of a pool have in common.
pub(super) struct Settings {
    pub(super) client: ClientBuilder,
    pub(super) policy: Config,
    pub(super) connector: Arc<dyn Connector>,
    #[cfg(feature = "rustls")]
    pub(super) tls: Option<Arc<tls::rustls::ClientConfig>>,
    pub(super) wait_limit: Option<Duration>,
    pub(super) repeats_idempotent: bool,
    pub(super) is_eager: bool,
    /// In the place of the host of each origin.
    pub(super) server_name: Option<Arc<str>>,
    #[cfg(feature = "tls-fallback")]
    pub(super) fallback: Option<FallbackHook>,
    pub(super) on_connect: Option<ConnectHook>,
    pub(super) live: Live,
    /// Where its tasks run, whoever drops the last of something.
    pub(super) runtime: Handle,
}
