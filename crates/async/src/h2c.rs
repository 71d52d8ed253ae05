//! Connections that begin as HTTP/1.1 (RFC 7540 §3.2).

use crate::client::{Client, Driver};
use crate::pending::Pending;
use session::transport::Transport;

impl Client {
    /// Runs a machine that asks in HTTP/1.1 for HTTP/2, over a transport without TLS. Returns the
    /// response to its first request, too, which is yet to come; others can be sent at once.
    ///
    /// Where the server does not go on in HTTP/2, the first fails with an error whose last source is
    /// an [`UpgradeError`](upgrade::UpgradeError), which holds what the server answered; the others
    /// were never sent, and can be elsewhere.
    #[cfg_attr(docsrs, doc(cfg(feature = "h2c-upgrade")))]
    pub fn upgrade<Io: Transport>(machine: upgrade::Client, io: Io) -> (Self, Driver<Io>, Pending) {
        let (client, driver) = Self::new(machine, io);
        let adopted = client.adopt(upgrade::Client::FIRST);
        let pending = adopted.expect("nobody else knows of the connection");
        (client, driver, pending)
    }
}
