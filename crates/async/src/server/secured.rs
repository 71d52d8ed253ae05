//! What became of a connection before it is served.

#[cfg(feature = "tls-fallback")]
use core::future::Future;
use core::pin::Pin;

use proto::Server as Role;
use session::Machine;

/// What became of a connection before it is served.
pub(super) enum Secured<Io> {
    /// A machine, and the transport that it runs over.
    Http2(Box<dyn Machine<Role>>, Pin<Box<Io>>),
    /// It is not for HTTP/2: this goes on with it.
    #[cfg(feature = "tls-fallback")]
    Other(Pin<Box<dyn Future<Output = ()> + Send>>),
}
