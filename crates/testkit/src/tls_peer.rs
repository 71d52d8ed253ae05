//! Ends of TLS that speak what a test says, over sockets that block.

use alloc::sync::Arc;
use core::net::SocketAddr;
use core::time::Duration;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

use rustls::{ClientConfig, ClientConnection, ServerConfig, ServerConnection, Stream};

use crate::certificates::Certified;

/// How long the other end may be silent.
const LIMIT: Duration = Duration::from_secs(20);

/// What an end of TLS came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spoken {
    /// The protocol that both ends agreed on.
    pub alpn: Option<Vec<u8>>,
    /// All that the other end has said.
    pub heard: Vec<u8>,
}

/// Connects, says something together with the end of the handshake, and hears all there is.
///
/// # Errors
///
/// That of the transport or of TLS.
pub fn tls_client(config: Arc<ClientConfig>, addr: SocketAddr, says: &[u8]) -> io::Result<Spoken> {
    let name = Certified::NAME
        .try_into()
        .map_err(|error| io::Error::new(ErrorKind::InvalidInput, error))?;
    let mut session = ClientConnection::new(config, name).map_err(io::Error::other)?;
    // The session keeps it until it may be sent, and sends it with its last words of the handshake.
    session.writer().write_all(says)?;
    let mut socket = open(TcpStream::connect(addr)?)?;
    let mut stream = Stream::new(&mut session, &mut socket);
    let heard = hear(&mut stream)?;
    Ok(Spoken {
        alpn: session.alpn_protocol().map(<[u8]>::to_vec),
        heard,
    })
}

/// Accepts one connection, says something at once after the handshake, and hears all there is.
///
/// # Errors
///
/// That no port is available.
pub fn tls_server(
    config: Arc<ServerConfig>,
    says: &'static [u8],
) -> io::Result<(SocketAddr, JoinHandle<io::Result<Spoken>>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let addr = listener.local_addr()?;
    let serving = thread::spawn(move || {
        let (socket, _) = listener.accept()?;
        let mut socket = open(socket)?;
        let mut session = ServerConnection::new(config).map_err(io::Error::other)?;
        let mut stream = Stream::new(&mut session, &mut socket);
        stream.write_all(says)?;
        stream.flush()?;
        let heard = hear(&mut stream)?;
        Ok(Spoken {
            alpn: session.alpn_protocol().map(<[u8]>::to_vec),
            heard,
        })
    });
    Ok((addr, serving))
}

fn open(socket: TcpStream) -> io::Result<TcpStream> {
    socket.set_read_timeout(Some(LIMIT))?;
    socket.set_write_timeout(Some(LIMIT))?;
    Ok(socket)
}

/// Hears all until the other end has said that nothing follows, or has left.
fn hear(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut heard = Vec::new();
    match stream.read_to_end(&mut heard) {
        Err(error) if error.kind() != ErrorKind::UnexpectedEof => Err(error),
        _ => Ok(heard),
    }
}
