//! Handshakes of TLS before there is a machine, so that what does not come to HTTP/2 goes to somebody else.

use alloc::sync::Arc;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use std::io;

use proto::Client as Role;
use session::{Addresses, ClientOptions, Error, Machine, TlsStart};
use tls::{HANDSHAKE_LIMIT, TlsError, TlsInfo, agreed};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::tls_stream::TlsStream;

/// What goes on with a session that a client cannot use.
#[derive(Clone)]
pub(crate) struct ClientHook(Arc<dyn Fn(TlsStream) + Send + Sync>);

impl ClientHook {
    pub(crate) fn new(hook: impl Fn(TlsStream) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hook))
    }

    /// Shakes hands. A session that is not for HTTP/2 is handed over, and is an error.
    pub(crate) async fn shake_hands<Io: AsyncRead + AsyncWrite + Send + 'static>(
        &self,
        options: &ClientOptions,
        (config, name): TlsStart,
        io: Io,
    ) -> Result<(Box<dyn Machine<Role>>, Pin<Box<Io>>), Error> {
        let connecting = TlsConnector::from(config).connect(name, Box::pin(io));
        let stream = within_the_limit(connecting).await?;
        let (_, session) = stream.get_ref();
        if let Err(error) = agreed(session) {
            let info = TlsInfo::from(session);
            (self.0)(TlsStream::new(stream, Addresses::default(), info));
            return Err(error.into());
        }
        let (io, session) = stream.into_inner();
        Ok((options.machine_in(session), io))
    }
}

impl fmt::Debug for ClientHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientHook")
    }
}

/// Waits for a handshake, as long as one may take.
pub(crate) async fn within_the_limit<T>(
    shaking: impl Future<Output = io::Result<T>>,
) -> Result<T, Error> {
    let shaken = timeout(HANDSHAKE_LIMIT, shaking).await;
    match shaken.map_err(|_| TlsError::Timeout)? {
        Ok(stream) => Ok(stream),
        Err(error) => Err(TlsError::from_io(error).map_or_else(Error::connect, Error::from)),
    }
}
