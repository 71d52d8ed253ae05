//! A socket that never waits, with TLS on it where the URL says so.

use core::net::SocketAddr;
use std::io::{self, ErrorKind, IoSlice, Read, Write};

use mio::net::TcpStream;
use mio::{Interest, Registry, Token};

/// How far a transport has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It is not there yet.
    Dialing,
    /// It can be used.
    Ready,
}

/// What a connection's octets go through.
pub(super) struct Transport {
    socket: TcpStream,
    is_connected: bool,
    #[cfg(feature = "tls")]
    tls: Option<rustls::ClientConnection>,
}

impl Transport {
    /// Begins to connect.
    pub(super) fn dial(address: SocketAddr, registry: &Registry, token: Token) -> io::Result<Self> {
        let mut socket = TcpStream::connect(address)?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        registry.register(&mut socket, token, interest)?;
        Ok(Self {
            socket,
            is_connected: false,
            #[cfg(feature = "tls")]
            tls: None,
        })
    }

    /// Speaks TLS, once it is connected.
    #[cfg(feature = "tls")]
    pub(super) fn secure(&mut self, tls: rustls::ClientConnection) {
        self.tls = Some(tls);
    }

    /// Goes on with connecting, as far as that goes without waiting.
    pub(super) fn step(&mut self) -> io::Result<Step> {
        if !self.is_connected {
            if let Some(error) = self.socket.take_error()? {
                return Err(error);
            }
            match self.socket.peer_addr() {
                Ok(_) => self.is_connected = true,
                Err(error) if error.kind() == ErrorKind::NotConnected => return Ok(Step::Dialing),
                Err(error) => return Err(error),
            }
            // Small frames wait for others without it; with it a connection is no less whole.
            let _ = self.socket.set_nodelay(true);
        }
        #[cfg(feature = "tls")]
        if let Some(tls) = &mut self.tls {
            return tls::shake(tls, &mut self.socket);
        }
        Ok(Step::Ready)
    }

    /// Reads what is there.
    pub(super) fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        #[cfg(feature = "tls")]
        if let Some(tls) = &mut self.tls {
            return tls::read(tls, &mut self.socket, into);
        }
        self.socket.read(into)
    }

    /// Writes what the socket takes. With TLS it has taken octets once they are encrypted, and takes no
    /// more before those have left.
    pub(super) fn write(&mut self, from: &[IoSlice<'_>]) -> io::Result<usize> {
        #[cfg(feature = "tls")]
        if let Some(tls) = &mut self.tls {
            return tls::write(tls, &mut self.socket, from);
        }
        self.socket.write_vectored(from)
    }

    /// Sends on what TLS holds; an error where that waits for the socket.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        #[cfg(feature = "tls")]
        if let Some(tls) = &mut self.tls {
            return tls::flush(tls, &mut self.socket);
        }
        Ok(())
    }

    /// Says that nothing more is written.
    pub(super) fn close(&mut self) {
        let _ = self.socket.shutdown(std::net::Shutdown::Write);
    }

    /// Is waited for no longer.
    pub(super) fn leave(&mut self, registry: &Registry) {
        // It is closed next, which ends that, too.
        let _ = registry.deregister(&mut self.socket);
    }
}

#[cfg(feature = "tls")]
mod tls {
    //! TLS on a socket that never waits.

    use std::io::{self, ErrorKind, IoSlice, Read, Write};

    use mio::net::TcpStream;
    use rustls::ClientConnection;

    use super::Step;
    use crate::tls::ALPN;

    pub(super) fn shake(tls: &mut ClientConnection, socket: &mut TcpStream) -> io::Result<Step> {
        while tls.is_handshaking() {
            let moved = tls.complete_io(socket);
            match moved {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Step::Dialing),
                Err(error) => return Err(error),
            }
        }
        match tls.alpn_protocol() {
            Some(ALPN) => Ok(Step::Ready),
            _ => Err(io::Error::other("ALPN did not choose h2")),
        }
    }

    pub(super) fn read(
        tls: &mut ClientConnection,
        socket: &mut TcpStream,
        into: &mut [u8],
    ) -> io::Result<usize> {
        loop {
            match tls.reader().read(into) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                done => return done,
            }
            if tls.read_tls(socket)? == 0 {
                return Ok(0);
            }
            tls.process_new_packets()
                .map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
        }
    }

    pub(super) fn write(
        tls: &mut ClientConnection,
        socket: &mut TcpStream,
        from: &[IoSlice<'_>],
    ) -> io::Result<usize> {
        flush(tls, socket)?;
        let taken = tls.writer().write_vectored(from)?;
        match flush(tls, socket) {
            // They are taken; the next write waits.
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(taken),
            flushed => flushed.map(|()| taken),
        }
    }

    pub(super) fn flush(tls: &mut ClientConnection, socket: &mut TcpStream) -> io::Result<()> {
        while tls.wants_write() {
            tls.write_tls(socket)?;
        }
        Ok(())
    }
}
