//! What a session holds.

use proto::{Connection, Role};
use runtime::{Around, Runtime};

/// A connection, or a machine around one.
///
/// Every machine is one that has a connection inside, says so by [`Around`], and may go to another
/// thread. A layer between the connection and the socket, TLS before all, is a machine that holds the
/// connection: its [`read`](Runtime::read) decrypts and passes plaintext to the connection's, and
/// its [`next_write_operation`](Runtime::next_write_operation) encrypts what the connection shows.
pub trait Machine<R: Role>: Runtime + Around<Connection<R>> + Send {
    /// The connection inside.
    fn connection(&mut self) -> &mut Connection<R> {
        self.innermost()
    }
}

impl<R: Role, M: Runtime + Around<Connection<R>> + Send + ?Sized> Machine<R> for M {}
