//! The client: requests out, callbacks in (RFC 9113 §8.1).

mod role;

use alloc::boxed::Box;
use core::fmt;

use proto::{Config, Connection, ConnectionError, ErrorCode, Observe, Request, UserError};

use self::role::Own;
use crate::command::handlers::Handlers;
use crate::command::link::{Link, Sending};
use crate::engine::Engine;
use crate::error::PingError;
use crate::handle::ClientHandle;
use crate::transport_side::transport_side;
use crate::writer::Writer;

/// A client's end of a connection, which any driver runs.
///
/// Commands only wait; callbacks run inside the operations that the driver calls, or, for what still
/// waits, when the client is dropped.
pub struct Client {
    engine: Engine<proto::Client>,
}

impl Client {
    /// Makes a client. `error_handler` is called at most once, when the connection ends with an
    /// error. Reading returns credit, whatever the configuration says of it.
    pub fn new(
        config: Config,
        error_handler: impl FnOnce(ConnectionError) + Send + 'static,
    ) -> Self {
        let own = Own::new(Box::new(error_handler));
        Self::over(Connection::new(config), own)
    }

    /// Makes a client on a connection that began as HTTP/1.1, and whose server has agreed to answer
    /// `request`, sent there whole, on stream 1 (RFC 7540 §3.2).
    ///
    /// # Errors
    ///
    /// [`UserError::Malformed`].
    pub fn upgraded(
        config: Config,
        request: &Request,
        handlers: Handlers,
        error_handler: impl FnOnce(ConnectionError) + Send + 'static,
    ) -> Result<Self, UserError> {
        let (connection, id) = Connection::<proto::Client>::upgraded(config, request)?;
        let mut client = Self::over(connection, Own::new(Box::new(error_handler)));
        let link = Link::new(&client.engine.queue, Some(id), Sending::Ended);
        client.engine.expect(id, link, handlers);
        Ok(client)
    }

    /// Sets what is called with each request that the server promises to answer (RFC 9113 §8.4): it
    /// returns the handlers for the response, or `None` to refuse it. Servers promise nothing unless
    /// the configuration [allows it](Config::allow_push).
    #[must_use]
    pub fn push_handler(
        mut self,
        handler: impl FnMut(Request) -> Option<Handlers> + Send + 'static,
    ) -> Self {
        self.engine.own.set_push_handler(Box::new(handler));
        self
    }

    /// As [`ClientHandle::request`].
    pub fn request(&self, request: Request, handlers: Handlers) -> Writer {
        self.handle().request(request, handlers)
    }

    /// As [`Handle::ping`](crate::Handle::ping).
    pub fn ping(
        &self,
        payload: [u8; 8],
        answer: impl FnOnce(Result<(), PingError>) + Send + 'static,
    ) {
        self.handle().ping(payload, answer);
    }

    /// Ends the connection in good order, as [`Handle::shutdown`](crate::Handle::shutdown). A
    /// driver's [`Runtime::shutdown`](runtime::Runtime::shutdown) ends it at once.
    pub fn go_away(&self) {
        self.handle().shutdown();
    }

    /// As [`Handle::abort`](crate::Handle::abort).
    pub fn abort(&self, code: ErrorCode) {
        self.handle().abort(code);
    }

    /// A handle, for callbacks and for other owners.
    #[must_use]
    pub fn handle(&self) -> ClientHandle {
        ClientHandle::new(&self.engine.queue)
    }

    /// Shows all that happens on the wire from now on to an observer.
    pub fn observe(&mut self, observer: Box<dyn Observe>) {
        self.engine.connection.observe(observer);
    }

    /// The connection, to look at.
    #[must_use]
    pub const fn connection(&self) -> &Connection<proto::Client> {
        &self.engine.connection
    }

    fn over(connection: Connection<proto::Client>, own: Own) -> Self {
        Self {
            engine: Engine::new(connection, own),
        }
    }
}

transport_side!(Client);

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(self.connection()).finish()
    }
}
