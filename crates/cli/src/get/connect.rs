//! From an origin to a socket: every address of its name is tried, and then TLS.

use alloc::string::String;
use core::fmt::Write;
use core::time::Duration;
use std::net::{TcpStream, ToSocketAddrs};

use super::url::Origin;
use crate::exit::{Failure, Result};

/// How long one address may take to answer, and TLS to shake hands.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens a socket to an origin.
pub(crate) fn connect(origin: &Origin) -> Result<TcpStream> {
    let host = &origin.host;
    let addresses = (host.as_str(), origin.port)
        .to_socket_addrs()
        .map_err(|error| {
            Failure::connect(format_args!(
                "cannot connect to {origin}: no address of {host} is known: {error:#}"
            ))
            .hint("look at how the name is written, and whether there is a network")
        })?;
    let mut tried = String::new();
    for address in addresses {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => {
                // Without it small frames wait for others; with it a connection is no less whole.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(error) => {
                let separator = if tried.is_empty() { "" } else { ", " };
                let _ = write!(tried, "{separator}{address}: {error:#}");
            }
        }
    }
    Err(
        Failure::connect(format_args!("cannot connect to {origin}: {tried}"))
            .hint("is a server running there? `tress serve` starts one"),
    )
}

/// Shakes hands over a socket.
#[cfg(feature = "tls")]
pub(crate) fn shake_hands(
    config: &alloc::sync::Arc<rustls::ClientConfig>,
    origin: &Origin,
    stream: &mut TcpStream,
) -> Result<rustls::ClientConnection> {
    use crate::tls::TlsError;
    use rustls::pki_types::ServerName;

    let refuse = |error: &dyn core::fmt::Display| {
        Failure::connect(format_args!("cannot connect to {origin}: {error:#}"))
    };
    let name = ServerName::try_from(origin.host.clone()).map_err(|error| refuse(&error))?;
    let mut session =
        rustls::ClientConnection::new(config.clone(), name).map_err(|error| refuse(&error))?;
    let shaken = limit(stream, Some(PATIENCE))
        .and_then(|()| shake(&mut session, stream))
        .and_then(|()| limit(stream, None));
    let error = match shaken {
        Ok(()) if session.alpn_protocol() == Some(crate::tls::ALPN) => return Ok(session),
        Ok(()) => TlsError::Alpn(None),
        Err(error) => cause(error).map_err(|error| refuse(&error))?,
    };
    let failure = refuse(&error);
    Err(match crate::tls::hint(&error) {
        Some(hint) => failure.hint(hint),
        None => failure,
    })
}

/// What a handshake over a socket says of TLS; else it is the socket that failed.
#[cfg(feature = "tls")]
fn cause(error: std::io::Error) -> core::result::Result<crate::tls::TlsError, std::io::Error> {
    use crate::tls::TlsError;
    use std::io::ErrorKind;

    let inner = error.get_ref();
    let session: Option<&rustls::Error> = inner.and_then(|inner| inner.downcast_ref());
    match (session.cloned(), error.kind()) {
        (Some(session), _) => Ok(session.into()),
        (None, ErrorKind::UnexpectedEof) => Ok(TlsError::Eof),
        (None, ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(TlsError::Timeout),
        _ => Err(error),
    }
}

#[cfg(feature = "tls")]
fn shake(session: &mut rustls::ClientConnection, stream: &mut TcpStream) -> std::io::Result<()> {
    while session.is_handshaking() || session.wants_write() {
        session.complete_io(stream)?;
    }
    Ok(())
}

#[cfg(feature = "tls")]
fn limit(stream: &TcpStream, limit: Option<Duration>) -> std::io::Result<()> {
    stream.set_read_timeout(limit)?;
    stream.set_write_timeout(limit)
}
