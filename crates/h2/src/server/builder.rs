//! How a server is set up.

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite};

use super::handshake::Handshake;
use crate::setters::setters;
use crate::setup::Setup;

/// How a server is set up. What is not set is not announced to the client.
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

    /// Lets clients use extended CONNECT, and says so (RFC 8441 §3).
    pub fn enable_connect_protocol(&mut self) -> &mut Self {
        self.setup.enable_connect_protocol = true;
        self
    }

    /// Begins a connection: it is there once our SETTINGS were written, and the client's preface was read.
    pub fn handshake<T, B>(&self, io: T) -> Handshake<T, B>
    where
        T: AsyncRead + AsyncWrite + Unpin,
        B: Buf,
    {
        Handshake::new(io, &self.setup)
    }
}

/// Begins a connection with nothing set, for content of the type [`Bytes`].
pub fn handshake<T>(io: T) -> Handshake<T, Bytes>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    Builder::new().handshake(io)
}
