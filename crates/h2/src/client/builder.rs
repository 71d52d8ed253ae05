//! How a client is set up.

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite};

use super::connection::{Connection, connect};
use super::send_request::SendRequest;
use crate::error::Error;
use crate::setters::setters;
use crate::setup::Setup;

/// How a client is set up. What is not set is not announced to the server.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    setup: Setup,
}

impl Builder {
    /// Begins with nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    setters!();

    /// Sets how many streams are open at once before the server has said how many it takes: any number
    /// otherwise (RFC 9113 §5.1.2).
    pub fn initial_max_send_streams(&mut self, initial: usize) -> &mut Self {
        self.setup.initial_max_send_streams = initial;
        self
    }

    /// Says, and announces, whether the server may push (RFC 9113 §8.4). It may unless told.
    pub fn enable_push(&mut self, enabled: bool) -> &mut Self {
        self.setup.enable_push = Some(enabled);
        self
    }

    /// Begins a connection: it is there once the preface was written. It waits for nothing of the
    /// server's, and what follows the preface is written when the connection is polled.
    ///
    /// # Errors
    ///
    /// That the transport failed, or that what was set cannot be announced.
    pub fn handshake<T, B>(
        &self,
        io: T,
    ) -> impl Future<Output = Result<(SendRequest<B>, Connection<T, B>), Error>> + use<T, B>
    where
        T: AsyncRead + AsyncWrite + Unpin,
        B: Buf,
    {
        connect(io, self.setup.clone())
    }
}

/// Begins a connection with nothing set, for content of the type [`Bytes`].
///
/// # Errors
///
/// That the transport failed.
pub async fn handshake<T>(io: T) -> Result<(SendRequest<Bytes>, Connection<T, Bytes>), Error>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    Builder::new().handshake(io).await
}
