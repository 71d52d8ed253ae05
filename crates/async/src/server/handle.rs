//! What ends a server from elsewhere (RFC 9113 §6.8).

use alloc::sync::Arc;
use core::time::Duration;

use super::registry::{Registry, Stage};

/// Ends a server from another task.
#[derive(Clone, Debug)]
pub struct ServerHandle {
    registry: Arc<Registry>,
    workers: usize,
}

impl ServerHandle {
    pub(super) const fn new(registry: Arc<Registry>, workers: usize) -> Self {
        Self { registry, workers }
    }

    /// Ends the server in good order within `limit`: nothing that was announced is refused.
    ///
    /// It accepts no more, but for what waits to be accepted already; tells every client to open no more streams, by a
    /// GOAWAY with the identifier 2^31-1 first, and, a round trip later, by one with the last stream that
    /// it has taken (RFC 9113 §6.8); and waits until all connections have ended. After `limit` requests that nobody has begun
    /// with are refused, and those that run are canceled.
    #[doc(alias = "drain")]
    #[doc(alias = "graceful_shutdown")]
    pub async fn shutdown(&self, limit: Duration) {
        self.registry.shutdown(limit).await;
    }

    /// Says whether the server is to end: what asks for its health may be told so.
    #[must_use]
    pub fn is_shutting_down(&self) -> bool {
        self.registry.has_reached(Stage::GoingAway)
    }

    /// Ends the server and all of its connections at once.
    pub fn abort(&self) {
        self.registry.abort();
    }

    /// How many connections there are.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.registry.connections()
    }

    /// How many connections each of the [workers](crate::Server::workers) has; empty without workers.
    #[must_use]
    pub fn connections_of_workers(&self) -> Vec<usize> {
        self.registry.connections_of_workers(self.workers)
    }
}
