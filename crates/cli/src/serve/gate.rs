//! The first look at a connection: who does not speak HTTP/2 is told so.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::SocketAddr;
use core::time::Duration;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Instant;

use blocking::proto::{Config, Connection, Server};

use super::http1::{self, DETECT_LEN, Protocol};
use super::refusal;
use super::watch::Watch;
use crate::record::Recording;
use crate::talk::say;
#[cfg(feature = "tls")]
use crate::tls::Tls;

/// How long a peer may take until its first octets tell what it speaks.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait for the rest of the first octets, when some are there.
pub(crate) const PAUSE: Duration = Duration::from_millis(5);
/// How long a peer that was refused may take to read that.
const GRACE: Duration = Duration::from_secs(1);
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

    /// What is kept of all connections.
    pub(crate) fn recording(&self) -> Recording {
        self.watch.recording().clone()
    }

    /// Makes an HTTP/2 connection, inside a TLS session that is yet to begin if we serve over TLS.
    ///
    /// # Errors
    ///
    /// TLS cannot begin.
    pub(crate) fn machine<M>(
        &self,
        peer: Option<SocketAddr>,
        cleartext: impl FnOnce(Connection<Server>) -> M,
        #[cfg(feature = "tls")] secure: impl FnOnce(Tls<Connection<Server>>) -> M,
    ) -> io::Result<M> {
        let mut connection = Connection::new(self.config.clone());
        self.watch.begin(&mut connection, peer);
        #[cfg(feature = "tls")]
        if let Some(config) = self.tls.clone() {
            let session = Tls::accept(config, connection).map_err(io::Error::other)?;
            return Ok(secure(session.watch(move |update| {
                if let Err(error) = update {
                    say(format_args!("{}: {error:#}", Name(peer)));
                }
            })));
        }
        Ok(cleartext(connection))
    }

    /// Judges a first look at a connection; `None` to look again.
    ///
    /// # Errors
    ///
    /// The peer does not speak what this port speaks, and would not understand an answer.
    pub(crate) fn judge(
        &self,
        octets: &[u8],
        peer: Option<SocketAddr>,
    ) -> Option<io::Result<Admission>> {
        let refuse = |why: &str| say(format_args!("{}: refused, it speaks {why}", Name(peer)));
        let admission = match (http1::detect(octets), self.is_tls()) {
            (Protocol::Undecided, _) => return None,
            (Protocol::Http2, false) | (Protocol::Tls, true) => Admission::Welcome,
            (Protocol::Http1, false) => {
                refuse("HTTP/1 on a cleartext port");
                Admission::Refuse(refusal::prior_knowledge(&self.url))
            }
            (Protocol::Http1, true) => {
                refuse("HTTP/1 in cleartext on a TLS port");
                Admission::Refuse(refusal::wants_tls(&self.url))
            }
            (Protocol::Http2, true) => {
                refuse("HTTP/2 in cleartext on a TLS port");
                Admission::Refuse(refusal::goaway(&self.url))
            }
            (Protocol::Tls, false) => {
                refuse("TLS on a cleartext port; serve with --self-signed or --tls");
                return Some(Err(io::ErrorKind::InvalidData.into()));
            }
        };
        Some(Ok(admission))
    }

    /// Looks at the first octets of a connection on a socket that blocks.
    ///
    /// # Errors
    ///
    /// The socket's, or the peer does not speak what this port speaks and was told so.
    pub(crate) fn look(&self, stream: &TcpStream) -> io::Result<()> {
        let end = Instant::now() + PATIENCE;
        let peer = stream.peer_addr().ok();
        let mut octets = [0; DETECT_LEN];
        loop {
            stream.set_read_timeout(Some(left(end)?))?;
            let len = stream.peek(&mut octets)?;
            let seen = octets.get(..len).unwrap_or_default();
            match self.judge(seen, peer) {
                _ if len == 0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                None => thread::sleep(PAUSE),
                Some(Ok(Admission::Welcome)) => return stream.set_read_timeout(None),
                Some(Ok(Admission::Refuse(answer))) => return refuse(stream, &answer),
                Some(Err(error)) => return Err(error),
            }
        }
    }

    #[cfg(feature = "tls")]
    const fn is_tls(&self) -> bool {
        self.tls.is_some()
    }

    #[cfg(not(feature = "tls"))]
    #[expect(clippy::unused_self, reason = "with TLS it depends")]
    const fn is_tls(&self) -> bool {
        false
    }
}

/// Tells a client that it is wrong here; always an error.
pub(crate) fn refuse(mut stream: &TcpStream, answer: &[u8]) -> io::Result<()> {
    stream.set_write_timeout(Some(GRACE))?;
    stream.write_all(answer)?;
    stream.shutdown(Shutdown::Write)?;
    // A socket that is closed with octets unread resets, and the answer may be lost.
    let end = Instant::now() + GRACE;
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

/// What becomes of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It may speak what this port speaks.
    Welcome,
    /// It is to be told that it is wrong here, in its own language.
    Refuse(Vec<u8>),
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
