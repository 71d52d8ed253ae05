//! A socket that counts what goes through it, without knowing what it is.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::io::{self, IoSlice};
use std::net::{Shutdown, TcpStream};

use blocking::Socket;

/// Octets in both directions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "there are two directions")]
pub struct Octets {
    /// From the server to the client.
    pub received: u64,
    /// From the client to the server.
    pub sent: u64,
}

/// What a socket has counted.
#[derive(Debug, Default)]
pub(super) struct Counter {
    received: AtomicU64,
    sent: AtomicU64,
}

impl Counter {
    /// What went through, so far.
    pub(super) fn octets(&self) -> Octets {
        Octets {
            received: self.received.load(Ordering::SeqCst),
            sent: self.sent.load(Ordering::SeqCst),
        }
    }
}

/// A socket that counts.
#[derive(Debug)]
pub(super) struct Counted {
    socket: TcpStream,
    counter: Arc<Counter>,
}

impl Counted {
    /// Wraps a socket.
    pub(super) fn new(socket: TcpStream) -> (Self, Arc<Counter>) {
        let counter = Arc::new(Counter::default());
        let counted = Self {
            socket,
            counter: Arc::clone(&counter),
        };
        (counted, counter)
    }
}

impl Socket for Counted {
    fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        let len = Socket::read(&self.socket, into)?;
        self.counter
            .received
            .fetch_add(len as u64, Ordering::SeqCst);
        Ok(len)
    }

    fn write_vectored(&self, from: &[IoSlice<'_>]) -> io::Result<usize> {
        let len = Socket::write_vectored(&self.socket, from)?;
        self.counter.sent.fetch_add(len as u64, Ordering::SeqCst);
        Ok(len)
    }

    fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        self.socket.set_read_timeout(limit)
    }

    fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        self.socket.set_write_timeout(limit)
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.socket.shutdown(how)
    }
}
