//! Whether the connections of a server are inside TLS (RFC 9113 §9.2).

#[cfg(feature = "rustls")]
use alloc::sync::Arc;

use proto::Server as Role;

use crate::error::Error;
use crate::machine::Machine;

/// Whether the connections of a server are inside TLS. It is asked last, of whatever machine a
/// connection was given, so that nothing that makes machines can go around it.
#[derive(Clone, Default)]
pub(super) struct Security {
    #[cfg(feature = "rustls")]
    tls: Option<Arc<tls::rustls::ServerConfig>>,
}

impl Security {
    /// Inside TLS from now on.
    #[cfg(feature = "rustls")]
    pub(super) fn require(&mut self, config: Arc<tls::rustls::ServerConfig>) {
        self.tls = Some(tls::h2_server(config));
    }

    /// Puts a machine into a TLS session of its own, where that was asked for.
    pub(super) fn around(
        &self,
        machine: Box<dyn Machine<Role>>,
    ) -> Result<Box<dyn Machine<Role>>, Error> {
        #[cfg(feature = "rustls")]
        if let Some(config) = &self.tls {
            return Ok(Box::new(tls::Tls::accept(Arc::clone(config), machine)?));
        }
        Ok(machine)
    }
}
