//! A TLS session that does not speak HTTP/2, for whoever speaks what it does.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::io::{self, IoSlice};

use session::{Addresses, ConnectionInfo};
use tls::TlsInfo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A TLS session whose handshake is over, and which is not for HTTP/2: its ends agree on another protocol,
/// such as `http/1.1`, or on none.
///
/// What it reads begins with the first octet after the handshake.
pub struct TlsStream {
    stream: Pin<Box<dyn Io>>,
    info: ConnectionInfo,
}

trait Io: AsyncRead + AsyncWrite + Send {}

impl<T: AsyncRead + AsyncWrite + Send> Io for T {}

impl TlsStream {
    pub(crate) fn new(
        stream: impl AsyncRead + AsyncWrite + Send + 'static,
        addresses: Addresses,
        info: TlsInfo,
    ) -> Self {
        Self {
            stream: Box::pin(stream),
            info: ConnectionInfo::new(addresses).with_tls(info),
        }
    }

    /// What the handshake came to, the protocol before all, and at a server who is at the other end.
    #[must_use]
    pub const fn info(&self) -> &ConnectionInfo {
        &self.info
    }
}

impl AsyncRead for TlsStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_read(cx, into)
    }
}

impl AsyncWrite for TlsStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream.as_mut().poll_write(cx, from)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream.as_mut().poll_write_vectored(cx, from)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_shutdown(cx)
    }
}

impl fmt::Debug for TlsStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsStream")
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}
