//! From an origin to a socket: every address of its name is tried, and then TLS.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;
use core::net::SocketAddr;
use core::time::Duration;
use std::io::{self, ErrorKind};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use super::url::Origin;
use crate::exit::{Failure, Result};

/// How long it may take until a connection is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    end: Instant,
    limit: Duration,
}

impl Patience {
    /// Begins now.
    pub(crate) fn new(limit: Duration) -> Self {
        let now = Instant::now();
        // No clock goes so far that it would be missed.
        let end = now
            .checked_add(limit)
            .unwrap_or(now + Duration::from_secs(1 << 30));
        Self { end, limit }
    }

    /// What is left, if anything is.
    fn left(&self) -> io::Result<Duration> {
        match self.end.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(ErrorKind::TimedOut.into()),
            left => Ok(left),
        }
    }

    fn over(&self, origin: &Origin, what: &str) -> Failure {
        over(origin, what, self.limit)
    }
}

/// Something took too long.
pub(super) fn over(origin: &Origin, what: &str, limit: Duration) -> Failure {
    let limit = humantime::format_duration(limit);
    Failure::connect(format_args!(
        "cannot connect to {origin}: {what} took longer than {limit}"
    ))
    .hint("--connect-timeout gives it more time")
}

/// No address could be connected to: which, and why not.
pub(super) fn refused(origin: &Origin, tried: &str) -> Failure {
    Failure::connect(format_args!("cannot connect to {origin}: {tried}"))
        .hint("is a server running there? `tress serve` starts one")
}

/// The name has no address.
pub(super) fn unknown(origin: &Origin, error: &io::Error) -> Failure {
    let host = &origin.host;
    Failure::connect(format_args!(
        "cannot connect to {origin}: no address of {host} is known: {error}"
    ))
    .hint("look at how the name is written, and whether there is a network")
}

/// The handshake of TLS failed.
#[cfg(feature = "tls")]
pub(super) fn not_secure(
    origin: &Origin,
    error: &crate::tls::TlsError,
    limit: Duration,
) -> Failure {
    if matches!(error, crate::tls::TlsError::Timeout) {
        return over(origin, "TLS", limit);
    }
    let failure = Failure::connect(format_args!("cannot connect to {origin}: {error}"));
    match crate::tls::hint(error) {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

/// Opens a socket to an origin.
pub(crate) fn connect(origin: &Origin, patience: Patience) -> Result<TcpStream> {
    let addresses = resolve(origin, patience)?;
    let mut tried = String::new();
    for address in addresses {
        let connected = patience
            .left()
            .and_then(|left| TcpStream::connect_timeout(&address, left));
        match connected {
            Ok(stream) => {
                // Without it small frames wait for others; with it a connection is no less whole.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(_) if patience.left().is_err() => {
                return Err(patience.over(origin, "its server"));
            }
            Err(error) => {
                let separator = if tried.is_empty() { "" } else { ", " };
                let _ = write!(tried, "{separator}{address}: {error}");
            }
        }
    }
    Err(refused(origin, &tried))
}

/// Looks up the addresses, on a thread of its own: the system lets nobody limit how long that takes.
fn resolve(origin: &Origin, patience: Patience) -> Result<Vec<SocketAddr>> {
    let (host, port) = (origin.host.clone(), origin.port);
    let (answer, answered) = mpsc::channel();
    thread::spawn(move || {
        let found = (host.as_str(), port).to_socket_addrs().map(Vec::from_iter);
        let _ = answer.send(found);
    });
    let waited = answered.recv_timeout(patience.left().unwrap_or_default());
    match waited {
        Ok(Ok(addresses)) => Ok(addresses),
        Ok(Err(error)) => Err(unknown(origin, &error)),
        Err(_) => Err(patience.over(origin, "looking up its name")),
    }
}

/// Shakes hands over a socket.
#[cfg(feature = "tls")]
pub(crate) fn shake_hands(
    config: &alloc::sync::Arc<rustls::ClientConfig>,
    origin: &Origin,
    stream: &mut TcpStream,
    patience: Patience,
) -> Result<rustls::ClientConnection> {
    use crate::tls::TlsError;
    use rustls::pki_types::ServerName;

    let refuse = |error: &dyn core::fmt::Display| {
        Failure::connect(format_args!("cannot connect to {origin}: {error}"))
    };
    let name = ServerName::try_from(origin.host.clone()).map_err(|error| refuse(&error))?;
    let mut session =
        rustls::ClientConnection::new(config.clone(), name).map_err(|error| refuse(&error))?;
    let limit = |stream: &mut TcpStream| {
        let left = patience.left()?;
        stream.set_read_timeout(Some(left))?;
        stream.set_write_timeout(Some(left))
    };
    let shaken = tress_tls::shake_hands(&mut session, stream, limit).and_then(|()| {
        stream.set_read_timeout(None)?;
        stream.set_write_timeout(None)
    });
    let error = match shaken {
        Ok(()) => match tress_tls::agreed(&session) {
            Ok(()) => return Ok(session),
            Err(error) => error,
        },
        Err(error) => TlsError::from_io(error).map_err(|error| refuse(&error))?,
    };
    Err(not_secure(origin, &error, patience.limit))
}

/// Says whether the peer just ended a handshake.
#[cfg(all(feature = "tls", feature = "tokio"))]
pub(super) fn is_end(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
    )
}
