//! What ends a server from elsewhere (RFC 9113 §6.8).

use alloc::sync::Arc;
use core::time::Duration;

use super::registry::Registry;

/// Ends a server from another thread.
#[derive(Clone, Debug)]
pub struct ServerHandle(Arc<Registry>);

impl ServerHandle {
    pub(super) const fn new(registry: Arc<Registry>) -> Self {
        Self(registry)
    }

    /// Ends the server in good order within `limit`: nothing that was announced is refused.
    ///
    /// It accepts no more, but for what waits to be accepted already; tells every client to open no more streams, by a
    /// GOAWAY with the identifier 2^31-1 first, and, a round trip later, by one with the last stream that
    /// it has taken (RFC 9113 §6.8); and waits until all connections have ended. After `limit` requests that nobody has begun
    /// with are refused, and those that run are canceled; a handler that does not notice within a second is left
    /// to itself, and its thread ends with the process.
    #[doc(alias = "drain")]
    #[doc(alias = "graceful_shutdown")]
    pub fn shutdown(&self, limit: Duration) {
        self.0.shutdown(limit);
    }

    /// Says whether the server is to end: what asks for its health may be told so.
    #[must_use]
    pub fn is_shutting_down(&self) -> bool {
        self.0.is_ending()
    }

    /// Ends the server and all of its connections at once.
    pub fn abort(&self) {
        self.0.abort();
    }

    /// How many connections there are.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.0.connections()
    }
}
