//! Connections that begin as HTTP/1.1 (RFC 7540 §3.2).

use alloc::sync::Arc;

use session::Error;

use crate::client::{Client, Tcp, join};
use crate::pending::Pending;
use crate::recv_body::RecvBody;
use crate::socket::Socket;

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
        let (link, rx) = join(Box::new(machine), Arc::new(socket), Tcp::default())?;
        let recv = link.session.adopt(upgrade::Client::FIRST)?;
        let pending = Pending::new(RecvBody::new(recv, link.io.number, None));
        Ok((Self::start(link, rx)?, pending))
    }
}
