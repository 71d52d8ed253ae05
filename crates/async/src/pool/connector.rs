//! Where connections go, and the transports that they are made of.

use alloc::sync::Arc;
use core::fmt;
use core::future::Future;
use core::net::SocketAddr;
use core::pin::Pin;
use std::io;
use std::path::Path;

use ::pool::Key;
use session::TcpOptions;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};

use crate::compat::tokio::ask;

/// One of the places that an origin can be reached at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Address {
    /// A socket of TCP.
    Tcp(SocketAddr),
    /// A socket of Unix.
    Unix(Arc<Path>),
    /// A place that a [`Connector`] of your own knows by this name.
    Named(Arc<str>),
}

impl Address {
    /// The address of a socket of TCP.
    pub(super) const fn socket(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(address) => Some(*address),
            Self::Unix(_) | Self::Named(_) => None,
        }
    }

    /// What kind of address it is, as far as one may work where another does not (RFC 8305).
    pub(super) const fn family(&self) -> u8 {
        match self {
            Self::Tcp(SocketAddr::V6(_)) => 6,
            Self::Tcp(SocketAddr::V4(_)) => 4,
            Self::Unix(_) | Self::Named(_) => 0,
        }
    }
}

/// What is read and written.
pub trait PoolIo: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> PoolIo for T {}

/// What a connector promises.
pub type Connecting<'a, T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send + 'a>>;

/// Resolves names, and opens transports: [`TcpConnector`], [`UnixConnector`], or your own. TLS is put
/// around what it opens, for origins of `https`.
pub trait Connector: Send + Sync + 'static {
    /// Where an origin can be reached, in the order in which addresses are to be tried (RFC 6724); the
    /// pool puts families in turns (RFC 8305 §4). Asked again from time to time.
    fn resolve<'a>(&'a self, key: &'a Key) -> Connecting<'a, Vec<Address>>;

    /// Opens a transport to one of these.
    fn connect(&self, address: Address) -> Connecting<'_, Box<dyn PoolIo>>;
}

/// Asks the system's resolver, and opens sockets of TCP.
#[derive(Clone, Copy, Debug, Default)]
pub struct TcpConnector {
    options: TcpOptions,
}

/// Reaches all origins by one socket of Unix.
#[cfg(unix)]
#[derive(Clone, Debug)]
pub struct UnixConnector {
    path: Arc<Path>,
}

impl TcpConnector {
    /// Makes one that asks for these options of each socket.
    #[must_use]
    pub const fn new(options: TcpOptions) -> Self {
        Self { options }
    }
}

#[cfg(unix)]
impl UnixConnector {
    /// Makes one that opens the socket at this path.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().into(),
        }
    }
}

impl Connector for TcpConnector {
    fn resolve<'a>(&'a self, key: &'a Key) -> Connecting<'a, Vec<Address>> {
        Box::pin(async move {
            let (host, port) = host_and_port(key)?;
            let found = lookup_host((host, port)).await?;
            Ok(found.map(Address::Tcp).collect())
        })
    }

    fn connect(&self, address: Address) -> Connecting<'_, Box<dyn PoolIo>> {
        Box::pin(async move {
            let Address::Tcp(address) = address else {
                return Err(io::ErrorKind::InvalidInput.into());
            };
            let stream = TcpStream::connect(address).await?;
            // Without it small frames wait for others.
            stream.set_nodelay(true)?;
            ask(&stream, self.options);
            Ok(Box::new(stream) as Box<dyn PoolIo>)
        })
    }
}

#[cfg(unix)]
impl Connector for UnixConnector {
    fn resolve<'a>(&'a self, _: &'a Key) -> Connecting<'a, Vec<Address>> {
        let address = Address::Unix(Arc::clone(&self.path));
        Box::pin(core::future::ready(Ok(vec![address])))
    }

    fn connect(&self, address: Address) -> Connecting<'_, Box<dyn PoolIo>> {
        Box::pin(async move {
            let Address::Unix(path) = address else {
                return Err(io::ErrorKind::InvalidInput.into());
            };
            let stream = tokio::net::UnixStream::connect(path).await?;
            Ok(Box::new(stream) as Box<dyn PoolIo>)
        })
    }
}

/// The host of an origin, without the brackets of RFC 3986 §3.2.2, and its port.
pub(super) fn host_and_port(key: &Key) -> io::Result<(&str, u16)> {
    let authority = key.authority();
    let bad = || io::Error::new(io::ErrorKind::InvalidInput, "the authority has a bad port");
    let after_literal = authority.rfind(']').map_or(0, |end| end + 1);
    let rest = authority.get(after_literal..).unwrap_or_default();
    let (host, port) = match rest.rfind(':') {
        Some(colon) => {
            let (host, port) = authority.split_at(after_literal + colon);
            let port = port.get(1..).unwrap_or_default();
            (host, port.parse().map_err(|_| bad())?)
        }
        None if key.scheme() == "https" => (authority, 443),
        None => (authority, 80),
    };
    let literal = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    Ok((literal.unwrap_or(host), port))
}

impl fmt::Debug for dyn Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_no_brackets_and_its_schemes_port_where_it_names_none() {
        for (scheme, authority, host, port) in [
            ("http", "a.example", "a.example", 80),
            ("https", "a.example", "a.example", 443),
            ("https", "a.example:8443", "a.example", 8443),
            ("http", "[::1]", "::1", 80),
            ("http", "[::1]:81", "::1", 81),
        ] {
            let key = Key::new(scheme, authority);
            assert_eq!(host_and_port(&key).unwrap(), (host, port));
        }
        assert!(host_and_port(&Key::new("http", "a:99999")).is_err());
    }
}
