//! Handshakes of TLS before there is a machine, so that what does not come to HTTP/2 goes to somebody else.

use alloc::sync::Arc;

use proto::Server as Role;
use session::{Error, Machine, Security};
use tls::rustls::{ServerConfig, ServerConnection};
use tls::{Tls, TlsError, TlsInfo, agreed};

use crate::socket::Socket;
use crate::tls_stream::{TlsStream, shake};

/// Whoever goes on with a session that is not for HTTP/2.
pub(super) type Hook = Arc<dyn Fn(TlsStream) + Send + Sync>;

/// What a server shakes hands with, and whom it hands over to.
#[derive(Clone)]
pub(super) struct Fallback {
    config: Arc<ServerConfig>,
    hook: Hook,
}

impl Fallback {
    /// `None` where nobody is to take over, or nothing: there is no TLS.
    pub(super) fn new(security: &Security<Role>, hook: Option<&Hook>) -> Option<Self> {
        let (config, hook) = (security.tls_or_http1()?, Arc::clone(hook?));
        Some(Self { config, hook })
    }

    /// Shakes hands. A session that is not for HTTP/2 is handed over, and `None` when it has ended.
    pub(super) fn shake_hands(
        &self,
        machine: Box<dyn Machine<Role>>,
        socket: &Arc<dyn Socket>,
    ) -> Result<Option<Box<dyn Machine<Role>>>, Error> {
        let session = ServerConnection::new(Arc::clone(&self.config));
        let mut session = session.map_err(TlsError::from)?;
        shake(&mut session, socket, None)?;
        if agreed(&session).is_ok() {
            return Ok(Some(Box::new(Tls::server(session, machine))));
        }
        drop(machine);
        let info = TlsInfo::from(&session);
        (self.hook)(TlsStream::new(session, Arc::clone(socket), info));
        Ok(None)
    }
}
