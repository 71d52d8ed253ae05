//! The first look at a connection: who does not speak HTTP/2 is told so.

use alloc::sync::Arc;
use core::net::SocketAddr;
use core::time::Duration;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Instant;

use blocking::proto::{Config, Connection, Server};

use super::http1::{self, OPENING_LEN, Opening};
use super::watch::Watch;
use crate::talk::say;

/// How long a peer may take until its first octets tell what it speaks.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait for the rest of the first octets, when some are there.
pub(crate) const PAUSE: Duration = Duration::from_millis(5);
/// How long a peer that was refused may take to read that.
const FAREWELL: Duration = Duration::from_secs(1);
/// How many octets of a refused request are read.
const REFUSED_LEN: usize = 64 * 1024;

/// What every connection needs to begin.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    url: Arc<str>,
    config: Config,
    watch: Watch,
    #[cfg(feature = "tls")]
    tls: Option<Arc<rustls::ServerConfig>>,
}

impl Gate {
    /// Makes a gate to the server that has this URL.
    pub(crate) fn new(
        url: &str,
        config: Config,
        watch: Watch,
        #[cfg(feature = "tls")] tls: Option<Arc<rustls::ServerConfig>>,
    ) -> Self {
        Self {
            url: url.into(),
            config,
            watch,
            #[cfg(feature = "tls")]
            tls,
        }
    }

    /// Makes an HTTP/2 connection in cleartext.
    pub(crate) fn connection(&self) -> Connection<Server> {
        let mut connection = Connection::new(self.config.clone());
        self.watch.begin(&mut connection);
        connection
    }

    /// Makes an HTTP/2 connection inside a TLS session that is yet to begin; `None` in cleartext.
    #[cfg(feature = "tls")]
    pub(crate) fn session(
        &self,
        peer: Option<SocketAddr>,
    ) -> io::Result<Option<crate::tls::Tls<Connection<Server>>>> {
        let Some(config) = self.tls.clone() else {
            return Ok(None);
        };
        let tls = crate::tls::Tls::accept(config, self.connection()).map_err(io::Error::other)?;
        Ok(Some(tls.watch(move |news| {
            if let Err(error) = news {
                say(format_args!("{}: {error:#}", Name(peer)));
            }
        })))
    }

    /// Judges a first look at a cleartext connection; `None` to look again.
    ///
    /// # Errors
    ///
    /// The peer does not speak HTTP/2. If that is so because it speaks an earlier version, it has
    /// yet to be refused.
    pub(crate) fn judge(octets: &[u8], peer: Option<SocketAddr>) -> Option<io::Result<Verdict>> {
        match http1::opening(octets) {
            Opening::Undecided => None,
            Opening::Http2 => Some(Ok(Verdict::Welcome)),
            Opening::Http1 => {
                let peer = Name(peer);
                say(format_args!(
                    "{peer}: refused, it speaks HTTP/1 on a cleartext port"
                ));
                Some(Ok(Verdict::Refuse))
            }
            Opening::Tls => {
                let peer = Name(peer);
                say(format_args!(
                    "{peer}: refused, it speaks TLS on a cleartext port; serve with --self-signed or --tls"
                ));
                Some(Err(io::ErrorKind::InvalidData.into()))
            }
        }
    }

    /// Looks at the first octets of a connection on a socket that blocks.
    ///
    /// # Errors
    ///
    /// The socket's, or the peer does not speak HTTP/2 and was told so.
    pub(crate) fn look(&self, stream: &TcpStream) -> io::Result<()> {
        let end = Instant::now() + PATIENCE;
        let peer = stream.peer_addr().ok();
        let mut octets = [0; OPENING_LEN];
        loop {
            stream.set_read_timeout(Some(left(end)?))?;
            let len = stream.peek(&mut octets)?;
            let seen = octets.get(..len).unwrap_or_default();
            match Self::judge(seen, peer) {
                _ if len == 0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                None => thread::sleep(PAUSE),
                Some(Ok(Verdict::Welcome)) => return stream.set_read_timeout(None),
                Some(Ok(Verdict::Refuse)) => return self.refuse(stream),
                Some(Err(error)) => return Err(error),
            }
        }
    }

    /// Tells an HTTP/1.x client that it is wrong here; always an error.
    pub(crate) fn refuse(&self, mut stream: &TcpStream) -> io::Result<()> {
        let answer = http1::refusal(&self.url);
        stream.set_write_timeout(Some(FAREWELL))?;
        stream.write_all(answer.as_bytes())?;
        stream.shutdown(Shutdown::Write)?;
        // A socket that is closed with octets unread resets, and the answer may be lost.
        let end = Instant::now() + FAREWELL;
        let mut request = [0; 4096];
        let mut taken = 0;
        while taken < REFUSED_LEN {
            stream.set_read_timeout(Some(left(end)?))?;
            match stream.read(&mut request)? {
                0 => break,
                len => taken += len,
            }
        }
        Err(io::ErrorKind::InvalidData.into())
    }
}

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It may be HTTP/2.
    Welcome,
    /// It is to be told that it is wrong here.
    Refuse,
}

/// How long it is until `end`.
fn left(end: Instant) -> io::Result<Duration> {
    match end.saturating_duration_since(Instant::now()) {
        Duration::ZERO => Err(io::ErrorKind::TimedOut.into()),
        left => Ok(left),
    }
}

/// A peer in a line on stderr.
struct Name(Option<SocketAddr>);

impl core::fmt::Display for Name {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            Some(address) => write!(f, "{address}"),
            None => f.write_str("a peer that is gone"),
        }
    }
}
