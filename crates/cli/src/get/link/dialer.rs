//! Where the connections of a pool come from: sockets that say what is heard first, and why there are none.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;
use std::io::{self, ErrorKind};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::timeout;
use tress_async::policy::{Failure as Reason, Key};
use tress_async::{Address, Connecting, Connector, Error, PoolIo, TcpConnector};

use super::super::connect;
use super::super::mixup::Heard;
use super::super::url::Origin;
use crate::exit::Failure;

/// Opens sockets to one origin.
pub(super) struct Dialer {
    pub(super) heard: Heard,
    /// How long it may take until a connection is there.
    pub(super) limit: Duration,
    pub(super) attempts: Attempts,
    /// Hears where a socket leads.
    pub(super) says: Box<dyn Fn(&str) + Send + Sync>,
    pub(super) tcp: TcpConnector,
    /// Where it is, whatever requests say that they are for.
    pub(super) key: Key,
}

/// What has become of the attempts to connect so far.
#[derive(Clone, Default)]
pub(super) struct Attempts(Arc<Mutex<Notes>>);

#[derive(Default)]
struct Notes {
    /// The addresses that could not be connected to, each with why.
    failed: Vec<(String, String)>,
    /// A socket was there.
    is_there: bool,
}

impl Attempts {
    fn lock(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, address: String, error: &io::Error) {
        let mut notes = self.lock();
        notes.failed.retain(|(its, _)| *its != address);
        notes.failed.push((address, error.to_string()));
    }

    /// Says why there is no connection to an origin.
    pub(super) fn explain(
        &self,
        origin: &Origin,
        reason: Reason,
        last: Option<&Error>,
        limit: Duration,
    ) -> Failure {
        let notes = self.lock();
        #[cfg(feature = "tls")]
        if let Some(error) = last.and_then(Error::find::<crate::tls::TlsError>) {
            return connect::not_secure(origin, error, limit);
        }
        let cause = last.and_then(Error::find::<io::Error>);
        #[cfg(feature = "tls")]
        if notes.is_there && origin.is_secure() && cause.is_some_and(connect::is_end) {
            return connect::not_secure(origin, &crate::tls::TlsError::Eof, limit);
        }
        let is_late = cause.is_some_and(|cause| cause.kind() == ErrorKind::TimedOut);
        match (last, cause) {
            (Some(last), Some(cause)) if last.is_lookup() && !is_late => {
                connect::unknown(origin, cause)
            }
            (Some(last), _) if last.is_lookup() => {
                connect::over(origin, "looking up its name", limit)
            }
            _ if is_late && notes.is_there && origin.is_secure() => {
                connect::over(origin, "TLS", limit)
            }
            _ if is_late => connect::over(origin, "its server", limit),
            // It was there, and ended.
            (Some(last), _) if !last.is_connect() => super::failure(last),
            (Some(last), _) if notes.failed.is_empty() => {
                Failure::connect(format_args!("cannot connect to {origin}: {last:#}"))
            }
            (None, _) if notes.failed.is_empty() => {
                Failure::connect(format_args!("cannot connect to {origin}: {reason}"))
            }
            _ => {
                let each = notes.failed.iter();
                let tried: Vec<_> = each
                    .map(|(at, why)| alloc::format!("{at}: {why}"))
                    .collect();
                connect::refused(origin, &tried.join(", "))
            }
        }
    }
}

impl Connector for Dialer {
    fn resolve<'a>(&'a self, _: &'a Key) -> Connecting<'a, Vec<Address>> {
        Box::pin(async move {
            let resolved = timeout(self.limit, self.tcp.resolve(&self.key)).await;
            resolved.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()))
        })
    }

    fn connect(&self, address: Address) -> Connecting<'_, Box<dyn PoolIo>> {
        Box::pin(async move {
            let name = match &address {
                Address::Tcp(address) => address.to_string(),
                _ => String::new(),
            };
            match self.tcp.connect(address).await {
                Ok(io) => {
                    self.attempts.lock().is_there = true;
                    (self.says)(&name);
                    let heard = self.heard.clone();
                    Ok(Box::new(HeardIo::new(io, heard)) as Box<dyn PoolIo>)
                }
                Err(error) => {
                    self.attempts.failed(name, &error);
                    Err(error)
                }
            }
        })
    }
}

/// A socket whose first octets are kept.
struct HeardIo {
    io: Box<dyn PoolIo>,
    first: Vec<u8>,
    heard: Heard,
}

impl HeardIo {
    const fn new(io: Box<dyn PoolIo>, heard: Heard) -> Self {
        let first = Vec::new();
        Self { io, first, heard }
    }
}

impl AsyncRead for HeardIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buf))?;
        let this = &mut *self;
        let read = buf.filled().get(before..).unwrap_or_default();
        this.heard.collect(&mut this.first, read);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for HeardIo {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
