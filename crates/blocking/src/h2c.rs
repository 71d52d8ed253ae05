//! Connections that begin as HTTP/1.1 (RFC 7540 §3.2).

use alloc::sync::Arc;

use proto::{Client as ClientRole, Connection, Server as ServerRole};
use upgrade::Fallback;

use crate::client::Client;
use crate::error::Error;
use crate::handle::Handle;
use crate::machine::Machine;
use crate::pending::Pending;
use crate::recv_body::RecvBody;
use crate::socket::Socket;
use crate::tcp_options::TcpOptions;

impl<F: Fallback> Machine<ServerRole> for upgrade::Server<F>
where
    F: Send,
    F::Machine: Send,
{
    fn connection(&mut self) -> &mut Connection<ServerRole> {
        self.connection()
    }
}

impl Machine<ClientRole> for upgrade::Client {
    fn connection(&mut self) -> &mut Connection<ClientRole> {
        self.connection()
    }
}

impl Client {
    /// Runs a machine that asks in HTTP/1.1 for HTTP/2, over a socket without TLS. Returns the
    /// response to its first request, too, which is yet to come; others can be sent at once.
    ///
    /// Where the server does not go on in HTTP/2, the first fails with an error whose last source is
    /// an [`UpgradeError`](upgrade::UpgradeError), which holds what the server answered; the others
    /// were never sent, and can be elsewhere.
    ///
    /// # Errors
    ///
    /// The socket's, or that no thread can be started.
    #[cfg_attr(docsrs, doc(cfg(feature = "h2c-upgrade")))]
    pub fn upgrade(
        machine: upgrade::Client,
        socket: impl Socket,
    ) -> Result<(Self, Pending), Error> {
        let (shared, rx) = Self::join(Box::new(machine), Arc::new(socket), TcpOptions::default())?;
        let id = upgrade::Client::FIRST;
        shared.prepare(|state| {
            state.slots.open(id);
            state.slots.hold(id);
        });
        let handle = Handle::new(Arc::clone(&shared), id, None);
        let pending = Pending::new(RecvBody::new(handle, None));
        Ok((Self::start(shared, rx)?, pending))
    }
}
