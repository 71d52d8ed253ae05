//! What the threads of a connection run.

use proto::{Connection, Role};
use runtime::Runtime;

/// A connection, or a machine around one.
///
/// A layer between the connection and the socket, TLS before all, is a machine that holds the
/// connection: its [`read`](Runtime::read) decrypts and passes plaintext to the connection's, and
/// its [`next_write_operation`](Runtime::next_write_operation) encrypts what the connection shows.
pub trait Machine<R: Role>: Runtime + Send {
    /// The connection inside.
    fn connection(&mut self) -> &mut Connection<R>;
}

impl<R: Role> Machine<R> for Connection<R>
where
    Self: Runtime + Send,
{
    fn connection(&mut self) -> &mut Self {
        self
    }
}

impl<R: Role, M: Machine<R> + ?Sized> Machine<R> for Box<M> {
    fn connection(&mut self) -> &mut Connection<R> {
        (**self).connection()
    }
}

#[cfg(feature = "rustls")]
#[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
impl<R: Role, M: Machine<R>> Machine<R> for tls::Tls<M> {
    fn connection(&mut self) -> &mut Connection<R> {
        self.inner_mut().connection()
    }
}
