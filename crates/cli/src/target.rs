//! A first look at the target: whether it is there, and whether it speaks HTTP/2.

use core::net::SocketAddr;
use core::time::Duration;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use blocking::proto::runtime::{ReadOperation, Reader, Runtime as _, write_through};
use blocking::proto::{Client, Config, Connection, Stage};

#[cfg(feature = "tls")]
use crate::args::Trust;
use crate::exit::{Failure, Result};
use crate::get::connect::{self, Patience};
use crate::get::url::{Origin, Scheme};

/// Connects, and waits for the server's SETTINGS; returns where the connection led.
pub(crate) fn look(
    origin: &Origin,
    limit: Duration,
    #[cfg(feature = "tls")] trust: &Trust,
) -> Result<SocketAddr> {
    let patience = Patience::new(limit);
    let mut socket = connect::connect(origin, patience)?;
    let lost = |error: std::io::Error| {
        Failure::connect(format_args!("cannot connect to {origin}: {error}"))
    };
    let address = socket.peer_addr().map_err(lost)?;
    if origin.scheme == Scheme::Http {
        greet(&mut socket, origin, limit)?;
        return Ok(address);
    }
    #[cfg(feature = "tls")]
    {
        let config = crate::get::tls::config(trust)?;
        let session = connect::shake_hands(&config, origin, &mut socket, patience)?;
        let mut secured = rustls::StreamOwned::new(session, socket);
        greet(&mut secured, origin, limit)?;
        Ok(address)
    }
    #[cfg(not(feature = "tls"))]
    Err(Failure::usage("this tool was built without TLS"))
}

/// What a first look goes through.
trait Socket: Read + Write {
    /// Limits how long a read waits.
    fn limit(&self, limit: Duration) -> std::io::Result<()>;
}

impl Socket for TcpStream {
    fn limit(&self, limit: Duration) -> std::io::Result<()> {
        self.set_read_timeout(Some(limit))
    }
}

#[cfg(feature = "tls")]
impl Socket for rustls::StreamOwned<rustls::ClientConnection, TcpStream> {
    fn limit(&self, limit: Duration) -> std::io::Result<()> {
        self.get_ref().set_read_timeout(Some(limit))
    }
}

/// Waits for SETTINGS, and sends GOAWAY.
fn greet(socket: &mut dyn Socket, origin: &Origin, limit: Duration) -> Result<()> {
    let mut machine = Connection::<Client>::new(Config::default());
    let mut reader = Reader::new();
    let other = |what: &dyn core::fmt::Display| {
        Failure::connect(format_args!("{origin} does not speak HTTP/2: {what}"))
            .hint("a cleartext port must take HTTP/2 by prior knowledge; TLS wants https://")
    };
    let late = "no SETTINGS came in time";
    socket.limit(limit).map_err(|error| other(&error))?;
    while machine.stage() == Stage::Preface {
        write_through(&mut machine, |from| socket.write_vectored(from))
            .map_err(|error| other(&error))?;
        match reader.fill(|into| socket.read(into)) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return Err(other(&late));
            }
            Err(error) => return Err(other(&error)),
            Ok(_) => {}
        }
        if reader.offer(&mut machine) == ReadOperation::Close {
            break;
        }
    }
    if machine.stage() != Stage::Over {
        machine.shutdown();
        // Whoever does not take it has no need of it.
        let _ = write_through(&mut machine, |from| socket.write_vectored(from));
        return Ok(());
    }
    let reason = core::iter::from_fn(|| machine.poll_event()).find_map(|event| match event {
        blocking::proto::Event::Closed(Err(error)) => Some(error),
        _ => None,
    });
    match reason {
        Some(error) => Err(other(&error)),
        None => Err(other(&"it closed the connection")),
    }
}
