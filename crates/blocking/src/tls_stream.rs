//! TLS sessions that do not speak HTTP/2, for whoever speaks what they do.

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::time::Instant;

use session::{ConnectionInfo, Error, TlsStart};
use tls::rustls::{ClientConnection, ConnectionCommon, SideData, StreamOwned};
use tls::{HANDSHAKE_LIMIT, TlsError, TlsInfo, agreed, shake_hands};

use crate::socket::Socket;

/// A TLS session whose handshake is over, and which is not for HTTP/2: its ends agree on another protocol,
/// such as `http/1.1`, or on none.
///
/// What it reads begins with the first octet after the handshake. No call has a time limit before its
/// [socket](Self::socket) was given one.
pub struct TlsStream {
    stream: Box<dyn Stream>,
    socket: Arc<dyn Socket>,
    info: ConnectionInfo,
}

trait Stream: Read + Write + Send {}

impl<T: Read + Write + Send> Stream for T {}

impl TlsStream {
    pub(crate) fn new<S>(
        session: impl core::ops::DerefMut<Target = ConnectionCommon<S>> + Send + 'static,
        socket: Arc<dyn Socket>,
        info: TlsInfo,
    ) -> Self
    where
        S: SideData + 'static,
    {
        let info = ConnectionInfo::new(socket.addresses()).with_tls(info);
        let stream = StreamOwned::new(session, SocketIo(Arc::clone(&socket)));
        Self {
            stream: Box::new(stream),
            socket,
            info,
        }
    }

    /// What the handshake came to, the protocol before all, and who is at the other end.
    #[must_use]
    pub const fn info(&self) -> &ConnectionInfo {
        &self.info
    }

    /// The socket below, for its time limits, and to end what waits there; it should not be read or written.
    #[must_use]
    pub fn socket(&self) -> &dyn Socket {
        &*self.socket
    }
}

impl Read for TlsStream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.stream.read(into)
    }
}

impl Write for TlsStream {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        self.stream.write(from)
    }

    fn write_vectored(&mut self, from: &[IoSlice<'_>]) -> io::Result<usize> {
        self.stream.write_vectored(from)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl fmt::Debug for TlsStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TlsStream").field(&self.info).finish()
    }
}

/// A socket, as `std::io` sees it.
struct SocketIo(Arc<dyn Socket>);

impl Read for SocketIo {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

impl Write for SocketIo {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        self.0.write_vectored(&[IoSlice::new(from)])
    }

    fn write_vectored(&mut self, from: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.write_vectored(from)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Shakes hands over a socket, until a point in time, or as long as a handshake may take.
pub(crate) fn shake<S: SideData>(
    session: &mut ConnectionCommon<S>,
    socket: &Arc<dyn Socket>,
    until: Option<Instant>,
) -> Result<(), Error> {
    let latest = Instant::now().checked_add(HANDSHAKE_LIMIT);
    let until = until.into_iter().chain(latest).min();
    let limit = |io: &mut SocketIo| {
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        if left == Some(Duration::ZERO) {
            return Err(ErrorKind::TimedOut.into());
        }
        io.0.set_read_timeout(left)?;
        io.0.set_write_timeout(left)
    };
    match shake_hands(session, &mut SocketIo(Arc::clone(socket)), limit) {
        Ok(()) => {
            socket.set_read_timeout(None)?;
            Ok(socket.set_write_timeout(None)?)
        }
        Err(error) => Err(TlsError::from_io(error).map_or_else(Error::connect, Error::from)),
    }
}

/// Whoever goes on with a session that a client cannot use.
#[derive(Clone)]
pub(crate) struct ClientHook(Arc<dyn Fn(TlsStream) + Send + Sync>);

impl ClientHook {
    pub(crate) fn new(hook: impl Fn(TlsStream) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hook))
    }

    /// Shakes hands. A session that is not for HTTP/2 is handed over, and is an error.
    pub(crate) fn shake_hands(
        &self,
        (config, name): TlsStart,
        socket: &Arc<dyn Socket>,
        until: Option<Instant>,
    ) -> Result<ClientConnection, Error> {
        let mut session = ClientConnection::new(config, name).map_err(TlsError::from)?;
        shake(&mut session, socket, until)?;
        match agreed(&session) {
            Ok(()) => Ok(session),
            Err(error) => {
                let info = TlsInfo::from(&session);
                (self.0)(TlsStream::new(session, Arc::clone(socket), info));
                Err(error.into())
            }
        }
    }
}

impl fmt::Debug for ClientHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientHook")
    }
}
