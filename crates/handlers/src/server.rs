//! The server: callbacks in, responses out (RFC 9113 §8.1).

mod role;

use alloc::boxed::Box;
use core::fmt;

use proto::{Bytes, Config, Connection, Observe, Request, UserError};

use self::role::Own;
use crate::engine::Engine;
use crate::error::Error;
use crate::handle::Handle;
use crate::reqd::Reqd;
use crate::start_response::StartResponse;
use crate::transport_side::transport_side;

/// A server's end of a connection, which any driver runs.
///
/// Callbacks run inside the operations that the driver calls, or, for what still waits, when the
/// server is dropped.
pub struct Server {
    engine: Engine<proto::Server>,
}

impl Server {
    /// Makes a server. `request_handler` is called with each request, when its head has arrived.
    /// Reading returns credit, whatever the configuration says of it.
    pub fn new(config: Config, request_handler: impl FnMut(Reqd) + Send + 'static) -> Self {
        let own = Own::new(Box::new(request_handler));
        Self {
            engine: Engine::new(Connection::new(own_ways(config)), own),
        }
    }

    /// Makes a server on a connection that began as HTTP/1.1, whose stream 1 is the request of the
    /// upgrade with its whole content. `settings` is what `HTTP2-Settings` holds, decoded
    /// (RFC 7540 §3.2).
    ///
    /// # Errors
    ///
    /// [`UserError::Settings`] if that is no payload of a SETTINGS frame,
    /// [`UserError::Malformed`].
    pub fn upgraded(
        config: Config,
        settings: &[u8],
        request: Request,
        content: Bytes,
        request_handler: impl FnMut(Reqd) + Send + 'static,
    ) -> Result<Self, UserError> {
        let config = own_ways(config);
        let connection = Connection::<proto::Server>::upgraded(config, settings, request, content)?;
        Ok(Self {
            engine: Engine::new(connection, Own::new(Box::new(request_handler))),
        })
    }

    /// Sets what is called with each error: of a stream, then with its request; of a request that is
    /// malformed, then without it; or, at most once, of the connection. Where a handler failed before
    /// it had begun a response, and where a request is malformed, there is a [`StartResponse`] to give
    /// one.
    ///
    /// Without it, a handler that failed is answered with 500, and a malformed request with 400, or 431
    /// if it has too many fields; all without content.
    #[must_use]
    pub fn error_handler(
        mut self,
        handler: impl FnMut(Option<&Request>, Error, Option<StartResponse>) + Send + 'static,
    ) -> Self {
        self.engine.own.set_error_handler(handler);
        self
    }

    /// A handle, for callbacks and for other owners.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::new(&self.engine.queue)
    }

    /// Shows all that happens on the wire from now on to an observer.
    pub fn observe(&mut self, observer: Box<dyn Observe>) {
        self.engine.connection.observe(observer);
    }

    /// The connection, to look at.
    #[must_use]
    pub const fn connection(&self) -> &Connection<proto::Server> {
        &self.engine.connection
    }
}

/// What the application cannot choose, for the handlers depend on it.
fn own_ways(config: Config) -> Config {
    config.receive_malformed()
}

transport_side!(Server);

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Server").field(self.connection()).finish()
    }
}
