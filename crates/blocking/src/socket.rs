//! What a connection needs of a socket, and the two kinds of transports it can have.

use core::fmt;
use core::time::Duration;
use std::io::{self, IoSlice, Read, Write};
use std::net::{Shutdown, TcpStream};

use session::{Addresses, TcpOptions};

/// A socket that reads and writes at the same time, and knows time limits.
///
/// Wrap one to count or log what goes through it.
pub trait Socket: Send + Sync + 'static {
    /// Reads some octets; 0 is the end.
    ///
    /// # Errors
    ///
    /// The socket's; of kind `WouldBlock` or `TimedOut` when the read timeout passed.
    fn read(&self, into: &mut [u8]) -> io::Result<usize>;

    /// Writes some of the first of these octets.
    ///
    /// # Errors
    ///
    /// The socket's; of kind `WouldBlock` or `TimedOut` when the write timeout passed.
    fn write_vectored(&self, from: &[IoSlice<'_>]) -> io::Result<usize>;

    /// Sets how long a read may take.
    ///
    /// # Errors
    ///
    /// The socket's.
    fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()>;

    /// Sets how long a write may take.
    ///
    /// # Errors
    ///
    /// The socket's.
    fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()>;

    /// Ends one or both directions, and every read or write that waits there.
    ///
    /// # Errors
    ///
    /// The socket's.
    fn shutdown(&self, how: Shutdown) -> io::Result<()>;

    /// Makes the socket send small pieces at once, where it would not.
    ///
    /// # Errors
    ///
    /// The socket's.
    fn set_nodelay(&self) -> io::Result<()> {
        Ok(())
    }

    /// Where its ends are, as far as it knows.
    fn addresses(&self) -> Addresses {
        Addresses::default()
    }

    /// Asks the socket for the options of TCP, where it is one of TCP's; does nothing otherwise. It
    /// goes on without, where it refuses.
    fn set_options(&self, options: TcpOptions) {
        let _ = options;
    }
}

macro_rules! socket {
    ($name:ty { $($option:item)* }) => {
        impl Socket for $name {
            fn read(&self, into: &mut [u8]) -> io::Result<usize> {
                let mut stream = self;
                Read::read(&mut stream, into)
            }

            fn write_vectored(&self, from: &[IoSlice<'_>]) -> io::Result<usize> {
                let mut stream = self;
                Write::write_vectored(&mut stream, from)
            }

            fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
                <$name>::set_read_timeout(self, limit)
            }

            fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
                <$name>::set_write_timeout(self, limit)
            }

            fn shutdown(&self, how: Shutdown) -> io::Result<()> {
                <$name>::shutdown(self, how)
            }

            $($option)*
        }
    };
}

socket!(TcpStream {
    fn addresses(&self) -> Addresses {
        Addresses {
            peer: self.peer_addr().ok(),
            local: self.local_addr().ok(),
        }
    }

    fn set_nodelay(&self) -> io::Result<()> {
        Self::set_nodelay(self, true)
    }

    fn set_options(&self, options: TcpOptions) {
        // It goes on without, where the system refuses.
        #[cfg(unix)]
        let _ = options.set(self);
        #[cfg(not(unix))]
        let _ = options;
    }
});

#[cfg(unix)]
socket!(std::os::unix::net::UnixStream {});

/// A half that reads.
pub(crate) enum Rx {
    Socket(alloc::sync::Arc<dyn Socket>),
    Half(Box<dyn Read + Send>),
}

impl Rx {
    pub(crate) fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Socket(socket) => socket.read(into),
            Self::Half(half) => half.read(into),
        }
    }
}

/// A half that writes.
pub(crate) enum Tx {
    Socket(alloc::sync::Arc<dyn Socket>),
    Half(Box<dyn Write + Send>),
}

impl Tx {
    /// Says whether it writes several pieces in one go. Of a half that is not known.
    pub(crate) const fn is_vectored(&self) -> bool {
        matches!(self, Self::Socket(_))
    }

    pub(crate) fn write(&mut self, from: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Self::Socket(socket) => socket.write_vectored(from),
            Self::Half(half) => half.write_vectored(from),
        }
    }

    /// Sends on what a half may have kept back.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Socket(_) => Ok(()),
            Self::Half(half) => half.flush(),
        }
    }

    /// Sets how long a write may take, where that can be set.
    pub(crate) fn set_timeout(&self, limit: Option<Duration>) {
        if let Self::Socket(socket) = self {
            // A socket that knows no limit is written by a thread of its own sooner or later.
            let _ = socket.set_write_timeout(limit);
        }
    }
}

impl fmt::Debug for Rx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rx")
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tx")
    }
}
