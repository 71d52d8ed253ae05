//! Handshakes of TLS before there is a machine, so that what does not come to HTTP/2 goes to somebody else.

use alloc::sync::Arc;
use core::future::Future;
use core::pin::Pin;

use proto::Server as Role;
use session::{Addresses, Error, Machine, Security};
use tls::rustls::ServerConfig;
use tls::{Tls, TlsInfo, agreed};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;

use super::secured::Secured;
use crate::handshake::within_the_limit;
use crate::tls_stream::TlsStream;

/// Whoever goes on with a session that is not for HTTP/2.
pub(super) type Hook =
    Arc<dyn Fn(TlsStream) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// What a server shakes hands with, and whom it hands over to.
pub(super) struct Fallback {
    config: Arc<ServerConfig>,
    hook: Hook,
}

impl Fallback {
    /// `None` where nobody is to take over, or nothing: there is no TLS.
    pub(super) fn new(security: &Security<Role>, hook: Option<Hook>) -> Option<Self> {
        let config = security.tls_or_http1()?;
        hook.map(|hook| Self { config, hook })
    }

    /// Shakes hands. A session that is not for HTTP/2 is handed over.
    pub(super) async fn shake_hands<Io: AsyncRead + AsyncWrite + Send + 'static>(
        &self,
        machine: Box<dyn Machine<Role>>,
        io: Io,
        addresses: Addresses,
    ) -> Result<Secured<Io>, Error> {
        let accepting = TlsAcceptor::from(Arc::clone(&self.config)).accept(Box::pin(io));
        let stream = within_the_limit(accepting).await?;
        let (_, session) = stream.get_ref();
        if agreed(session).is_err() {
            let info = TlsInfo::from(session);
            let stream = TlsStream::new(stream, addresses, info);
            return Ok(Secured::Other((self.hook)(stream)));
        }
        let (io, session) = stream.into_inner();
        let machine = Box::new(Tls::server(session, machine));
        Ok(Secured::Http2(machine, io))
    }
}
